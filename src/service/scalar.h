#pragma once

#include "base/yaml.h"
#include "service/grammar.h"
#include "service/schema.h"

namespace garant::service {

// What is wrong with a scalar that stands for a text of the field's shape: blank, unreadable on a
// screen, not a text for other readers of YAML, or not of its grammar.
[[nodiscard]] Fault FaultOfScalar(const Field& field, const base::YamlNode& node);

}  // namespace garant::service

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assess/verdict.h"
#include "base/diagnostic.h"
#include "base/yaml.h"
#include "proof/acts.h"
#include "service/model.h"
#include "standard/standard.h"
#include "trail/entry/observation.h"

namespace garant::assess {

struct Case {
  base::Where where;
  std::string proof;
  std::string item;
  std::string name;
  base::Time as_of;
  State expect = State::kUnknown;
  std::string because;
  std::unique_ptr<const service::Model> model;
  std::vector<proof::Act> acts;
  std::vector<trail::Observation> observations;
};

// The service that a case speaks of: `base` with the sections that `changes` names replaced (a null
// section is taken away).
[[nodiscard]] std::string MergeSections(const base::YamlNode& base, const base::YamlNode* changes);

[[nodiscard]] std::optional<Case> ReadCase(const base::YamlNode& node, const base::YamlNode& base,
                                           const standard::Standard& standard,
                                           base::Diagnostics& diagnostics);

}  // namespace garant::assess

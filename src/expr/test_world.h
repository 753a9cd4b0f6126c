#pragma once

#include "base/yaml.h"
#include "expr/expression.h"

// A small model for the tests and the fuzz target: its types, and values of them written as YAML.
namespace garant::expr {

[[nodiscard]] const RecordType& WorldType();

// The moment of judgement and the horizon of every case.
[[nodiscard]] Options WorldOptions();

// A value of `type`. Null is absent; "?stale http-route" is unknown for a reason, about a thing. A
// map with `is` gives a value and its origin: { is: 3, world: observed, entry: 7 }. A record may
// say
// `_time`, `_world` and `_entry`; its fields take its world. What is not said is absent, declared.
[[nodiscard]] Value ReadValue(const base::YamlNode& node, const Type& type, Arena& arena,
                              Origin around = {});

}  // namespace garant::expr

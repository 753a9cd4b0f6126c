#pragma once

#include <span>
#include <string_view>

// The table of everything that can be observed: help, docs/formats/observations.md, the types of
// `observed.*` in proofs and the allow-list of clear headers derive from it.
namespace garant::trail {

enum class FactType { kBool, kInt, kText, kTextList, kTime /* unix seconds */ };

struct AttributeKind {
  std::string_view name;
  FactType type;
  std::string_view about;
};

struct ObservationKind {
  std::string_view name;
  std::string_view about;     // what one observation of it says
  std::string_view subject;   // what its subject names
  std::string_view observer;  // the method that makes it; empty: nothing in this build can
  bool needs_outside;         // from loopback it proves nothing, save in a trial
  std::span<const AttributeKind> attributes;
};

[[nodiscard]] std::span<const ObservationKind> ObservationKinds();
[[nodiscard]] const ObservationKind* FindObservationKind(std::string_view name);

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// What was seen to happen, in the one schema of docs/formats/observations.md. An observation stands
// whole in the clear header of its entry: only kinds and attributes that the table in
// observation_kinds.h names can be written or read.
namespace garant::trail {

struct Draft;
struct Entry;

enum class Vantage {
  kOutside,   // from another network, as anyone could
  kLoopback,  // from the same machine: proves nothing about outside, save in a trial
  kInside,    // from where the service runs, past any front
};
[[nodiscard]] std::string_view VantageName(Vantage vantage);

using FactValue = std::variant<bool, int64_t, std::string, std::vector<std::string>>;

struct Fact {
  std::string name;
  FactValue value;
  bool operator==(const Fact&) const = default;
};

// Ends the method of a look that was arranged: made in a trial, or at something else than the
// service file declares. Outside a trial it proves nothing.
constexpr std::string_view kTrialMark = ".trial";

struct Observation {
  std::string kind;     // a name of kObservationKinds
  std::string subject;  // what was looked at: a route template, a cookie's name, host:port, …
  Vantage vantage = Vantage::kLoopback;
  std::string method;    // who looked and how: "harden.probe", "harden.probe.trial"
  uint32_t version = 1;  // of the method, so that a reader can tell how it was looked at
  base::Time time;
  uint64_t numerator = 0;    // how many of …
  uint64_t denominator = 0;  // … how many held; 0 of 0 where counting makes no sense
  std::vector<Fact> facts;   // the attributes that the kind names; absent ones were not seen
  // What may name a person and therefore stands in no clear header, such as the path behind a
  // template that nobody declared. Sealed by writing, at most 8 KiB; not set by reading.
  std::vector<std::string> paths;
  uint64_t entry = 0;  // index in the trail; set by reading
};

// Refuses kinds, attributes and types that the table does not name.
[[nodiscard]] base::Result<Draft> ToDraft(const Observation& observation, std::string_view service);
[[nodiscard]] base::Result<Observation> FromEntry(const Entry& entry);

}  // namespace garant::trail

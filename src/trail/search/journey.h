#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"
#include "trail/search/gaps.h"

// What one trace did across the parts of a service, joined from the entries that carry its token.
namespace garant::trail {

// The sealed part that says where an entry stands in its trace: the span's id and its parent's, 8
// bytes each, zeros where there is no parent.
constexpr std::string_view kSpanCategory = "trace.span";

struct Step {
  Entry entry;
  std::string span;    // hexadecimal; empty where nobody said it or its key is gone
  std::string parent;  // likewise; empty as well where the trace begins here
  size_t depth = 0;    // below how many others it stands
  bool orphan =
      false;  // it names a parent that no entry has: that one came from outside, or is lost
};

struct Edge {
  std::string from;  // a part
  std::string to;
  bool operator==(const Edge&) const = default;
};

struct Journey {
  std::vector<Step> steps;     // each below what called it, in the order of time
  std::vector<Edge> edges;     // where a call went from one part to another; each once
  bool keys_gone = false;      // spans could not be opened: what stands below what is not known
  std::vector<Gap> gaps = {};  // what it may lack, once AddGaps looked
};

// `entries` are those of one trace. Total: entries that name each other in a ring stand side by
// side.
[[nodiscard]] Journey JourneyOf(std::vector<Entry> entries, const KeyRing& keys);

class TrailReader;

// The journey of one trace, over all days whose keys are there. `trace`: 32 hexadecimal digits,
// else kInvalid. Empty where no entry has it, or its keys are gone.
[[nodiscard]] base::Result<std::vector<Journey>> JourneysOfTrace(const TrailReader& reader,
                                                                 const KeyRing& keys,
                                                                 std::string_view trace);
// All journeys of a visit by the session's raw id, over all days whose keys are there. Empty as
// above.
[[nodiscard]] base::Result<std::vector<Journey>> JourneysOfSession(const TrailReader& reader,
                                                                   const KeyRing& keys,
                                                                   std::string_view session);
// The journey that an entry is part of, or all journeys of its visit (the guard's session), as far
// as they are of the entry's day: midnight UTC gives a trace and a session another token, and only
// who knows the raw id can join the two.
// kInvalid: there is no such entry; kGone: it was deleted; kNotFound: it belongs to no trace, or to
// no visit.
[[nodiscard]] base::Result<std::vector<Journey>> JourneysOfEntry(const TrailReader& reader,
                                                                 const KeyRing& keys,
                                                                 uint64_t index, bool visit);
// Why no journey was found: kNotFound.
[[nodiscard]] base::Error NoJourney(const TrailReader& reader);
// Those whose last entry is the latest, the latest first.
[[nodiscard]] base::Result<std::vector<Journey>> LatestJourneys(const TrailReader& reader,
                                                                const KeyRing& keys, size_t most);

}  // namespace garant::trail

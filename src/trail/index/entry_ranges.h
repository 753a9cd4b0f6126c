#pragma once

#include <vector>

#include "trail/index/runs.h"
#include "trail/index/segment.h"

// What criteria leave of a segment's entries; ranges ascend and lie apart.
namespace garant::trail {

using EntryRanges = std::vector<EntryRange>;

[[nodiscard]] EntryRanges Union(std::vector<EntryRanges> lists);
[[nodiscard]] EntryRanges Intersection(const EntryRanges& a, const EntryRanges& b);

[[nodiscard]] inline bool Overlap(const TimeSpan& a, const TimeSpan& b) {
  return a.earliest <= b.latest && b.earliest <= a.latest;
}

}  // namespace garant::trail

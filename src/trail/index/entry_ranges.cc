#include "trail/index/entry_ranges.h"

#include <algorithm>

namespace garant::trail {

EntryRanges Union(std::vector<EntryRanges> lists) {
  EntryRanges all;
  for (EntryRanges& list : lists) all.insert(all.end(), list.begin(), list.end());
  if (lists.size() < 2) return all;
  std::ranges::sort(all, {}, &EntryRange::first);
  EntryRanges merged;
  for (const EntryRange& range : all) {
    if (!merged.empty() && merged.back().first + merged.back().count >= range.first) {
      const uint32_t end =
          std::max(merged.back().first + merged.back().count, range.first + range.count);
      merged.back().count = end - merged.back().first;
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

EntryRanges Intersection(const EntryRanges& a, const EntryRanges& b) {
  EntryRanges both;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const uint32_t a_end = a[i].first + a[i].count;
    const uint32_t b_end = b[j].first + b[j].count;
    const uint32_t first = std::max(a[i].first, b[j].first);
    const uint32_t end = std::min(a_end, b_end);
    if (first < end) both.push_back({first, end - first});
    a_end < b_end ? ++i : ++j;
  }
  return both;
}

}  // namespace garant::trail

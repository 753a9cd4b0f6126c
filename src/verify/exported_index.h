#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trail/index/indexed_segment.h"
#include "verify/exported_log.h"

namespace garant::verify {

// What entry `entry` says of a segment.
struct SaidIndex {
  uint64_t entry = 0;
  trail::IndexedSegment says;
};

// Makes the index of each segment anew from its entries, which were checked, and compares it with
// what the log says of it. Segments with entries below `kept_from` cannot be made any more.
void CheckExportedIndex(const std::string& folder, std::string_view origin, uint64_t size,
                        uint64_t kept_from, const std::vector<SaidIndex>& said, LogReport& report);

}  // namespace garant::verify

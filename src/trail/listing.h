#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace garant::trail {

// The files of `segments`, by their first entry, ascending.
struct SegmentListing {
  std::vector<uint64_t> logs;
  std::vector<uint64_t> segments;
  std::vector<uint64_t> runs;
  std::vector<std::string> unfinished;  // paths
};
// kUntrusted where there is no reading the folder.
[[nodiscard]] base::Result<SegmentListing> ListSegments(const std::string& folder);

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <map>
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

// The same, and what the logs hold that are not sealed yet, as of then: whoever reads segments
// first may find that a log was sealed meanwhile, and is gone.
struct ReadSegments {
  SegmentListing listing;
  std::map<uint64_t, base::Result<std::string>> logs;  // by the first entry
};
[[nodiscard]] base::Result<ReadSegments> ListAndReadLogs(const std::string& folder);

}  // namespace garant::trail

#include "trail/store/listing.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "trail/store/log_file.h"
#include "trail/store/paths.h"

namespace garant::trail {
namespace {

constexpr int kMostTries = 200;  // while logs are sealed one after the other

std::optional<uint64_t> FirstOf(std::string_view name, std::string_view suffix) {
  if (!name.ends_with(suffix) || name.size() != kIndexDigits + suffix.size()) return {};
  uint64_t first = 0;
  const auto read = std::from_chars(name.data(), name.data() + kIndexDigits, first);
  if (read.ec != std::errc{} || read.ptr != name.data() + kIndexDigits) return {};
  return first;
}

}  // namespace

base::Result<SegmentListing> ListSegments(const std::string& folder) {
  SegmentListing listing;
  const auto names = base::NamesIn(SegmentsPath(folder));
  if (!names) return base::Error{base::Code::kUntrusted, names.error().message, {}};
  for (const std::string& name : *names) {
    if (const auto log = FirstOf(name, kLogSuffix)) listing.logs.push_back(*log);
    if (const auto segment = FirstOf(name, kSegmentSuffix)) listing.segments.push_back(*segment);
    if (const auto runs = FirstOf(name, kRunsSuffix)) listing.runs.push_back(*runs);
    if (name.ends_with(kUnfinishedSuffix))
      listing.unfinished.push_back(SegmentsPath(folder) + "/" + name);
  }
  std::ranges::sort(listing.logs);
  std::ranges::sort(listing.segments);
  std::ranges::sort(listing.runs);
  return listing;
}

base::Result<ReadSegments> ListAndReadLogs(const std::string& folder) {
  for (int tries = 1;; ++tries) {
    ReadSegments read{TRY(ListSegments(folder)), {}};
    bool gone = false;
    for (const uint64_t first : read.listing.logs) {
      if (std::ranges::binary_search(read.listing.segments, first)) continue;
      const std::string path = SegmentPath(folder, first, kLogSuffix);
      auto bytes = base::ReadFile(path, kLargestLog);
      // One that goes is cut behind that: where it still is, all of it was read.
      gone = gone || !base::Exists(path);
      read.logs.emplace(first, std::move(bytes));
    }
    if (!gone || tries == kMostTries) return read;
  }
}

}  // namespace garant::trail

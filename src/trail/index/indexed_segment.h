#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "trail/entry/entry.h"
#include "trail/index/runs_builder.h"
#include "trail/index/segment.h"

namespace garant::trail {

constexpr std::string_view kIndexRunKind = "index-run";

// What an entry of that kind says of a segment (docs/formats/runs.md).
struct IndexedSegment {
  uint64_t first = 0;
  uint32_t entries = 0;
  TimeSpan times;        // of its entries
  base::Digest zones{};  // SHA-256 of the times of each 256, as the segment has them
  RunRoots roots{};
  bool operator==(const IndexedSegment&) const = default;

  [[nodiscard]] uint64_t end() const { return first + entries; }
};

// As the file has the times: for a segment that was just made.
[[nodiscard]] IndexedSegment IndexedOf(const Segment& segment, const RunRoots& roots);

// kInvalid where it is no such entry.
[[nodiscard]] base::Result<IndexedSegment> ReadIndexEntry(const Entry& entry);
// Whether a leaf's kind is that, told from its first bytes.
[[nodiscard]] bool MayBeIndexEntry(base::ByteView leaf);

// Makes of a segment's leaves alone what an entry has to say of it.
class SegmentIndexer {
 public:
  // `entries` is a multiple of 256. The form is that of the file alone.
  SegmentIndexer(std::string_view origin, uint64_t first, uint32_t entries,
                 const RunsForm& form = kRunsForm);
  // In order. Of what DecodeEntry does not take nothing sound is made, and nothing worse happens.
  void Add(base::ByteView leaf);
  // Once, when all were added.
  [[nodiscard]] IndexedSegment Finish();
  // After Finish: the file of runs.
  [[nodiscard]] const base::Bytes& file() const { return file_; }

 private:
  IndexedSegment says_;
  TimeSpan zone_;
  uint32_t added_ = 0;
  base::Bytes zones_;
  base::Bytes file_;
  RunsBuilder runs_;
};

}  // namespace garant::trail

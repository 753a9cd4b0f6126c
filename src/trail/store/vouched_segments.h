#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "trail/index/indexed_segment.h"

namespace garant::trail {

class TrailReader;

// What the tree itself says of each segment's index, so that no file of it need be believed: found
// when it is first asked for, and kept as long as the reader. For concurrent use.
class VouchedSegments {
 public:
  explicit VouchedSegments(size_t segments);
  VouchedSegments(const VouchedSegments&) = delete;
  VouchedSegments& operator=(const VouchedSegments&) = delete;
  ~VouchedSegments();

  // Of the reader that holds this; `place` is one of its loaded().segments. Where no entry speaks
  // of the segment yet, all of its entries are read and it is made of them. kUntrusted where what
  // was signed does not hold, or two entries say different things.
  [[nodiscard]] base::Result<const IndexedSegment*> Of(const TrailReader& reader,
                                                       size_t place) const;
  // The index of the entry that speaks of it; nullptr where there is none yet.
  [[nodiscard]] base::Result<const uint64_t*> EntryOn(const TrailReader& reader,
                                                      size_t place) const;
  // Of all entries that there are, where each segment's are what was signed.
  [[nodiscard]] base::Result<TimeSpan> Times(const TrailReader& reader) const;

  // The runs of the entries that no segment holds yet, counted from the first of them, made of
  // these; nullptr when they are asked for the first time: looking at all of the entries once takes
  // less than making them.
  [[nodiscard]] base::Result<const Runs*> OfOpen(const TrailReader& reader) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace garant::trail

#pragma once

#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/draft.h"
#include "trail/reader.h"
#include "trail/sealer.h"

// Entries of kind `index-run`, which bind the runs of a segment to the tree (docs/formats/runs.md).
namespace garant::trail {

constexpr std::string_view kIndexRunKind = "index-run";

[[nodiscard]] Draft IndexEntry(const IndexedSegment& segment, base::Time now);
// kInvalid where it is none.
[[nodiscard]] base::Result<IndexedSegment> ReadIndexEntry(const Entry& entry);

// Segments that no entry speaks of: their writer stopped before it said so.
[[nodiscard]] base::Result<std::vector<IndexedSegment>> SegmentsWithoutEntry(
    const TrailReader& reader);

}  // namespace garant::trail

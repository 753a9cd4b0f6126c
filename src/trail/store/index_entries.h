#pragma once

#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/index/indexed_segment.h"
#include "trail/store/reader.h"

// Entries of kind `index-run`, which bind the runs of a segment to the tree (docs/formats/runs.md).
namespace garant::trail {

[[nodiscard]] Draft IndexEntry(const IndexedSegment& segment, base::Time now);

// Segments that no entry speaks of, as their writer stopped before it said so: what there is to say
// of them, made of their entries and not of what the index files have.
[[nodiscard]] base::Result<std::vector<IndexedSegment>> SegmentsWithoutEntry(
    const TrailReader& reader);

}  // namespace garant::trail

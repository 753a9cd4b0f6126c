#include "trail/store/index_entries.h"

#include <algorithm>

namespace garant::trail {

using base::Result;

Draft IndexEntry(const IndexedSegment& segment, base::Time now) {
  std::vector<std::string> roots;
  for (const Digest& root : segment.roots) roots.push_back(base::ToBase64(root));
  const auto moment = [](base::Time time) { return int64_t{time.time_since_epoch().count()}; };
  Draft draft;
  draft.time = now;
  draft.kind = kIndexRunKind;
  draft.source = "trail";
  draft.facts = {{"earliest", moment(segment.times.earliest)},
                 {"entries", static_cast<int64_t>(segment.entries)},
                 {"first", static_cast<int64_t>(segment.first)},
                 {"latest", moment(segment.times.latest)},
                 {"roots", std::move(roots)},
                 {"zones", base::ToBase64(segment.zones)}};
  return draft;
}

Result<std::vector<IndexedSegment>> SegmentsWithoutEntry(const TrailReader& reader) {
  std::vector<IndexedSegment> silent;
  for (size_t place = 0; place < reader.loaded().segments.size(); ++place)
    if (TRY(reader.vouched().EntryOn(reader, place)) == nullptr)
      silent.push_back(*TRY(reader.vouched().Of(reader, place)));
  return silent;
}

}  // namespace garant::trail

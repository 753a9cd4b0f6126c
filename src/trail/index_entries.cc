#include "trail/index_entries.h"

#include <algorithm>
#include <limits>
#include <set>

#include "trail/search.h"

namespace garant::trail {

using base::Code;
using base::Error;
using base::Result;

Draft IndexEntry(const IndexedSegment& segment, base::Time now) {
  std::vector<std::string> roots;
  for (const Digest& root : segment.roots) roots.push_back(base::ToBase64(root));
  Draft draft;
  draft.time = now;
  draft.kind = kIndexRunKind;
  draft.source = "trail";
  draft.facts = {{"entries", static_cast<int64_t>(segment.entries)},
                 {"first", static_cast<int64_t>(segment.first)},
                 {"roots", std::move(roots)}};
  return draft;
}

Result<IndexedSegment> ReadIndexEntry(const Entry& entry) {
  IndexedSegment segment;
  size_t found = entry.header.kind == kIndexRunKind ? 0 : 3;
  for (const Fact& fact : entry.header.facts) {
    if (const auto* number = std::get_if<int64_t>(&fact.value); number != nullptr && *number >= 0) {
      if (fact.name == "first") segment.first = static_cast<uint64_t>(*number);
      if (fact.name == "entries" && *number <= std::numeric_limits<uint32_t>::max())
        segment.entries = static_cast<uint32_t>(*number);
      ++found;
    }
    const auto* roots = std::get_if<std::vector<std::string>>(&fact.value);
    if (roots == nullptr || roots->size() != segment.roots.size()) continue;
    ++found;
    for (size_t i = 0; i < roots->size(); ++i) {
      const base::Bytes root = TRY(base::FromBase64((*roots)[i]));
      if (root.size() == segment.roots[i].size())
        std::ranges::copy(root, segment.roots[i].begin());
      else
        found = 0;
    }
  }
  if (found == 3 && entry.header.facts.size() == 3 && segment.entries != 0) return segment;
  return Error{Code::kInvalid,
               {"an entry of kind index-run does not say what it should",
                "une entrée de genre index-run ne dit pas ce qu’elle devrait"},
               {}};
}

Result<std::vector<IndexedSegment>> SegmentsWithoutEntry(const TrailReader& reader) {
  Search search;
  search.all_of = {{RunKey::kKind, {base::Bytes(kIndexRunKind.begin(), kIndexRunKind.end())}}};
  search.most = std::numeric_limits<size_t>::max();
  std::set<uint64_t> said;
  if (!reader.loaded().segments.empty())
    for (const Entry& entry : TRY(Find(reader, search)).entries)
      said.insert(TRY(ReadIndexEntry(entry)).first);
  std::vector<IndexedSegment> silent;
  for (const StoredSegment& stored : reader.loaded().segments) {
    if (said.contains(stored.segment.first())) continue;
    IndexedSegment segment{stored.segment.first(), stored.segment.entries(), {}};
    for (size_t i = 0; i < kRunKeys; ++i)
      segment.roots[i] = stored.runs.RootOf(static_cast<RunKey>(i + 1));
    silent.push_back(segment);
  }
  return silent;
}

}  // namespace garant::trail

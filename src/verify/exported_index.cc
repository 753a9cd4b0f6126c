#include "verify/exported_index.h"

#include <algorithm>

#include "base/file.h"
#include "trail/store/entry_bundle.h"
#include "trail/tree/proofs.h"
#include "trail/tree/tile_path.h"

namespace garant::verify {
namespace {

using base::Filled;
using base::Result;
using trail::IndexedSegment;

// A file's name for the bundle of entry `at`.
std::string BundleOf(const std::string& folder, uint64_t size, uint64_t at) {
  const uint64_t number = at / trail::kTileWidth;
  const trail::TilePath path{
      .entries = true, .number = number, .width = trail::WidthOfTile(size, 0, number)};
  return folder + "/" + path.ToString();
}

// A segment lies in whole bundles; those at the end of the log may be partial files no more.
Result<IndexedSegment> MakeIndex(const std::string& folder, std::string_view origin, uint64_t size,
                                 const IndexedSegment& of) {
  trail::SegmentIndexer indexer(origin, of.first, of.entries);
  for (uint64_t at = of.first; at < of.end(); at += trail::kTileWidth) {
    const std::string file = TRY(base::ReadFile(BundleOf(folder, size, at), trail::kLargestBundle));
    for (const base::ByteView leaf :
         TRY(trail::SplitBundle(base::AsBytes(file), trail::kTileWidth)))
      indexer.Add(leaf);
  }
  return indexer.Finish();
}

bool IsThere(const std::string& folder, uint64_t size, const IndexedSegment& of) {
  for (uint64_t at = of.first; at < of.end(); at += trail::kTileWidth)
    if (!base::Exists(BundleOf(folder, size, at))) return false;
  return true;
}

}  // namespace

void CheckExportedIndex(const std::string& folder, std::string_view origin, uint64_t size,
                        uint64_t kept_from, const std::vector<SaidIndex>& said, LogReport& report) {
  const auto fault = [&report](const SaidIndex& one, base::Text message) {
    report.faults.push_back({"", one.entry, std::move(message)});
  };
  std::vector<SaidIndex> sorted = said;
  std::ranges::stable_sort(sorted, {}, [](const SaidIndex& one) { return one.says.first; });
  uint64_t end = 0;
  uint64_t gone = 0;
  const SaidIndex* before = nullptr;
  for (const SaidIndex& one : sorted) {
    const IndexedSegment& says = one.says;
    if (before != nullptr && before->says == says) continue;  // said twice
    const bool overlaps = before != nullptr && says.first < before->says.end();
    before = &one;
    if (says.end() > one.entry || overlaps) {
      fault(one,
            Filled("it speaks of entries {} to {} (exclusive), which no segment can hold there",
                   "elle parle des entrées {} à {} (exclue), qu’aucun segment ne peut y contenir",
                   {says.first, says.end()}));
      continue;
    }
    if (says.first < kept_from && !IsThere(folder, size, says)) {
      gone = std::max(gone, std::min(says.end(), kept_from));
      end = std::max(end, says.end());
      continue;
    }
    if (says.first > std::max(end, kept_from))
      report.notes.push_back(
          Filled("No entry speaks of an index of entries {} to {} (exclusive).",
                 "Aucune entrée ne parle d’un index des entrées {} à {} (exclue).",
                 {std::max(end, kept_from), says.first}));
    end = std::max(end, says.end());
    const auto made = MakeIndex(folder, origin, size, says);
    if (!made)
      fault(one, made.error().message);
    else if (*made != says)
      fault(one, Filled("the index that it speaks of is not that of entries {} to {} (exclusive): "
                        "something was left out, put in or changed",
                        "l’index dont elle parle n’est pas celui des entrées {} à {} (exclue) : "
                        "quelque chose a été omis, ajouté ou modifié",
                        {says.first, says.end()}));
    else
      ++report.segments;
  }
  if (gone != 0)
    report.notes.push_back(Filled("The index of entries below {} was not checked: they are gone.",
                                  "L’index des entrées avant {} n’a pas été vérifié : elles n’y "
                                  "sont plus.",
                                  {gone}));
  report.notes.push_back(
      Filled("The index of {} segments is that of their entries; entries from {} "
             "on have none yet.",
             "L’index de {} segments est celui de leurs entrées; les entrées à "
             "partir de {} n’en ont pas encore.",
             {report.segments, std::max(end, kept_from)}));
}

}  // namespace garant::verify

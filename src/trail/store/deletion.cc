#include "trail/store/deletion.h"

#include "trail/entry/leaf_pieces.h"
#include "trail/store/kept_part.h"
#include "trail/store/paths.h"
#include "trail/store/sealed_leaf.h"
#include "trail/store/store.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

int64_t SecondsOf(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// The newest of one log.
std::optional<Deletion> InLog(const OpenLog& open) {
  const ByteView bytes = base::AsBytes(open.bytes);
  for (size_t i = open.log.places.size(); i-- > 0;) {
    const LoadedLog::Place& place = open.log.places[i];
    const ByteView leaf = bytes.subspan(place.offset, place.size);
    if (KindOfLeaf(leaf) != kRetentionKind) continue;
    const auto entry = DecodeEntry(leaf);
    if (!entry) continue;
    if (auto deletion = ToDeletion(*entry)) return deletion;
  }
  return std::nullopt;
}

// What a run leaves out is not found, and then nothing is believed to have been deleted.
Result<std::optional<Deletion>> InSegment(const LoadedTrail& loaded, const StoredSegment& stored) {
  const auto ranges = stored.runs.Find(RunKey::kKind, base::AsBytes(kRetentionKind));
  if (!ranges)
    return UntrustedTrail(
        Filled("{}: {}", "{} : {}",
               {SegmentName(stored.segment.first(), kRunsSuffix), ranges.error().message}));
  for (size_t i = ranges->size(); i-- > 0;)
    for (uint32_t j = (*ranges)[i].count; j-- > 0;) {
      const uint64_t index = stored.segment.first() + (*ranges)[i].first + j;
      const base::Bytes leaf = TRY(ReadSealedLeaf(loaded, index));
      const Entry entry = TRY(DecodeEntry(leaf));
      if (auto deletion = ToDeletion(entry)) return deletion;
    }
  return std::optional<Deletion>();
}

}  // namespace

Draft ToDraft(const Deletion& deletion, std::string_view service, base::Time now) {
  Draft draft;
  draft.time = now;
  draft.kind = kRetentionKind;
  draft.service = service;
  draft.source = "garant.trail";
  draft.outcome = "deleted";
  draft.facts = {{"entries", static_cast<int64_t>(deletion.entries)},
                 {"first", static_cast<int64_t>(deletion.first)},
                 {"keep", deletion.keep},
                 {"newest", SecondsOf(deletion.newest)}};
  return draft;
}

Result<std::optional<Deletion>> LastDeletion(const LoadedTrail& loaded) {
  for (size_t i = loaded.logs.size(); i-- > 0;)
    if (auto deletion = InLog(loaded.logs[i])) return deletion;
  if (loaded.kept_from == 0) return std::optional<Deletion>();
  for (size_t i = loaded.segments.size(); i-- > 0;)
    if (auto deletion = TRY(InSegment(loaded, loaded.segments[i]))) return deletion;
  return std::optional<Deletion>();
}

Error WasDeleted(uint64_t index, const Deletion& deletion) {
  const base::Text when = index >= deletion.first
                              ? base::Text{"on " + base::FormatDate(deletion.time),
                                           "le " + base::FormatDate(deletion.time)}
                              : base::Text{"before " + base::FormatDate(deletion.time),
                                           "avant le " + base::FormatDate(deletion.time)};
  return Error{
      Code::kGone,
      Filled("entry {} was deleted {} when its time had come: trail.keep is {} (entry {}); the "
             "trail keeps entries from {} on",
             "l’entrée {} a été supprimée {} à son échéance : trail.keep vaut {} (entrée {}); le "
             "journal conserve les entrées à partir de {}",
             {index, when, deletion.keep, deletion.entry, deletion.end()}),
      {}};
}

}  // namespace garant::trail

#include "trail/deletion.h"

#include "trail/entry_form.h"
#include "trail/kept_part.h"
#include "trail/paths.h"
#include "trail/sealed_leaf.h"
#include "trail/store.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kFirstField = 35;  // docs/formats/entry.md: the kind, behind its tag and length

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

std::optional<Deletion> ToDeletion(const Entry& entry) {
  if (entry.header.kind != kRetentionKind || entry.header.facts.size() != 4) return std::nullopt;
  const std::vector<Fact>& facts = entry.header.facts;
  const auto* entries = std::get_if<int64_t>(&facts[0].value);
  const auto* first = std::get_if<int64_t>(&facts[1].value);
  const auto* keep = std::get_if<std::string>(&facts[2].value);
  const auto* newest = std::get_if<int64_t>(&facts[3].value);
  if (facts[0].name != "entries" || facts[1].name != "first" || facts[2].name != "keep" ||
      facts[3].name != "newest" || entries == nullptr || first == nullptr || keep == nullptr ||
      newest == nullptr || *entries <= 0 || *first < 0 || *entries % kBundleEntries != 0 ||
      *first % kBundleEntries != 0 || !base::ParseDuration(*keep))
    return std::nullopt;
  Deletion deletion;
  deletion.first = static_cast<uint64_t>(*first);
  deletion.entries = static_cast<uint64_t>(*entries);
  deletion.keep = *keep;
  deletion.newest = base::Time(std::chrono::seconds(*newest));
  deletion.entry = entry.index;
  deletion.time = entry.time;
  // It tells of what came before it.
  if (deletion.end() > entry.index) return std::nullopt;
  return deletion;
}

std::string_view KindOfLeaf(ByteView leaf) {
  if (leaf.size() < kFirstField + 3 || leaf[kFirstField] != static_cast<uint8_t>(Tag::kKind))
    return {};
  const size_t length = size_t{leaf[kFirstField + 1]} << 8U | leaf[kFirstField + 2];
  if (leaf.size() < kFirstField + 3 + length) return {};
  return base::AsText(leaf.subspan(kFirstField + 3, length));
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
      Code::kNotFound,
      Filled("entry {} was deleted {} when its time had come: trail.keep is {} (entry {}); the "
             "trail keeps entries from {} on",
             "l’entrée {} a été supprimée {} à son échéance : trail.keep vaut {} (entrée {}); le "
             "journal conserve les entrées à partir de {}",
             {index, when, deletion.keep, deletion.entry, deletion.end()}),
      {}};
}

}  // namespace garant::trail

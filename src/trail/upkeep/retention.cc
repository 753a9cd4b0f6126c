#include "trail/upkeep/retention.h"

#include <algorithm>
#include <set>

#include "base/disk.h"
#include "trail/append/trail.h"
#include "trail/entry/leaf_pieces.h"
#include "trail/keys/key_vault.h"
#include "trail/store/listing.h"
#include "trail/store/paths.h"
#include "trail/store/sealed_leaf.h"
#include "trail/upkeep/retention_again.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr int kLogsInAPeriod = 10;
// Sources may be five minutes ahead.
constexpr base::Duration kAhead = std::chrono::hours(1);

struct Looked {
  base::Time newest = base::Time::min();
  std::optional<std::string> held;  // a category
};

bool IsHeld(const std::vector<std::string>& held, const std::string& category) {
  return std::ranges::binary_search(held, category);
}

std::optional<std::string> HeldIn(const Entry& entry, const std::vector<std::string>& held) {
  for (const std::string& category : entry.header.categories)
    if (IsHeld(held, category)) return category;
  for (const SealedPart& part : entry.parts)
    if (IsHeld(held, part.category)) return part.category;
  return std::nullopt;
}

// Reads the whole segment, and believes nothing of it that is not signed.
Result<Looked> LookAt(const TrailReader& reader, const StoredSegment& stored,
                      const std::vector<std::string>& held, NeededAgain& again) {
  Looked looked;
  const auto take = [&](uint64_t /*index*/, ByteView leaf) -> Status {
    looked.newest = std::max(looked.newest, TimeOfLeaf(leaf));
    TRY(again.Take(leaf));
    if (!held.empty() && !looked.held) looked.held = HeldIn(TRY(DecodeEntry(leaf)), held);
    return Ok{};
  };
  TRY(ReadSealedLeaves(reader.loaded(), stored, take));
  return looked;
}

HeldSegment HeldBy(uint64_t first, std::string category, std::span<const Hold> holds,
                   base::Time now) {
  HeldSegment segment{first, {}, std::move(category)};
  for (const Hold& hold : holds)
    if (hold.LastsAt(now) && IsHeld(hold.categories, segment.category)) segment.hold = hold;
  return segment;
}

// By its first entry. One that is ahead of the clock would keep the log from ending for as long as
// it is, and tells nothing.
bool LogIsOld(const LoadedTrail& loaded, base::Time before, base::Time now) {
  if (loaded.logs.empty()) return false;
  const OpenLog& open = loaded.logs.back();
  if (open.log.places.size() < kBundleEntries) return false;
  for (const LoadedLog::Place& place : open.log.places) {
    const base::Time time = TimeOfLeaf(base::AsBytes(open.bytes).subspan(place.offset, place.size));
    if (time <= now) return time < before;
  }
  return false;
}

Error Unfinished(const Error& why) {
  return Error{why.code,
               Filled("the deletion is recorded and not finished: {}; mend the cause, and the next "
                      "command that writes to this trail finishes it",
                      "la suppression est consignée sans être achevée : {}; corrigez-en la cause, "
                      "et la prochaine commande qui écrit dans ce journal l’achèvera",
                      {why.message}),
               {}};
}

// What was deleted and lies there, whatever left it. Segments before their runs: one that is there
// has them.
Status RemoveBelow(Trail& trail, uint64_t end) {
  const SegmentListing listing = TRY(ListSegments(trail.folder()));
  const std::pair<const std::vector<uint64_t>&, std::string_view> files[] = {
      {listing.segments, kSegmentSuffix}, {listing.runs, kRunsSuffix}};
  for (const auto& [firsts, suffix] : files) {
    if (firsts.empty() || firsts.front() >= end) continue;
    for (const uint64_t first : firsts)
      if (first < end) TRY(trail.disk().Remove(SegmentPath(trail.folder(), first, suffix)));
    TRY(trail.disk().SyncFolder(SegmentsPath(trail.folder())));
  }
  return Ok{};
}

}  // namespace

base::Text TextOf(const AheadSegment& ahead) {
  return Filled(
      "kept from entry {} on: an entry there says that it is of {}, which is still to come; a "
      "clock was wrong when it was written, or is now",
      "conservé à partir de l’entrée {} : une entrée s’y dit du {}, qui est encore à venir; une "
      "horloge était fausse à son écriture, ou l’est maintenant",
      {ahead.first, base::FormatTime(ahead.newest)});
}

Result<DeletionPlan> PlanDeletion(const TrailReader& reader, const KeyStore& keys,
                                  const Retention& retention, base::Time now, size_t most) {
  if (retention.keep < kLeastKept)
    return Error{Code::kInvalid,
                 Filled("trail.keep is {}; a trail keeps a day (P1D) at least",
                        "trail.keep vaut {}; un journal conserve au moins un jour (P1D)",
                        {retention.declared}),
                 {}};
  const base::Time before = now - retention.keep;
  const std::vector<std::string> held = HeldCategories(keys.holds(), now);
  DeletionPlan plan;
  plan.end_log = LogIsOld(reader.loaded(), now - retention.keep / kLogsInAPeriod, now);
  NeededAgain again(keys, now);
  Deletion due{reader.kept_from(), 0, retention.declared, base::Time::min(), 0, {}};
  size_t count = 0;
  for (const StoredSegment& stored : reader.loaded().segments) {
    const TimeSpan times = stored.segment.times();
    if (times.earliest < before && times.latest > now + kAhead)
      plan.ahead = AheadSegment{stored.segment.first(), times.latest};
    if (times.latest >= before || count++ == most) break;
    NeededAgain with_this = again;
    Looked looked = TRY(LookAt(reader, stored, held, with_this));
    if (looked.held)
      plan.held = HeldBy(stored.segment.first(), std::move(*looked.held), keys.holds(), now);
    if (looked.held || looked.newest >= before) break;
    again = std::move(with_this);
    due.entries += stored.segment.entries();
    due.newest = std::max(due.newest, looked.newest);
  }
  if (due.entries == 0) return plan;
  plan.again = TRY(again.Drafts(reader, due.end()));
  plan.deletion = std::move(due);
  return plan;
}

Result<DeletionPlan> DeleteDue(Trail& trail, const Retention& retention, std::string_view service,
                               base::Time now, size_t most) {
  DeletionPlan plan;
  uint64_t gone = 0;
  {
    const TrailReader reader = TRY(TrailReader::Open(trail.folder()));
    plan = TRY(PlanDeletion(reader, trail.vault().keys(), retention, now, most));
    gone = reader.kept_from();
  }
  if (plan.deletion) {
    std::vector<Draft> drafts = plan.again;
    drafts.push_back(ToDraft(*plan.deletion, service, now));
    plan.deletion->entry = TRY(trail.Append(drafts)) + plan.again.size();
    plan.deletion->time = now;
    gone = plan.deletion->end();
  }
  if (const auto removed = RemoveBelow(trail, gone); !removed) return Unfinished(removed.error());
  if (plan.end_log) trail.EndLog();
  return plan;
}

}  // namespace garant::trail

#include "trail/upkeep/retention_again.h"

#include <algorithm>
#include <array>

#include "trail/entry/leaf_pieces.h"
#include "trail/keys/seal.h"
#include "trail/keys/tombstone.h"
#include "trail/search/search.h"
#include "trail/store/deletion.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

// proof/acts.h and ingest/source_event.h write these; rooms above this one.
constexpr std::string_view kActKind = "act";
constexpr std::string_view kSourceKind = "source";
constexpr std::array<std::string_view, 3> kRunning = {"found", "heard", "silent"};
constexpr std::array<std::string_view, 3> kEnded = {"broken", "closed", "crashed"};

bool IsAmong(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The header as it is. What is sealed in it, under the record key alone, is for the caller.
Draft HeaderAgain(const Entry& entry) {
  const Header& header = entry.header;
  Draft draft;
  draft.time = entry.time;
  draft.kind = header.kind;
  draft.service = header.service;
  draft.part = header.part;
  draft.route = header.route;
  draft.categories = header.categories;
  draft.outcome = header.outcome;
  draft.source = header.source;
  draft.sequence = header.sequence;
  draft.facts = header.facts;
  return draft;
}

Result<std::vector<Entry>> LaterEvents(const TrailReader& reader, uint64_t kept_from,
                                       const std::string& source) {
  Search search;
  search.all_of = {ByText(RunKey::kKind, kSourceKind)};
  search.source = source;
  search.order = SearchOrder::kOldestFirst;
  search.from = kept_from;
  search.most = 1;
  return TRY(Find(reader, search)).entries;
}

}  // namespace

Status NeededAgain::Take(ByteView leaf) {
  const std::string_view kind = KindOfLeaf(leaf);
  if (kind != kErasureKind && kind != kHoldKind && kind != kActKind && kind != kSourceKind)
    return Ok{};
  Entry entry = TRY(DecodeEntry(leaf));
  if (kind == kActKind) return TakeAct(entry);
  if (kind == kSourceKind) {
    TakeSource(std::move(entry));
    return Ok{};
  }
  if (const auto tombstone = ToTombstone(entry)) tombstones_[tombstone->record] = entry;
  if (const auto hold = ToHold(entry, *keys_)) holds_[hold->id] = std::move(entry);
  return Ok{};
}

Status NeededAgain::TakeAct(const Entry& entry) {
  const auto expires = std::ranges::find(entry.header.facts, "expires", &Fact::name);
  const auto* until =
      expires == entry.header.facts.end() ? nullptr : std::get_if<int64_t>(&expires->value);
  if (until == nullptr ||
      *until <= std::chrono::floor<std::chrono::seconds>(now_).time_since_epoch().count())
    return Ok{};
  Draft draft = HeaderAgain(entry);
  for (uint32_t number = 0; number < entry.parts.size(); ++number) {
    auto bytes = OpenSealedPart(entry, number, *keys_);
    if (!bytes)
      return Error{bytes.error().code,
                   Filled("an act that has not expired must be kept, and cannot be opened: {}",
                          "un acte non expiré doit être gardé, et ne peut être ouvert : {}",
                          {bytes.error().message}),
                   {}};
    draft.sealed.push_back(
        {KeyClass::kRecord, entry.parts[number].category, std::move(*bytes), {}});
  }
  acts_.push_back(std::move(draft));
  return Ok{};
}

void NeededAgain::TakeSource(Entry entry) {
  Source& source = sources_[entry.header.source];
  source.last = entry.header.outcome;
  if (IsAmong(kRunning, source.last) && entry.parts.empty()) source.running = std::move(entry);
}

Result<std::vector<Draft>> NeededAgain::Drafts(const TrailReader& reader,
                                               uint64_t kept_from) const {
  std::vector<Draft> drafts;
  for (const auto& [record, entry] : tombstones_) drafts.push_back(HeaderAgain(entry));
  for (const auto& [id, entry] : holds_) {
    // As it is now: what ended it may stand in what remains, before what is appended here.
    const auto known = std::ranges::find(keys_->holds(), id, &Hold::id);
    if (known == keys_->holds().end() || known->until <= now_) continue;
    drafts.push_back(ToDraft(*known, entry.header.service, entry.time));
  }
  drafts.insert(drafts.end(), acts_.begin(), acts_.end());
  for (const auto& [name, source] : sources_)
    if (!IsAmong(kEnded, source.last) && !source.running.header.kind.empty() &&
        TRY(LaterEvents(reader, kept_from, name)).empty())
      drafts.push_back(HeaderAgain(source.running));
  return drafts;
}

}  // namespace garant::trail

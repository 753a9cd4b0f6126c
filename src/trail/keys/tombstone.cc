#include "trail/keys/tombstone.h"

#include <algorithm>

#include "trail/entry/facts_of.h"
#include "trail/keys/seal.h"

namespace garant::trail {
namespace {

constexpr std::string_view kAdded = "added";
constexpr std::string_view kEnded = "ended";

int64_t SecondsOf(base::Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Draft DraftOf(std::string_view kind, std::string_view service, base::Time now) {
  Draft draft;
  draft.time = now;
  draft.kind = kind;
  draft.service = service;
  draft.source = "garant.trail";
  return draft;
}

}  // namespace

Draft ToDraft(const Tombstone& tombstone, std::string_view service, base::Time now) {
  Draft draft = DraftOf(kErasureKind, service, now);
  draft.facts = {{"held", tombstone.held}, {"record", base::ToHex(tombstone.record)}};
  return draft;
}

Draft ToDraft(const Hold& hold, std::string_view service, base::Time now) {
  Draft draft = DraftOf(kHoldKind, service, now);
  draft.outcome = hold.ended ? kEnded : kAdded;
  draft.facts = {{"id", base::ToHex(hold.id)}};
  if (hold.ended) return draft;
  draft.facts = {{"categories", hold.categories},
                 {"id", base::ToHex(hold.id)},
                 {"until", SecondsOf(hold.until)}};
  draft.sealed = {{KeyClass::kRecord,
                   std::string(kHoldReason),
                   {hold.reason.begin(), hold.reason.end()},
                   std::nullopt}};
  return draft;
}

std::optional<Hold> ToHold(const Entry& entry, const KeyStore& keys) {
  if (entry.header.kind != kHoldKind) return std::nullopt;
  const auto id = IdOf<8>(entry, "id");
  if (!id) return std::nullopt;
  if (entry.header.outcome == kEnded) {
    const auto known = std::ranges::find(keys.holds(), *id, &Hold::id);
    if (known == keys.holds().end()) return std::nullopt;
    Hold ended = *known;
    ended.ended = true;
    return ended;
  }
  const auto categories = CategoriesOf(entry, "categories");
  const auto* until = FactOf<int64_t>(entry, "until");
  if (!categories || until == nullptr || *until < 0 || *until > kLastHoldSecond ||
      entry.header.outcome != kAdded || entry.parts.empty())
    return std::nullopt;
  const auto reason = OpenSealedPart(entry, 0, keys);
  if (!reason) return std::nullopt;
  return Hold{.id = *id,
              .categories = *categories,
              .reason = std::string(base::AsText(*reason)),
              .until = base::Time(std::chrono::seconds(*until))};
}

}  // namespace garant::trail

#include "trail/tombstone.h"

#include <algorithm>

#include "trail/entry_form.h"
#include "trail/seal.h"

namespace garant::trail {
namespace {

constexpr std::string_view kAdded = "added";
constexpr std::string_view kEnded = "ended";

template <typename T>
const T* FactOf(const Entry& entry, std::string_view name) {
  for (const Fact& fact : entry.header.facts)
    if (fact.name == name) return std::get_if<T>(&fact.value);
  return nullptr;
}

template <size_t kSize>
std::optional<std::array<uint8_t, kSize>> IdOf(const Entry& entry, std::string_view name) {
  const auto* text = FactOf<std::string>(entry, name);
  if (text == nullptr) return std::nullopt;
  const auto bytes = base::FromHex(*text);
  if (!bytes || bytes->size() != kSize || base::ToHex(*bytes) != *text) return std::nullopt;
  std::array<uint8_t, kSize> id{};
  std::ranges::copy(*bytes, id.begin());
  return id;
}

std::optional<std::vector<std::string>> CategoriesOf(const Entry& entry, std::string_view name) {
  const auto* texts = FactOf<std::vector<std::string>>(entry, name);
  if (texts == nullptr) return std::nullopt;
  const bool sound = std::ranges::all_of(*texts, [](const std::string& category) {
    return !category.empty() && !TextProblem(category, kMaxNameBytes);
  });
  if (!sound || std::ranges::adjacent_find(*texts, std::ranges::greater_equal()) != texts->end())
    return std::nullopt;
  return *texts;
}

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

bool MayTellOfErasures(base::ByteView leaf) {
  constexpr size_t kFirstField = 35;  // docs/formats/entry.md: the kind, behind its tag and length
  if (leaf.size() < kFirstField + 3 || leaf[kFirstField] != static_cast<uint8_t>(Tag::kKind))
    return false;
  const std::string_view kind = base::AsText(leaf.subspan(kFirstField + 3));
  return kind.starts_with(kErasureKind) || kind.starts_with(kHoldKind);
}

Draft ToDraft(const Tombstone& tombstone, std::string_view service, base::Time now) {
  Draft draft = DraftOf(kErasureKind, service, now);
  draft.facts = {{"held", tombstone.held}, {"record", base::ToHex(tombstone.record)}};
  return draft;
}

std::optional<Tombstone> ToTombstone(const Entry& entry) {
  if (entry.header.kind != kErasureKind) return std::nullopt;
  const auto record = IdOf<16>(entry, "record");
  const auto held = CategoriesOf(entry, "held");
  if (!record || !held) return std::nullopt;
  return Tombstone{*record, *held};
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

#include "trail/facts_of.h"
#include "trail/tombstone.h"

// Apart from what writes tombstones: garant-verify has no keys.
namespace garant::trail {

bool MayTellOfErasures(base::ByteView leaf) {
  constexpr size_t kFirstField = 35;  // docs/formats/entry.md: the kind, behind its tag and length
  if (leaf.size() < kFirstField + 3 || leaf[kFirstField] != static_cast<uint8_t>(Tag::kKind))
    return false;
  const std::string_view kind = base::AsText(leaf.subspan(kFirstField + 3));
  return kind.starts_with(kErasureKind) || kind.starts_with(kHoldKind);
}

std::optional<Tombstone> ToTombstone(const Entry& entry) {
  if (entry.header.kind != kErasureKind) return std::nullopt;
  const auto record = IdOf<16>(entry, "record");
  const auto held = CategoriesOf(entry, "held");
  if (!record || !held) return std::nullopt;
  return Tombstone{*record, *held};
}

}  // namespace garant::trail

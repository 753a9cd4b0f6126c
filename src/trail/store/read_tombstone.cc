#include "trail/entry/facts_of.h"
#include "trail/entry/leaf_pieces.h"
#include "trail/keys/tombstone.h"

// Apart from what writes tombstones: garant-verify has no keys.
namespace garant::trail {

bool MayTellOfErasures(base::ByteView leaf) {
  const std::string_view kind = KindOfLeaf(leaf);
  return kind == kErasureKind || kind == kHoldKind;
}

std::optional<Tombstone> ToTombstone(const Entry& entry) {
  if (entry.header.kind != kErasureKind) return std::nullopt;
  const auto record = IdOf<16>(entry, "record");
  const auto held = CategoriesOf(entry, "held");
  if (!record || !held) return std::nullopt;
  return Tombstone{*record, *held};
}

}  // namespace garant::trail

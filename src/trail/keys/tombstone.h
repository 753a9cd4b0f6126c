#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/keys/holds.h"
#include "trail/keys/keys.h"
#include "trail/keys/subjects.h"

// The entries of docs/formats/erasure.md: tombstones and holds.
namespace garant::trail {

constexpr std::string_view kErasureKind = "erasure";
constexpr std::string_view kHoldKind = "hold";
constexpr std::string_view kHoldReason = "hold.reason";  // the category of its sealed part

// Whether a leaf's kind is one of these, told from its first bytes: a long trail has few of them.
[[nodiscard]] bool MayTellOfErasures(base::ByteView leaf);

struct Tombstone {
  RecordId record{};
  std::vector<std::string> held;  // ascending
  bool operator==(const Tombstone&) const = default;
};
[[nodiscard]] Draft ToDraft(const Tombstone& tombstone, std::string_view service, base::Time now);
// Nothing where the entry is of another kind or form.
[[nodiscard]] std::optional<Tombstone> ToTombstone(const Entry& entry);

[[nodiscard]] Draft ToDraft(const Hold& hold, std::string_view service, base::Time now);
// The hold as it is after this entry; nothing where the entry is of another kind or form, or ends a
// hold that nobody knows. The reason is sealed under the record key.
[[nodiscard]] std::optional<Hold> ToHold(const Entry& entry, const KeyStore& keys);

}  // namespace garant::trail

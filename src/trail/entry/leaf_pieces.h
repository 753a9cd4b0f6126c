#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "trail/entry/entry_form.h"
#include "trail/entry/wire.h"

// A leaf taken apart where it stands, without copying: a quick look for those that need only some
// of an entry (docs/formats/entry.md), such as the index and the store.
namespace garant::trail {

struct LeafPiece {
  enum class Kind : uint8_t {
    kIndex,       // 8 bytes
    kTime,        // 8
    kInteger,     // 8: a sequence number, or a fact's number
    kToken,       // 32; `tag` says whose
    kText,        // a header field of text; `tag` says which
    kCategory,    // one data category
    kFactText,    // of a fact of one text: the value, behind two bytes of length
    kCommitment,  // 32, of a part sealed under a person's key
    kCiphertext,  // behind two bytes of length
  };
  Kind kind{};
  Tag tag{};
  uint32_t offset = 0;  // in the leaf
  uint32_t size = 0;
};

// Where every leaf has its time, and the time. The leaf was written by a trail.
constexpr size_t kTimeInLeaf = 1 + 8;
inline base::Time TimeOfLeaf(base::ByteView leaf) {
  return base::Time(base::Duration(static_cast<int64_t>(EightAt(&leaf[kTimeInLeaf]))));
}

namespace pieces {

// Integers at known places, for bounds that were checked.
inline uint32_t Two(const uint8_t* at) { return static_cast<uint32_t>(at[0]) << 8U | at[1]; }

constexpr uint32_t kFields = 1 + 8 + 8 + 16 + 2;
inline uint32_t HeaderEnd(base::ByteView leaf) { return kFields + Two(&leaf[kFields - 2]); }

template <typename Visit>
bool WalkFacts(base::ByteView leaf, uint32_t at, uint32_t end, const Visit& visit) {
  while (at < end) {
    const uint32_t value = at + 1U + leaf[at] + 3U;
    if (value > end) return false;
    const auto type = static_cast<FactTag>(leaf[value - 3]);
    const uint32_t size = Two(&leaf[value - 2]);
    if (size > end - value) return false;
    if (type == FactTag::kInt && size == 8)
      visit(LeafPiece{LeafPiece::Kind::kInteger, Tag::kFacts, value, size});
    if (type == FactTag::kText)
      visit(LeafPiece{LeafPiece::Kind::kFactText, Tag::kFacts, value, size});
    at = value + size;
  }
  return true;
}

template <typename Visit>
bool WalkCategories(base::ByteView leaf, uint32_t at, uint32_t end, const Visit& visit) {
  while (at < end) {
    const uint32_t size = leaf[at];
    if (size > end - at - 1) return false;
    visit(LeafPiece{LeafPiece::Kind::kCategory, Tag::kCategories, at + 1, size});
    at += 1 + size;
  }
  return true;
}

template <typename Visit>
bool WalkField(base::ByteView leaf, Tag tag, uint32_t at, uint32_t size, const Visit& visit) {
  switch (tag) {
    case Tag::kSequence:
      if (size != 8) return false;
      visit(LeafPiece{LeafPiece::Kind::kInteger, tag, at, size});
      return true;
    case Tag::kActor:
    case Tag::kSubject:
    case Tag::kSession:
    case Tag::kTrace:
      if (size != 32) return false;
      visit(LeafPiece{LeafPiece::Kind::kToken, tag, at, size});
      return true;
    case Tag::kCategories:
      return WalkCategories(leaf, at, at + size, visit);
    case Tag::kFacts:
      return WalkFacts(leaf, at, at + size, visit);
    default:
      visit(LeafPiece{LeafPiece::Kind::kText, tag, at, size});
      return true;
  }
}

template <typename Visit>
bool WalkPart(base::ByteView leaf, uint32_t& at, const Visit& visit) {
  const auto end = static_cast<uint32_t>(leaf.size());
  if (end - at < 2) return false;
  const auto key_class = static_cast<KeyClass>(leaf[at]);
  const uint32_t commitment = at + 2 + leaf[at + 1] + 6;
  const uint32_t ciphertext = commitment + kCommitmentBytes + 2;
  if (ciphertext > end) return false;
  const uint32_t size = Two(&leaf[ciphertext - 2]);
  if (size > end - ciphertext) return false;
  if (key_class == KeyClass::kSubject)
    visit(LeafPiece{LeafPiece::Kind::kCommitment, {}, commitment, kCommitmentBytes});
  visit(LeafPiece{LeafPiece::Kind::kCiphertext, {}, ciphertext, size});
  at = ciphertext + size;
  return true;
}

}  // namespace pieces

// The kind of a leaf, which is its first field; empty where these bytes are none.
inline std::string_view KindOfLeaf(base::ByteView leaf) {
  constexpr size_t kKind = pieces::kFields + 3;
  if (leaf.size() < kKind || leaf[pieces::kFields] != static_cast<uint8_t>(Tag::kKind)) return {};
  const size_t size = pieces::Two(&leaf[kKind - 2]);
  if (leaf.size() - kKind < size) return {};
  return base::AsText(leaf.subspan(kKind, size));
}

// Of a leaf up to the end of its header: calls `visit` with each piece, in the order in which they
// stand. False where these bytes have not that layout; pieces that stand before were visited then.
template <typename Visit>
bool WalkHeader(base::ByteView leaf, const Visit& visit) {
  if (leaf.size() < pieces::kFields || leaf.size() > kMaxEntryBytes) return false;
  visit(LeafPiece{LeafPiece::Kind::kIndex, {}, 1, 8});
  visit(LeafPiece{LeafPiece::Kind::kTime, {}, 9, 8});
  uint32_t at = pieces::kFields;
  const uint32_t end = pieces::HeaderEnd(leaf);
  if (end > leaf.size()) return false;
  while (at < end) {
    if (end - at < 3) return false;
    const auto tag = static_cast<Tag>(leaf[at]);
    const uint32_t size = pieces::Two(&leaf[at + 1]);
    at += 3;
    if (size > end - at || !pieces::WalkField(leaf, tag, at, size, visit)) return false;
    at += size;
  }
  return true;
}

// The same for a whole leaf. Every leaf that DecodeEntry takes has the layout; this takes more.
template <typename Visit>
bool WalkLeaf(base::ByteView leaf, const Visit& visit) {
  if (!WalkHeader(leaf, visit)) return false;
  uint32_t at = pieces::HeaderEnd(leaf);
  if (at + 2 > leaf.size()) return false;
  uint32_t parts = pieces::Two(&leaf[at]);
  at += 2;
  for (; parts > 0; --parts)
    if (!pieces::WalkPart(leaf, at, visit)) return false;
  return at == leaf.size();
}

}  // namespace garant::trail

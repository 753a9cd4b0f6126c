#include "trail/keys/token_cache.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "base/prefetch.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

constexpr size_t kLeastSlots = 256;
constexpr size_t kMostSlots = size_t{1} << 17U;
constexpr size_t kNear = 4;  // slots that one name may stand in

bool SameName(const TokenCache::Name& a, const TokenCache::Name& b) {
  return SameBytes(a.data(), b.data(), a.size());
}

}  // namespace

TokenCache::TokenCache() {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == sizeof(Name));
  static_assert(crypto_shorthash_siphashx24_BYTES == sizeof(Name));
  base::FillRandom(key_);
}

TokenCache::Name TokenCache::NameOf(std::initializer_list<std::string_view> texts) {
  constexpr size_t kLengthBytes = 4;
  std::array<uint8_t, 256> small;
  std::span<uint8_t> all(small);
  size_t size = 0;
  for (const std::string_view text : texts) size += kLengthBytes + text.size();
  if (size > small.size()) {
    text_.resize(size);
    all = text_;
  }
  uint8_t* at = all.data();
  for (const std::string_view text : texts) {
    const auto length = BigEndian(text.size());
    at = std::ranges::copy(base::ByteView(length).last<kLengthBytes>(), at).out;
    at = std::ranges::copy(text, at).out;
  }
  Name name{};
  crypto_shorthash_siphashx24(name.data(), all.data(), size, key_.data());
  if (!slots_.empty()) {
    const auto* const first = reinterpret_cast<const uint8_t*>(&slots_[PlaceOf(name)]);
    base::Prefetch({first, sizeof(Slot)});
  }
  return name;
}

size_t TokenCache::PlaceOf(const Name& name) const {
  uint64_t bits = 0;
  std::memcpy(&bits, name.data(), sizeof bits);
  return bits & (slots_.size() - 1);
}

const Token* TokenCache::Find(const Name& name) const {
  if (slots_.empty()) return nullptr;
  const size_t place = PlaceOf(name);
  for (size_t i = 0; i < kNear; ++i) {
    const Slot& slot = slots_[(place + i) & (slots_.size() - 1)];
    if (SameName(slot.name, name)) return &slot.token;
  }
  return nullptr;
}

TokenCache::Slot* TokenCache::RoomFor(const Name& name) {
  const size_t place = PlaceOf(name);
  for (size_t i = 0; i < kNear; ++i) {
    Slot& slot = slots_[(place + i) & (slots_.size() - 1)];
    if (SameName(slot.name, {}) || SameName(slot.name, name)) return &slot;
  }
  return nullptr;
}

void TokenCache::Put(const Name& name, const Token& token) {
  if (slots_.empty()) slots_.resize(kLeastSlots, Slot{});
  Slot* room = RoomFor(name);
  while (room == nullptr && slots_.size() < kMostSlots) {
    const auto old = std::exchange(slots_, base::LargeVector<Slot>(slots_.size() * 2, Slot{}));
    for (const Slot& slot : old)
      if (Slot* const to = slot.name == Name{} ? nullptr : RoomFor(slot.name)) *to = slot;
    room = RoomFor(name);
  }
  if (room == nullptr) room = &slots_[PlaceOf(name)];
  *room = {name, token};
}

}  // namespace garant::trail

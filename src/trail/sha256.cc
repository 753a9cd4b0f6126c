#define OPENSSL_SUPPRESS_DEPRECATED  // SHA256_*: see the header
#include "trail/sha256.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace garant::trail {
namespace {

constexpr size_t kBlock = 64;  // of SHA-256

Sha256Hasher BlockOf(base::ByteView key, uint8_t pad) {
  std::array<uint8_t, kBlock> block{};
  std::ranges::copy(key, block.begin());
  for (uint8_t& byte : block) byte ^= pad;
  Sha256Hasher hasher;
  hasher.Add(block);
  OPENSSL_cleanse(block.data(), block.size());
  return hasher;
}

base::Digest Hashed(base::ByteView key) { return Sha256Hasher().Add(key).Finish(); }

}  // namespace

Sha256Hasher::Sha256Hasher() { SHA256_Init(&state_); }

Sha256Hasher& Sha256Hasher::Add(base::ByteView bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
  return *this;
}

base::Digest Sha256Hasher::Finish() {
  base::Digest out{};
  SHA256_Final(out.data(), &state_);
  return out;
}

base::Digest Sha256OfNode(const base::Digest& left, const base::Digest& right) {
  constexpr size_t kBits = 8 * (1 + 2 * sizeof(base::Digest));
  alignas(kBlock) std::array<uint8_t, 2 * kBlock> blocks{0x01};
  uint8_t* const end = std::ranges::copy(right, std::ranges::copy(left, &blocks[1]).out).out;
  *end = 0x80;
  blocks[blocks.size() - 2] = kBits >> 8U;
  blocks[blocks.size() - 1] = kBits & 0xffU;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, blocks.data(), blocks.size());
  base::Digest out;
  uint8_t* at = out.data();
  for (const SHA_LONG word : state.h)
    for (unsigned shift = 32; shift > 0;) *at++ = static_cast<uint8_t>(word >> (shift -= 8));
  return out;
}

HmacKey::HmacKey(base::ByteView key) {
  const base::Digest hashed = key.size() > kBlock ? Hashed(key) : base::Digest{};
  const base::ByteView used = key.size() > kBlock ? base::ByteView(hashed) : key;
  inner_ = BlockOf(used, 0x36);
  outer_ = BlockOf(used, 0x5c);
}

HmacKey::~HmacKey() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

base::Digest HmacKey::Mac(std::initializer_list<base::ByteView> message) const {
  Sha256Hasher inner = inner_;
  for (const base::ByteView piece : message) inner.Add(piece);
  const base::Digest digest = inner.Finish();
  Sha256Hasher outer = outer_;
  return outer.Add(digest).Finish();
}

}  // namespace garant::trail

#define OPENSSL_SUPPRESS_DEPRECATED  // SHA256_*: see the header
#include "trail/crypto/sha256.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace garant::trail {
namespace {

constexpr size_t kBlock = 64;  // of SHA-256

SHA256_CTX BlockOf(base::ByteView key, uint8_t pad) {
  std::array<uint8_t, kBlock> block{};
  std::ranges::copy(key, block.begin());
  for (uint8_t& byte : block) byte ^= pad;
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
  return state;
}

// As one store each: as bytes of a loop they become a hundred instructions.
base::Digest DigestOf(const SHA256_CTX& state) {
  base::Digest out;
  for (size_t i = 0; i < std::size(state.h); ++i) {
    const uint32_t word = std::endian::native == std::endian::little ? __builtin_bswap32(state.h[i])
                                                                     : uint32_t{state.h[i]};
    std::memcpy(&out[i * sizeof word], &word, sizeof word);
  }
  return out;
}

// The end of a message, of so many bytes at most, with what SHA-256 puts behind it: made here and
// hashed at once, as Sha256Hasher takes half as long again for what is small.
template <size_t kMost>
class LastBlocks {
 public:
  void Put(base::ByteView bytes) {
    std::ranges::copy(bytes, &blocks_[size_]);
    size_ += bytes.size();
  }
  // Behind so many bytes, a multiple of a block's, that `state` has taken.
  base::Digest Finish(SHA256_CTX state, size_t before) {
    const size_t blocks = (size_ + kBehind + kBlock - 1) / kBlock * kBlock;
    blocks_[size_] = 0x80;
    std::fill(&blocks_[size_ + 1], &blocks_[blocks - 2], uint8_t{0});
    const size_t bits = 8 * (before + size_);
    blocks_[blocks - 2] = static_cast<uint8_t>(bits >> 8U);
    blocks_[blocks - 1] = static_cast<uint8_t>(bits);
    SHA256_Update(&state, blocks_.data(), blocks);
    return DigestOf(state);
  }

 private:
  static constexpr size_t kBehind = 9;  // a bit, and the length
  static_assert(kMost < 4096);          // whose bits two bytes tell, with a key's block before

  alignas(kBlock) std::array<uint8_t, (kMost + kBehind + kBlock - 1) / kBlock * kBlock> blocks_;
  size_t size_ = 0;
};

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
  const uint8_t prefix = 0x01;
  LastBlocks<1 + 2 * sizeof(base::Digest)> message;
  message.Put({&prefix, 1});
  message.Put(left);
  message.Put(right);
  SHA256_CTX state;
  SHA256_Init(&state);
  return message.Finish(state, 0);
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
  size_t size = 0;
  for (const base::ByteView piece : message) size += piece.size();
  constexpr size_t kSmall = 2 * kBlock;
  LastBlocks<sizeof(base::Digest)> outer;
  if (size <= kSmall) {
    LastBlocks<kSmall> inner;
    for (const base::ByteView piece : message) inner.Put(piece);
    outer.Put(inner.Finish(inner_, kBlock));
  } else {
    SHA256_CTX inner = inner_;
    for (const base::ByteView piece : message) SHA256_Update(&inner, piece.data(), piece.size());
    base::Digest digest{};
    SHA256_Final(digest.data(), &inner);
    outer.Put(digest);
  }
  return outer.Finish(outer_, kBlock);
}

}  // namespace garant::trail

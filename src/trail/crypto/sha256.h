#pragma once

#include <openssl/sha.h>

#include <array>
#include <initializer_list>

#include "base/bytes.h"

// SHA-256 and HMAC for the many small messages of a trail: a leaf, a node, a token. They use
// OpenSSL's SHA256_* functions, which run the same code as its EVP interface; setting that up costs
// more than a small message does (docs/benchmarks.md). base::Sha256 is for everything else.
namespace garant::trail {

class Sha256Hasher {
 public:
  Sha256Hasher();
  Sha256Hasher& Add(base::ByteView bytes);
  // Once; nothing can be added then.
  [[nodiscard]] base::Digest Finish();

 private:
  SHA256_CTX state_;
};

// SHA-256 of 0x01 and two digests, the node of RFC 6962: what every proof is made of. Padded here,
// so that both blocks are hashed where they lie.
[[nodiscard]] base::Digest Sha256OfNode(const base::Digest& left, const base::Digest& right);

// RFC 2104 under one key, whose two blocks are hashed once.
class HmacKey {
 public:
  explicit HmacKey(base::ByteView key);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  ~HmacKey();
  [[nodiscard]] base::Digest Mac(std::initializer_list<base::ByteView> message) const;

 private:
  SHA256_CTX inner_;  // each behind its block
  SHA256_CTX outer_;
};

}  // namespace garant::trail

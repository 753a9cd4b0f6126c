#pragma once

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/openssl.h"

// What those share that call OpenSSL's EVP for the trail.
namespace garant::trail {

// Aborts where what cannot fail on sound input failed: nothing safe can follow.
inline void Must(bool done) {
  if (done) return;
  std::fputs("garant: a primitive that cannot fail failed\n", stderr);
  std::abort();
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, base::Freeing<EVP_CIPHER_CTX_free>>;

// AES-256-GCM, fetched once: looking it up costs as much as using it on a small message.
inline const EVP_CIPHER* Gcm() {
  static const EVP_CIPHER* const kFetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  Must(kFetched != nullptr);
  return kFetched;
}

inline int EvpLength(size_t size) {
  Must(size <= 0x7fffffff);
  return static_cast<int>(size);
}

}  // namespace garant::trail

#include "trail/crypto/crypto.h"

#include <openssl/crypto.h>

#include <memory>

#include "trail/crypto/evp.h"
#include "trail/crypto/sha256.h"

namespace garant::trail {

using base::Bytes;
using base::ByteView;

Key HmacSha256(ByteView key, std::initializer_list<ByteView> message) {
  return HmacKey(key).Mac(message);
}

// RFC 5869; one block of output is all that is asked for.
Key HkdfSha256(ByteView input, ByteView salt, ByteView info) {
  const Key zeros{};
  const Key extracted = HmacSha256(salt.empty() ? ByteView(zeros) : salt, {input});
  const uint8_t counter = 1;
  return HmacSha256(extracted, {info, ByteView(&counter, 1)});
}

Bytes GcmSeal(const Key& key, const Nonce& nonce, ByteView associated, ByteView plaintext) {
  Bytes out(plaintext.size() + kTagBytes);
  GcmSealer(key).Seal(nonce, associated, plaintext, out);
  return out;
}

base::Result<Bytes> GcmOpen(const Key& key, const Nonce& nonce, ByteView associated,
                            ByteView ciphertext) {
  const base::Error untrusted{
      base::Code::kUntrusted,
      {"the authentication tag does not hold: wrong key or changed bytes",
       "l’étiquette d’authentification ne tient pas : mauvaise clé, ou octets modifiés"},
      {}};
  if (ciphertext.size() < kTagBytes) return untrusted;
  const ByteView body = ciphertext.first(ciphertext.size() - kTagBytes);
  std::array<uint8_t, kTagBytes> tag{};
  for (size_t i = 0; i < tag.size(); ++i) tag[i] = ciphertext[body.size() + i];
  const CipherContext context(EVP_CIPHER_CTX_new());
  Must(context != nullptr);
  Must(EVP_DecryptInit_ex(context.get(), Gcm(), nullptr, key.data(), nonce.data()) == 1);
  int done = 0;
  Must(EVP_DecryptUpdate(context.get(), nullptr, &done, associated.data(),
                         EvpLength(associated.size())) == 1);
  Bytes out(body.size() + kTagBytes);
  if (!body.empty())
    Must(EVP_DecryptUpdate(context.get(), out.data(), &done, body.data(), EvpLength(body.size())) ==
         1);
  Must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), out.data() + body.size(), &done) != 1) return untrusted;
  out.resize(body.size());
  return out;
}

Key RandomKey() {
  Key key{};
  base::FillRandom(key);
  return key;
}

bool EqualInConstantTime(ByteView a, ByteView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void Wipe(std::span<uint8_t> secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace garant::trail

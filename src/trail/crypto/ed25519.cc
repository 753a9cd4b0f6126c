#include "trail/crypto/crypto.h"
#include "trail/crypto/evp.h"

// Apart from the rest of crypto.h, since garant-verify has OpenSSL alone.
namespace garant::trail {
namespace {

using base::ByteView;

using Context = std::unique_ptr<EVP_MD_CTX, base::Freeing<EVP_MD_CTX_free>>;
using PrivateOrPublic = std::unique_ptr<EVP_PKEY, base::Freeing<EVP_PKEY_free>>;

PrivateOrPublic PrivateKey(std::span<const uint8_t, 32> seed) {
  PrivateOrPublic key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Must(key != nullptr);
  return key;
}

}  // namespace

std::array<uint8_t, 32> Ed25519PublicKey(std::span<const uint8_t, 32> seed) {
  std::array<uint8_t, 32> out{};
  size_t length = out.size();
  Must(EVP_PKEY_get_raw_public_key(PrivateKey(seed).get(), out.data(), &length) == 1);
  return out;
}

struct Ed25519Signer::Made {
  PrivateOrPublic key;
};

Ed25519Signer::Ed25519Signer(std::span<const uint8_t, 32> seed)
    : key_(std::make_unique<Made>(PrivateKey(seed))) {}
Ed25519Signer::Ed25519Signer(Ed25519Signer&&) noexcept = default;
Ed25519Signer& Ed25519Signer::operator=(Ed25519Signer&&) noexcept = default;
Ed25519Signer::~Ed25519Signer() = default;

std::array<uint8_t, 64> Ed25519Signer::Sign(ByteView message) const {
  const Context context(EVP_MD_CTX_new());
  Must(context != nullptr);
  Must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->key.get()) == 1);
  std::array<uint8_t, 64> out{};
  size_t length = out.size();
  Must(EVP_DigestSign(context.get(), out.data(), &length, message.data(), message.size()) == 1);
  return out;
}

bool Ed25519Verify(std::span<const uint8_t, 32> key, ByteView message, ByteView signature) {
  const PrivateOrPublic parsed(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  if (parsed == nullptr || context == nullptr) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, parsed.get()) != 1)
    return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace garant::trail

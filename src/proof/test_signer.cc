#include "proof/test_signer.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

namespace garant::proof {
namespace {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

KeyPointer KeyOf(const base::Bytes& seed) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
          EVP_PKEY_free};
}

// A string of RFC 4251: four bytes of length, then the bytes.
std::string Wire(std::string_view text) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>((text.size() >> static_cast<unsigned>(shift)) & 0xffU);
  return out + std::string(text);
}

std::string KeyBlob(const base::Bytes& point) {
  return Wire("ssh-ed25519") + Wire(base::AsText(point));
}

}  // namespace

TestSigner::TestSigner(uint8_t number) : seed_(32, number), point_(32) {
  const KeyPointer key = KeyOf(seed_);
  size_t size = point_.size();
  EXPECT_EQ(EVP_PKEY_get_raw_public_key(key.get(), point_.data(), &size), 1);
}

std::string TestSigner::PublicKey() const {
  return "ssh-ed25519 " + base::ToBase64(base::AsBytes(KeyBlob(point_)));
}

identity::SignedAct TestSigner::Sign(const identity::Act& act) const {
  auto payload = identity::FormatAct(act);
  EXPECT_TRUE(payload) << payload.error().message.en;
  return {*payload, SignText(*payload)};
}

std::string TestSigner::SignText(std::string_view text, std::string_view name_space) const {
  const base::Digest digest = base::Sha256(base::AsBytes(text));
  const std::string tail = Wire(name_space) + Wire("") + Wire("sha256");
  const std::string message = "SSHSIG" + tail + Wire(base::AsText(digest));
  const KeyPointer key = KeyOf(seed_);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  std::array<uint8_t, 64> signature{};
  size_t size = signature.size();
  EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()), 1);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, base::AsBytes(message).data(),
                           message.size()),
            1);
  const std::string blob = std::string("SSHSIG") + std::string("\0\0\0\1", 4) +
                           Wire(KeyBlob(point_)) + tail +
                           Wire(Wire("ssh-ed25519") + Wire(base::AsText(signature)));
  const std::string text64 = base::ToBase64(base::AsBytes(blob));
  std::string armored = "-----BEGIN SSH SIGNATURE-----\n";
  for (size_t at = 0; at < text64.size(); at += 70) armored += text64.substr(at, 70) + "\n";
  return armored + "-----END SSH SIGNATURE-----\n";
}

}  // namespace garant::proof

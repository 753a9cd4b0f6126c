#include "identity/ssh_key.h"

#include <gtest/gtest.h>

#include "identity/ssh_wire.h"
#include "identity/test_vectors.h"

namespace garant::identity {
namespace {

using base::AsBytes;
using base::Bytes;
using base::Code;

std::string LineOf(std::string_view type, const Bytes& blob) {
  return std::string(type) + " " + base::ToBase64(blob);
}

Bytes SkBlob() {
  Bytes blob;
  PutString(blob, AsBytes("sk-ssh-ed25519@openssh.com"));
  PutString(blob, Bytes(32, 7));
  PutString(blob, AsBytes("ssh:"));
  return blob;
}

TEST(SshKey, ReadsWhatSshKeygenWrites) {
  const auto ed25519 = ParsePublicKey(vectors::kEd25519Key);
  ASSERT_TRUE(ed25519) << ed25519.error().message.en;
  EXPECT_EQ(ed25519->type, KeyType::kEd25519);
  EXPECT_EQ(ed25519->Fingerprint(), vectors::kEd25519Fingerprint);
  const auto ecdsa = ParsePublicKey(vectors::kEcdsaKey);
  ASSERT_TRUE(ecdsa) << ecdsa.error().message.en;
  EXPECT_EQ(ecdsa->type, KeyType::kEcdsaP256);
  EXPECT_EQ(ecdsa->Fingerprint(), vectors::kEcdsaFingerprint);
}

TEST(SshKey, ReadsAHardwareKeyAndItsApplication) {
  const auto key = ParsePublicKey(LineOf("sk-ssh-ed25519@openssh.com", SkBlob()));
  ASSERT_TRUE(key) << key.error().message.en;
  EXPECT_EQ(key->type, KeyType::kEd25519Sk);
  EXPECT_EQ(key->application, "ssh:");
}

TEST(SshKey, RefusesOtherTypesAndNamesThem) {
  const auto rsa = ParsePublicKey(vectors::kRsaKey);
  ASSERT_FALSE(rsa);
  EXPECT_EQ(rsa.error().code, Code::kUnsupported);
  EXPECT_NE(rsa.error().message.en.find("\"ssh-rsa\""), std::string::npos);
}

TEST(SshKey, RefusesWhatIsNoKey) {
  const std::string sound = vectors::kEd25519Key;
  for (const std::string& bad :
       {std::string(), std::string("ssh-ed25519"), std::string("ssh-ed25519 "),
        std::string("ssh-ed25519 !!!!"), sound + sound, "from=\"*\" " + sound,
        std::string("-----BEGIN OPENSSH PRIVATE KEY-----"),
        "ecdsa-sha2-nistp256" + sound.substr(11),
        LineOf("sk-ssh-ed25519@openssh.com", base::FromBase64(sound.substr(12, 68)).value())})
    EXPECT_FALSE(ParsePublicKey(bad)) << bad;
}

TEST(SshKey, RefusesEveryTruncationAndMore) {
  Bytes blob = SkBlob();
  for (size_t length = 0; length < blob.size(); ++length)
    EXPECT_FALSE(ParseKeyBlob(base::ByteView(blob).first(length))) << length;
  EXPECT_TRUE(ParseKeyBlob(blob));
  blob.push_back(0);
  EXPECT_FALSE(ParseKeyBlob(blob));
}

}  // namespace
}  // namespace garant::identity

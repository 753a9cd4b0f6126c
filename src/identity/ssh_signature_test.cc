#include "identity/ssh_signature.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "identity/act.h"
#include "identity/ssh_wire.h"
#include "identity/test_vectors.h"

namespace garant::identity {
namespace {

using base::AsBytes;
using base::Bytes;
using base::ByteView;
using base::Code;

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----\n";

std::string Armor(const Bytes& blob) {
  const std::string text = base::ToBase64(blob);
  std::string out(kBegin);
  for (size_t i = 0; i < text.size(); i += 70) out += text.substr(i, 70) + "\n";
  return out + std::string(kEnd);
}

Bytes Unarmor(std::string armored) {
  armored = armored.substr(kBegin.size(), armored.size() - kBegin.size() - kEnd.size());
  std::erase(armored, '\n');
  return *base::FromBase64(armored);
}

PublicKey Key(const char* line) { return *ParsePublicKey(line); }

base::Status Verify(std::string_view armored, const PublicKey& key, std::string_view message,
                    std::string_view name_space = kActNamespace) {
  auto signature = ParseSshSignature(armored);
  if (!signature) return std::move(signature).error();
  return VerifySshSignature(*signature, key, name_space, message);
}

TEST(SshSignature, TakesWhatSshKeygenSigned) {
  const PublicKey ed25519 = Key(vectors::kEd25519Key);
  EXPECT_TRUE(Verify(vectors::kEd25519Signature, ed25519, vectors::kPayload));
  EXPECT_TRUE(Verify(vectors::kEd25519Sha256Signature, ed25519, vectors::kPayload));
  EXPECT_TRUE(Verify(vectors::kEcdsaSignature, Key(vectors::kEcdsaKey), vectors::kPayload));
  EXPECT_TRUE(Verify(vectors::kEd25519FileSignature, ed25519, vectors::kPayload, "file"));
}

TEST(SshSignature, RefusesAnotherNamespaceKeyOrMessage) {
  const PublicKey ed25519 = Key(vectors::kEd25519Key);
  const auto code = [](const base::Status& status) {
    return status ? Code::kUnsupported : status.error().code;
  };
  EXPECT_EQ(code(Verify(vectors::kEd25519FileSignature, ed25519, vectors::kPayload)),
            Code::kUntrusted);
  EXPECT_EQ(code(Verify(vectors::kEd25519Signature, ed25519, vectors::kPayload, "file")),
            Code::kUntrusted);
  EXPECT_EQ(code(Verify(vectors::kEd25519Signature, Key(vectors::kEcdsaKey), vectors::kPayload)),
            Code::kUntrusted);
  const std::string payload = vectors::kPayload;
  for (size_t i = 0; i < payload.size(); ++i) {
    std::string changed = payload;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(code(Verify(vectors::kEd25519Signature, ed25519, changed)), Code::kUntrusted) << i;
  }
  EXPECT_EQ(code(Verify(vectors::kEcdsaSignature, Key(vectors::kEcdsaKey), payload + "\n")),
            Code::kUntrusted);
}

TEST(SshSignature, RefusesEveryChangedBit) {
  for (const auto& [key, armored] : {std::pair{vectors::kEd25519Key, vectors::kEd25519Signature},
                                     std::pair{vectors::kEcdsaKey, vectors::kEcdsaSignature}}) {
    const Bytes blob = Unarmor(armored);
    ASSERT_EQ(Armor(blob), armored);
    for (size_t i = 0; i < blob.size(); ++i) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes changed = blob;
        changed[i] = static_cast<uint8_t>(changed[i] ^ (1U << bit));
        EXPECT_FALSE(Verify(Armor(changed), Key(key), vectors::kPayload)) << i << ", bit " << bit;
      }
    }
  }
}

TEST(SshSignature, RefusesBrokenArmor) {
  const std::string sound = vectors::kEd25519Signature;
  for (size_t length = 0; length + 1 < sound.size(); ++length)
    EXPECT_FALSE(ParseSshSignature(sound.substr(0, length))) << length;
  EXPECT_TRUE(ParseSshSignature(sound.substr(0, sound.size() - 1)));  // a lost last line feed
  const std::string body = sound.substr(kBegin.size());
  for (const std::string& bad :
       {sound + "x", sound + "\n", sound + sound, " " + sound, std::string(kBegin) + "\n" + body,
        std::string(kBegin) + "!" + body, std::string(kBegin) + std::string(kEnd),
        std::string(kBegin) + std::string(20000, 'A') + "\n" + std::string(kEnd)})
    EXPECT_FALSE(ParseSshSignature(bad)) << bad.substr(0, 100);
  Bytes blob = Unarmor(sound);
  for (size_t length = 0; length < blob.size(); ++length)
    EXPECT_FALSE(
        ParseSshSignature(Armor({blob.begin(), blob.begin() + static_cast<long>(length)})));
  blob.push_back(0);
  EXPECT_FALSE(ParseSshSignature(Armor(blob)));
}

struct Pieces {
  Bytes key = Key(vectors::kEd25519Key).blob;
  uint32_t version = 1;
  std::string reserved;
  std::string hash = "sha512";
  Bytes inner;

  [[nodiscard]] std::string Text() const {
    Bytes out{'S', 'S', 'H', 'S', 'I', 'G'};
    PutUint32(out, version);
    PutString(out, key);
    PutString(out, AsBytes(kActNamespace));
    PutString(out, AsBytes(reserved));
    PutString(out, AsBytes(hash));
    PutString(out, inner);
    return Armor(out);
  }
};

Bytes Inner(std::string_view type, size_t size) {
  Bytes inner;
  PutString(inner, AsBytes(type));
  PutString(inner, Bytes(size, 1));
  return inner;
}

TEST(SshSignature, RefusesWeakHashesOtherVersionsAndRsa) {
  const auto code = [](const Pieces& pieces) {
    const auto parsed = ParseSshSignature(pieces.Text());
    return parsed ? Code::kNotFound : parsed.error().code;
  };
  const Bytes inner = Inner("ssh-ed25519", 64);
  Pieces sound;
  sound.inner = inner;
  EXPECT_EQ(code(sound), Code::kNotFound);
  for (const char* hash : {"sha1", "md5", "", "SHA512"}) {
    Pieces weak = sound;
    weak.hash = hash;
    EXPECT_EQ(code(weak), Code::kUnsupported) << hash;
  }
  Pieces newer = sound;
  newer.version = 2;
  EXPECT_EQ(code(newer), Code::kUnsupported);
  Pieces reserved = sound;
  reserved.reserved = "x";
  EXPECT_EQ(code(reserved), Code::kInvalid);
  Pieces short_one = sound;
  short_one.inner = Inner("ssh-ed25519", 63);
  EXPECT_EQ(code(short_one), Code::kInvalid);
  Pieces other_type = sound;
  other_type.inner = Inner("ecdsa-sha2-nistp256", 64);
  EXPECT_EQ(code(other_type), Code::kInvalid);
  EXPECT_EQ(ParseSshSignature(vectors::kRsaSignature).error().code, Code::kUnsupported);
}

// A folder in which ssh-keygen works.
class WithSshKeygen : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "garant-ssh-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    if (Run("command -v ssh-keygen") != 0) GTEST_SKIP() << "ssh-keygen is not installed";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] int Run(const std::string& command) const {
    const int status =
        std::system(("cd '" + folder_ + "' && " + command + " >/dev/null 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string Read(const std::string& file) const {
    return *base::ReadFile(folder_ + "/" + file);
  }
  void Write(const std::string& file, std::string_view content) const {
    ASSERT_TRUE(base::WriteFileDurably(folder_ + "/" + file, content));
  }

  std::string folder_;
};

TEST_F(WithSshKeygen, TakesFreshSignaturesOfEachType) {
  for (const std::string type : {"ed25519", "ecdsa"}) {
    for (const std::string hash : {"sha256", "sha512"}) {
      const std::string name = type + hash;
      ASSERT_EQ(Run("ssh-keygen -q -t " + type + " -N '' -C 'two words' -f " + name), 0);
      for (int i = 0; i < 8; ++i) {  // ECDSA's integers vary in length
        const std::string message = "message " + std::to_string(i);
        Write("m", message);
        ASSERT_EQ(Run("rm -f m.sig && ssh-keygen -q -Y sign -f " + name + " -O hashalg=" + hash +
                      " -n garant-act@garant m"),
                  0);
        const PublicKey key = Key(Read(name + ".pub").c_str());
        const auto status = Verify(Read("m.sig"), key, message);
        EXPECT_TRUE(status) << status.error().ToString(base::Language::kEnglish);
        EXPECT_FALSE(Verify(Read("m.sig"), key, message + "."));
      }
    }
  }
}

// A security key in software: signs as PROTOCOL.u2f says, with the flags that the test wants.
class SoftwareKey {
 public:
  SoftwareKey() : key_(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free) {
    Bytes point(32);
    size_t length = point.size();
    EXPECT_EQ(EVP_PKEY_get_raw_public_key(key_.get(), point.data(), &length), 1);
    PutString(blob_, AsBytes("sk-ssh-ed25519@openssh.com"));
    PutString(blob_, point);
    PutString(blob_, AsBytes("ssh:"));
  }
  [[nodiscard]] std::string Line() const {
    return "sk-ssh-ed25519@openssh.com " + base::ToBase64(blob_);
  }
  [[nodiscard]] std::string Sign(std::string_view message, uint8_t flags) const {
    Bytes data{'S', 'S', 'H', 'S', 'I', 'G'};
    PutString(data, AsBytes(kActNamespace));
    PutString(data, {});
    PutString(data, AsBytes("sha256"));
    PutString(data, base::Sha256(AsBytes(message)));
    Bytes raw;
    for (const uint8_t byte : base::Sha256(AsBytes("ssh:"))) raw.push_back(byte);
    raw.push_back(flags);
    PutUint32(raw, 9);
    for (const uint8_t byte : base::Sha256(data)) raw.push_back(byte);
    Bytes signature(64);
    size_t length = signature.size();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &length, raw.data(), raw.size()), 1);
    Pieces pieces;
    pieces.key = blob_;
    pieces.hash = "sha256";
    PutString(pieces.inner, AsBytes("sk-ssh-ed25519@openssh.com"));
    PutString(pieces.inner, signature);
    pieces.inner.push_back(flags);
    PutUint32(pieces.inner, 9);
    return pieces.Text();
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  Bytes blob_;
};

TEST_F(WithSshKeygen, AgreesAboutSecurityKeys) {
  const SoftwareKey key;
  const std::string touched = key.Sign("message", 0x01);
  Write("m", "message");
  Write("sig", touched);
  ASSERT_EQ(Run("ssh-keygen -Y check-novalidate -n garant-act@garant -s sig < m"), 0)
      << "the test itself does not sign as OpenSSH expects";
  EXPECT_TRUE(Verify(touched, Key(key.Line().c_str()), "message"));
  EXPECT_FALSE(Verify(touched, Key(key.Line().c_str()), "massage"));
}

TEST(SshSignature, RefusesASecurityKeyThatNobodyTouched) {
  const SoftwareKey key;
  const PublicKey public_key = Key(key.Line().c_str());
  EXPECT_TRUE(Verify(key.Sign("message", 0x05), public_key, "message"));
  const auto untouched = Verify(key.Sign("message", 0x04), public_key, "message");
  ASSERT_FALSE(untouched);
  EXPECT_EQ(untouched.error().message.en,
            "signature: the security key signed without a person touching it");
  // The flags are signed: setting them afterwards does not help.
  auto forged = ParseSshSignature(key.Sign("message", 0x04));
  ASSERT_TRUE(forged);
  forged->flags = 0x05;
  EXPECT_FALSE(VerifySshSignature(*forged, public_key, kActNamespace, "message"));
  EXPECT_FALSE(Verify(key.Sign("message", 0x01), Key(SoftwareKey().Line().c_str()), "message"));
}

}  // namespace
}  // namespace garant::identity

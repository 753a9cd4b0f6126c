#include "trail/tree/checkpoint.h"

#include <gtest/gtest.h>

namespace garant::trail {
namespace {

std::array<uint8_t, 32> Seed(uint8_t fill) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return seed;
}

VerifierKey TestKey() { return *VerifierKey::FromSeed("rivermouth.example/permits", Seed(7)); }

TEST(VerifierKey, RoundTrips) {
  const VerifierKey key = TestKey();
  EXPECT_EQ(*VerifierKey::Parse(key.ToString()), key);
}

// The example of the C2SP signed-note text and of Go's sumdb/note: an independent writer's key.
TEST(VerifierKey, ReadsTheKeyOfAnIndependentWriter) {
  const std::string text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  const auto key = VerifierKey::Parse(text);
  ASSERT_TRUE(key) << key.error().message.en;
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(key->ToString(), text);
}

TEST(VerifierKey, RefusesAnyChangedCharacter) {
  const std::string text = TestKey().ToString();
  for (size_t i = 0; i < text.size(); ++i) {
    for (const unsigned mask : {0x01U, 0x20U, 0x80U}) {
      std::string changed = text;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
      EXPECT_FALSE(VerifierKey::Parse(changed)) << i << ": " << changed;
    }
  }
}

TEST(VerifierKey, RefusesNamesThatANoteCannotCarry) {
  for (const char* name : {"", "a b", "a+b", "a\nb", "caf\xc3\xa9"})
    EXPECT_FALSE(VerifierKey::FromSeed(name, Seed(1))) << name;
}

TEST(Checkpoint, RoundTrips) {
  const base::Digest root = base::Sha256(base::AsBytes("root"));
  const std::string note = SignCheckpoint(12, root, TestKey(), Seed(7));
  const auto opened = OpenCheckpoint(note, TestKey());
  ASSERT_TRUE(opened) << opened.error().message.en;
  EXPECT_EQ(*opened, (Checkpoint{"rivermouth.example/permits", 12, root}));
  EXPECT_EQ(FirstNoteLength(note + note), note.size());
}

TEST(Checkpoint, RefusesAnyChangedByte) {
  const std::string note = SignCheckpoint(12, base::Sha256({}), TestKey(), Seed(7));
  for (size_t i = 0; i < note.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << bit));
      EXPECT_FALSE(OpenCheckpoint(changed, TestKey())) << "byte " << i << ", bit " << bit;
    }
  }
}

TEST(Checkpoint, RefusesOtherKeysShortNotesAndMore) {
  const std::string note = SignCheckpoint(12, base::Sha256({}), TestKey(), Seed(7));
  const VerifierKey other = *VerifierKey::FromSeed(TestKey().name, Seed(8));
  EXPECT_EQ(OpenCheckpoint(note, other).error().code, base::Code::kUntrusted);
  const VerifierKey elsewhere = *VerifierKey::FromSeed("elsewhere.example", Seed(7));
  EXPECT_EQ(OpenCheckpoint(note, elsewhere).error().code, base::Code::kUntrusted);
  for (size_t length = 0; length < note.size(); ++length) {
    EXPECT_FALSE(OpenCheckpoint(note.substr(0, length), TestKey()));
    EXPECT_EQ(FirstNoteLength(note.substr(0, length)), 0U);
  }
  EXPECT_FALSE(OpenCheckpoint(note + "\n", TestKey()));
}

TEST(Checkpoint, RefusesASizeWithASecondSpelling) {
  const std::string note = SignCheckpoint(12, base::Sha256({}), TestKey(), Seed(7));
  for (const char* size : {"\n012\n", "\n+12\n", "\n12 \n", "\n\n", "\n99999999999999999999\n"}) {
    std::string changed = note;
    changed.replace(changed.find("\n12\n"), 4, size);
    EXPECT_EQ(OpenCheckpoint(changed, TestKey()).error().code, base::Code::kInvalid) << size;
  }
}

}  // namespace
}  // namespace garant::trail

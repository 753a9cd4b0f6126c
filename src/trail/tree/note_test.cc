#include "trail/tree/note.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::Code;

std::array<uint8_t, 32> Seed(uint8_t fill) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return seed;
}

constexpr std::string_view kText = "permits.example\n3\nabc\n";
const base::Time kTime = *base::ParseTime("2026-11-23T20:30:00Z");

VerifierKey Log() { return *VerifierKey::FromSeed("permits.example", Seed(1)); }
VerifierKey Witness(uint8_t fill = 2) {
  return *VerifierKey::FromSeed("witness.example/w", Seed(fill), KeyType::kCosignature);
}

Note Signed() {
  return {
      .text = std::string(kText),
      .signatures = {SignNote(kText, Log(), Seed(1)), Cosign(kText, kTime, Witness(), Seed(2))}};
}

// The blocks of the page's worked example.
std::string Block(std::string_view page, int number) {
  size_t at = page.find("## Worked example");
  for (int i = 0; i <= 2 * number; ++i) at = page.find("```\n", at) + 4;
  return std::string(page.substr(at, page.find("```", at) - at));
}

TEST(Note, IsThatOfThePage) {
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/checkpoint.md");
  ASSERT_TRUE(page);
  const VerifierKey log = *VerifierKey::FromSeed("rivermouth.example/parking-permits", Seed(0x4c));
  const VerifierKey witness =
      *VerifierKey::FromSeed("witness.example/w1", Seed(0x57), KeyType::kCosignature);
  EXPECT_EQ(Block(*page, 1), log.ToString() + "\n" + witness.ToString() + "\n");

  const auto note = Note::Parse(Block(*page, 0));
  ASSERT_TRUE(note) << note.error().message.en;
  EXPECT_EQ(note->ToString(), Block(*page, 0));
  const auto opened = OpenCheckpoint(*note, log);
  ASSERT_TRUE(opened) << opened.error().message.en;
  const std::vector<Digest> leaves{LeafHash(AsBytes("one")), LeafHash(AsBytes("two")),
                                   LeafHash(AsBytes("three"))};
  EXPECT_EQ(*opened, (Checkpoint{log.name, 3, TreeRoot(leaves)}));
  const auto time = VerifyCosignature(*note, witness);
  ASSERT_TRUE(time) << time.error().message.en;
  EXPECT_EQ(*time, kTime);
  EXPECT_EQ(Cosign(note->text, kTime, witness, Seed(0x57)), note->signatures[1]);
  EXPECT_EQ(SignNote(note->text, log, Seed(0x4c)), note->signatures[0]);
}

TEST(Note, RoundTripsAndPassesOverUnknownSignatures) {
  Note note = Signed();
  NoteSignature unknown{.name = "else.example", .id = {9, 9, 9, 9}, .signature = {1, 2, 3}};
  note.signatures.insert(note.signatures.begin(), unknown);
  // Another type, and a name or an id alone that we know.
  note.signatures.push_back({.name = Log().name, .id = {0, 0, 0, 0}, .signature = {7}});
  note.signatures.push_back({.name = "x", .id = Log().id, .signature = base::Bytes(2420, 6)});
  const auto parsed = Note::Parse(note.ToString());
  ASSERT_TRUE(parsed) << parsed.error().message.en;
  EXPECT_EQ(*parsed, note);
  EXPECT_TRUE(VerifyNote(*parsed, Log()));
  EXPECT_EQ(*VerifyCosignature(*parsed, Witness()), kTime);
}

TEST(Note, IsRefusedWhereAKnownSignatureDoesNotHold) {
  for (size_t which = 0; which < 2; ++which) {
    for (size_t i = 0; i < Signed().signatures[which].signature.size(); ++i) {
      Note note = Signed();
      note.signatures[which].signature[i] ^= 1U;
      EXPECT_EQ(VerifyNote(note, Log()).has_value(), which != 0);
      EXPECT_EQ(VerifyCosignature(note, Witness()).has_value(), which != 1) << i;
      // A sound one beside it does not help.
      note.signatures.push_back(Signed().signatures[which]);
      EXPECT_EQ(which == 0 ? VerifyNote(note, Log()).error().code
                           : VerifyCosignature(note, Witness()).error().code,
                Code::kUntrusted);
    }
  }
  for (size_t i = 0; i < kText.size(); ++i) {
    Note note = Signed();
    note.text[i] = 'x';
    if (note.text == kText) continue;
    EXPECT_FALSE(VerifyNote(note, Log()));
    EXPECT_FALSE(VerifyCosignature(note, Witness()));
  }
}

TEST(Note, TakesAKeyForItsOwnTypeOnly) {
  const VerifierKey as_log = *VerifierKey::FromSeed("witness.example/w", Seed(2));
  EXPECT_NE(as_log.id, Witness().id);
  EXPECT_EQ(VerifyNote(Signed(), as_log).error().code, Code::kNotFound);
  EXPECT_EQ(VerifyNote(Signed(), Witness()).error().code, Code::kNotFound);
  EXPECT_EQ(VerifyCosignature(Signed(), Log()).error().code, Code::kNotFound);
  EXPECT_EQ(VerifyCosignature(Signed(), Witness(3)).error().code, Code::kNotFound);
}

TEST(Note, RefusesCosignaturesOfNoTimeAndShortOnes) {
  Note note = Signed();
  note.signatures[1] = Cosign(kText, base::Time{}, Witness(), Seed(2));
  EXPECT_EQ(VerifyCosignature(note, Witness()).error().code, Code::kUntrusted);
  for (size_t length = 1; length < 72; ++length) {
    note = Signed();
    note.signatures[1].signature.resize(length);
    EXPECT_EQ(VerifyCosignature(note, Witness()).error().code, Code::kUntrusted) << length;
  }
  note = Signed();
  for (size_t i = 0; i < 8; ++i) note.signatures[1].signature[i] = 0xff;
  EXPECT_EQ(VerifyCosignature(note, Witness()).error().code, Code::kUntrusted);
}

TEST(Note, GivesTheLatestOfSeveralCosignatures) {
  Note note = Signed();
  note.signatures.push_back(Cosign(kText, kTime + std::chrono::hours(1), Witness(), Seed(2)));
  note.signatures.push_back(Cosign(kText, kTime - std::chrono::hours(1), Witness(), Seed(2)));
  EXPECT_EQ(*VerifyCosignature(note, Witness()), kTime + std::chrono::hours(1));
}

TEST(Note, RefusesWhatIsNone) {
  const std::string line = SignNote(kText, Log(), Seed(1)).ToLine();
  const std::string sound = std::string(kText) + "\n" + line;
  ASSERT_TRUE(Note::Parse(sound));
  for (const std::string& text : {std::string(),
                                  std::string("\n"),
                                  std::string("\n\n"),
                                  std::string(kText),
                                  std::string(kText) + "\n",
                                  "\n\n" + line,
                                  std::string(kText) + line,
                                  sound.substr(0, sound.size() - 1),
                                  sound + "x\n",
                                  sound + "\n",
                                  "a\tb\n\n" + line,
                                  "a\xff\n\n" + line,
                                  std::string(kText) + "\n- a AAAABBBB\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a+b AAAABBBB\n",
                                  std::string(kText) + "\n\xe2\x80\x94  AAAABBBB\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a\xc2\xa0z AAAABBBB\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a\xe2\x80\x83z AAAABBBB\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a AAAAAA==\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a AAAABB=\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a AAAAAAB=\n",
                                  std::string(kText) + "\n\xe2\x80\x94 a AAAABBBB \n"}) {
    EXPECT_FALSE(Note::Parse(text)) << text;
  }
  std::string many = std::string(kText) + "\n";
  for (size_t i = 0; i < kMostSignatures; ++i) many += line;
  EXPECT_TRUE(Note::Parse(many));
  EXPECT_FALSE(Note::Parse(many + line));
  EXPECT_FALSE(Note::Parse(std::string(kLargestNote, 'a') + "\n\n" + line));
}

TEST(Note, ItsTextMayHoldEmptyLines) {
  const std::string text = "a\n\nb\n";
  const auto note = Note::Parse(text + "\n" + SignNote(text, Log(), Seed(1)).ToLine());
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, text);
  EXPECT_TRUE(VerifyNote(*note, Log()));
}

TEST(Note, EndsWhereTheNextOneBegins) {
  const std::string one = Signed().ToString();
  EXPECT_EQ(FirstCosignedLength(one + one), one.size());
  EXPECT_EQ(FirstCosignedLength(one), one.size());
  for (size_t length = 0; length < one.size(); ++length) {
    const size_t found = FirstCosignedLength(one.substr(0, length));
    EXPECT_TRUE(found == 0 || found <= length);
  }
}

TEST(VerifierKey, OfAnotherTypeIsUnsupported) {
  EXPECT_EQ(VerifierKey::Parse(Witness().ToString()).error().code, Code::kUnsupported);
  EXPECT_EQ(VerifierKey::Parse(Log().ToString(), KeyType::kCosignature).error().code,
            Code::kUnsupported);
  EXPECT_EQ(*VerifierKey::Parse(Witness().ToString(), KeyType::kCosignature), Witness());
  base::Bytes mldsa(1313, 0x11);
  mldsa[0] = 0x06;
  EXPECT_EQ(
      VerifierKey::Parse("w+00000000+" + base::ToBase64(mldsa), KeyType::kCosignature).error().code,
      Code::kUnsupported);
}

TEST(Checkpoint, OfOthersMayCarryExtensionsAndOursMayNot) {
  const std::string root = base::ToBase64(base::Sha256({}));
  const std::string text = "permits.example\n12\n" + root + "\nextra\n";
  const Note note{.text = text, .signatures = {SignNote(text, Log(), Seed(1))}};
  EXPECT_EQ(OpenCheckpoint(note, Log())->size, 12U);
  EXPECT_EQ(OpenCheckpoint(note.ToString(), Log()).error().code, Code::kInvalid);
  Note two{.text = "permits.example\n12\n" + root + "\n", .signatures = {}};
  two.signatures = {SignNote(two.text, Log(), Seed(1)),
                    Cosign(two.text, kTime, Witness(), Seed(2))};
  EXPECT_EQ(OpenCheckpoint(two, Log())->size, 12U);
  EXPECT_EQ(OpenCheckpoint(two.ToString(), Log()).error().code, Code::kInvalid);
}

}  // namespace
}  // namespace garant::trail

#include "trail/tree/proof_text.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "trail/tree/proofs.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::Code;

std::array<uint8_t, 32> Seed(uint8_t fill) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return seed;
}

VerifierKey Log() {
  return *VerifierKey::FromSeed("rivermouth.example/parking-permits", Seed(0x4c));
}

std::vector<Digest> Leaves() {
  return {LeafHash(AsBytes("one")), LeafHash(AsBytes("two")), LeafHash(AsBytes("three"))};
}

Checkpoint Of(uint64_t size) {
  const auto leaves = Leaves();
  return {Log().name, size, TreeRoot(std::span(leaves).first(size))};
}

std::string Example() {
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/proof.md");
  EXPECT_TRUE(page);
  const size_t at = page->find("```\n", page->find("## Worked example")) + 4;
  return page->substr(at, page->find("```", at) - at);
}

TEST(ProofText, IsThatOfThePage) {
  const auto proof = ProofText::Parse(Example());
  ASSERT_TRUE(proof) << proof.error().message.en;
  EXPECT_EQ(proof->ToString(), Example());
  ASSERT_TRUE(proof->inclusion && proof->consistency);
  EXPECT_EQ(proof->inclusion->entry, base::Bytes({'t', 'w', 'o'}));
  EXPECT_EQ(proof->inclusion->index, 1U);
  const auto leaves = Leaves();
  const LeafTiles tiles(leaves);
  EXPECT_EQ(proof->inclusion->hashes, *InclusionProof(tiles, 1, 3));
  EXPECT_EQ(proof->consistency->hashes, *ConsistencyProof(tiles, 1, 3));
  const auto included = CheckInclusion(*proof->inclusion, *proof->inclusion->entry, Log());
  ASSERT_TRUE(included) << included.error().message.en;
  EXPECT_EQ(*included, Of(3));
  EXPECT_EQ(*CheckConsistency(*proof->consistency, Of(1), Log()), Of(3));
}

// Every byte of the file that is not a cosignature's counts.
TEST(ProofText, HoldsWithNoByteChanged) {
  const std::string text = Example();
  size_t passed = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ 1U);
    const auto proof = ProofText::Parse(changed);
    if (!proof || !proof->inclusion || !proof->inclusion->entry || !proof->consistency) continue;
    const bool held = CheckInclusion(*proof->inclusion, *proof->inclusion->entry, Log()) &&
                      CheckConsistency(*proof->consistency, Of(1), Log());
    passed += held ? 1 : 0;
  }
  EXPECT_EQ(passed, 0U)
      << "the two notes must be the same, so that a changed cosignature shows too";
}

TEST(ProofText, EndsOnlyWhereItEnds) {
  const std::string text = Example();
  const std::string inclusion = ProofText::Parse(text)->inclusion->ToString();
  for (size_t length = 0; length < text.size(); ++length) {
    const auto proof = ProofText::Parse(text.substr(0, length));
    // A note ends behind any of its signature lines.
    if (proof) {
      EXPECT_TRUE(inclusion.starts_with(proof->ToString()) || proof->consistency.has_value());
      EXPECT_EQ(text.substr(0, length), proof->ToString());
    }
  }
  EXPECT_FALSE(ProofText::Parse(text + "\n"));
  EXPECT_FALSE(ProofText::Parse(text + "x"));
}

TEST(ProofText, IsRefusedForAnotherEntryLogOrEarlierCheckpoint) {
  const ProofText proof = *ProofText::Parse(Example());
  EXPECT_EQ(CheckInclusion(*proof.inclusion, AsBytes("three"), Log()).error().code,
            Code::kUntrusted);
  InclusionText elsewhere = *proof.inclusion;
  elsewhere.index = 2;
  EXPECT_EQ(CheckInclusion(elsewhere, AsBytes("two"), Log()).error().code, Code::kUntrusted);
  const VerifierKey other = *VerifierKey::FromSeed(Log().name, Seed(1));
  EXPECT_EQ(CheckInclusion(*proof.inclusion, AsBytes("two"), other).error().code, Code::kUntrusted);
  EXPECT_EQ(CheckConsistency(*proof.consistency, Of(2), Log()).error().code, Code::kInvalid);
  Checkpoint forged = Of(1);
  forged.root[0] ^= 1U;
  EXPECT_EQ(CheckConsistency(*proof.consistency, forged, Log()).error().code, Code::kUntrusted);
}

TEST(ProofText, SaysWhereItIsWrong) {
  const std::string note = ProofText::Parse(Example())->inclusion->note;
  const std::string hash = base::ToBase64(Digest{}) + "\n";
  std::string many;
  for (size_t i = 0; i <= kMostHashes; ++i) many += hash;
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  struct Case {
    std::string text;
    const char* says;
  };
  for (const Case& one : {
           Case{"", "ends within line 1"},
           {"c2sp.org/tlog-proof@v2\nindex 0\n\n" + note, "line 1"},
           {head + "extra \nindex 0\n\n" + note, "line 2"},
           {head + "extra a\nindex 0\n\n" + note, "line 2"},
           {head + "index 01\n\n" + note, "line 2"},
           {head + "index -1\n\n" + note, "line 2"},
           {head + "indeX 1\n\n" + note, "line 2"},
           {head + "index 1\nAAAA\n\n" + note, "line 3"},
           {head + "index 1\n" + many + "\n" + note, "at most 63"},
           {head + "index 1\n" + hash + "\n", "signed note"},
           {head + "index 1\n" + hash + "\nx\n\n" + note.substr(note.find("\n\n") + 2),
            "checkpoint"},
           {"old 1\n" + many + "\n" + note, "at most 63"},
           {"old \n\n" + note, "line 1"},
           {"older 1\n\n" + note, "line 1"},
           {std::string(kLargestProof + 1, 'x'), "larger"},
       }) {
    const auto proof = ProofText::Parse(one.text);
    ASSERT_FALSE(proof) << one.text;
    EXPECT_NE(proof.error().message.en.find(one.says), std::string::npos)
        << proof.error().message.en << " for " << one.text.substr(0, 200);
  }
}

TEST(ProofText, RefusesTwoPartsOfDifferentCheckpoints) {
  ProofText proof = *ProofText::Parse(Example());
  proof.consistency->note = SignCheckpoint(3, Of(3).root, Log(), Seed(0x4c));
  EXPECT_FALSE(ProofText::Parse(proof.ToString()));
}

}  // namespace
}  // namespace garant::trail

#include "trail/tree/witnessed.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::Code;

std::array<uint8_t, 32> Seed(uint8_t fill) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return seed;
}

class Cosigned : public testing::Test {
 protected:
  Cosigned() {
    for (int i = 0; i < 300; ++i) leaves_.push_back(LeafHash(AsBytes(std::to_string(i))));
    std::string text;
    for (const uint8_t number : {uint8_t{1}, uint8_t{2}, uint8_t{3}})
      text += "witness w" + std::to_string(number) + " " + Witness(number).ToString() + "\n";
    base::Diagnostics faults;
    policy_ = *Policy::Parse(text + "group two 2 w1 w2 w3\nquorum two\n", "p", faults);
    EXPECT_TRUE(base::MakeFolder(folder_.trail()));
  }

  static VerifierKey Log() { return *VerifierKey::FromSeed("permits.example", Seed(9)); }
  static VerifierKey Witness(uint8_t number) {
    return *VerifierKey::FromSeed("witness" + std::to_string(number), Seed(number),
                                  KeyType::kCosignature);
  }
  [[nodiscard]] Digest Root(uint64_t size) const {
    return trail::TreeRoot(std::span(leaves_).first(size));
  }
  [[nodiscard]] Note Of(uint64_t size, std::initializer_list<uint8_t> witnesses,
                        std::optional<Digest> root = {}) const {
    Note note = *Note::Parse(SignCheckpoint(size, root ? *root : Root(size), Log(), Seed(9)));
    for (const uint8_t number : witnesses)
      note.signatures.push_back(
          Cosign(note.text, kTime + std::chrono::seconds(number), Witness(number), Seed(number)));
    return note;
  }
  [[nodiscard]] base::Result<Witnessed> Check(std::vector<Note> notes, uint64_t size = 300) const {
    const LeafTiles tiles{std::span(leaves_).first(size)};
    return CheckWitnessed(notes, policy_, Log(), tiles);
  }
  void Keep(const Note& note) const {
    const auto kept = KeepCosigned(folder_.trail(), note, policy_);
    ASSERT_TRUE(kept) << kept.error().message.en;
    EXPECT_EQ(*kept, Kept());
  }
  [[nodiscard]] std::vector<Note> Kept() const { return *ReadCosigned(folder_.trail()); }

  static constexpr base::Time kTime{std::chrono::seconds(1'795'465'800)};
  TestFolder folder_;
  std::vector<Digest> leaves_;
  Policy policy_;
};

TEST_F(Cosigned, WitnessesThroughTheNewestQuorum) {
  EXPECT_EQ(*Check({}), Witnessed{});
  EXPECT_EQ(*Check({Of(10, {})}), Witnessed{}) << "the log alone witnesses nothing";
  EXPECT_EQ(*Check({Of(10, {1})}), Witnessed{});
  const Witnessed expected{.size = 10, .by = {"w1", "w3"}, .time = kTime + std::chrono::seconds(3)};
  EXPECT_EQ(*Check({Of(10, {3, 1})}), expected);
  EXPECT_EQ(*Check({Of(10, {1, 3}), Of(20, {2})}), expected);
  EXPECT_EQ(Check({Of(10, {1, 3}), Of(300, {1, 2, 3})})->size, 300U);
}

TEST_F(Cosigned, CountsNobodyTwiceAndNoStranger) {
  Note note = Of(10, {1});
  note.signatures.push_back(note.signatures.back());
  EXPECT_EQ(*Check({note}), Witnessed{});
  EXPECT_EQ(*Check({Of(10, {1, 7, 8})}), Witnessed{});
}

TEST_F(Cosigned, OneWitnessIsEnoughToContradict) {
  EXPECT_EQ(Check({Of(10, {1}, Root(9))}).error().code, Code::kUntrusted);
  EXPECT_EQ(Check({Of(10, {1, 2, 3}, Root(11))}).error().code, Code::kUntrusted);
  EXPECT_EQ(Check({Of(200, {1})}, 199).error().code, Code::kUntrusted) << "rolled back";
  EXPECT_TRUE(Check({Of(200, {1})}, 200));
  EXPECT_TRUE(Check({Of(10, {7}, Root(9))})) << "a stranger's word is nothing";
}

TEST_F(Cosigned, RefusesWhatDoesNotHold) {
  Note forged = Of(10, {1, 2});
  forged.signatures[1].signature[20] ^= 1U;
  EXPECT_EQ(Check({forged}).error().code, Code::kUntrusted);
  Note no_log = Of(10, {1, 2});
  no_log.signatures.erase(no_log.signatures.begin());
  EXPECT_EQ(Check({no_log}).error().code, Code::kUntrusted) << "the log did not sign it";
  Note other = Of(10, {1, 2});
  other.text.replace(0, 7, "bermits");
  EXPECT_EQ(Check({other}).error().code, Code::kUntrusted);
}

TEST_F(Cosigned, KeepsTheNewestQuorumAndWhatIsNewer) {
  EXPECT_TRUE(Kept().empty());
  Keep(Of(10, {1}));
  Keep(Of(10, {2}));
  ASSERT_EQ(Kept().size(), 1U);
  EXPECT_EQ(Check(Kept())->size, 10U);
  Keep(Of(20, {3}));
  Keep(Of(30, {3}));
  EXPECT_EQ(Kept().size(), 2U);
  EXPECT_EQ(Check(Kept())->size, 10U) << "what had its quorum stays until there is another";
  Keep(Of(30, {1}));
  ASSERT_EQ(Kept().size(), 1U);
  EXPECT_EQ(Check(Kept())->size, 30U);
  Keep(Of(30, {1, 2, 3}));
  EXPECT_EQ(Kept()[0].signatures.size(), 4U);
}

TEST_F(Cosigned, RefusesAFileThatWasChanged) {
  Keep(Of(10, {1, 2}));
  Keep(Of(20, {3}));
  const std::string text = *base::ReadFile(CosignedPath(folder_.trail()));
  size_t passed = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ 1U);
    std::ofstream(CosignedPath(folder_.trail()), std::ios::binary | std::ios::trunc) << changed;
    const auto notes = ReadCosigned(folder_.trail());
    const auto held = notes ? Check(*notes) : notes.error();
    // A witness whose name or key id was changed is a stranger; it vouches for less then.
    if (held && held->size == 10 && held->by.size() == 2) {
      ++passed;
      EXPECT_NE(text.find("witness3"), std::string::npos);
      EXPECT_GT(i, text.rfind("witness3") - 1);
    }
  }
  EXPECT_LT(passed, 20U);
  std::ofstream(CosignedPath(folder_.trail()), std::ios::binary | std::ios::trunc) << text << text;
  EXPECT_EQ(ReadCosigned(folder_.trail()).error().code, Code::kUntrusted);
}

TEST_F(Cosigned, GoIntoTheCheckpointThatIsShown) {
  const std::string own = Of(20, {}).ToString();
  EXPECT_EQ(WithCosignatures(own, std::vector{Of(10, {1})}), own);
  const auto shown = Note::Parse(WithCosignatures(own, std::vector{Of(20, {1, 2})}));
  ASSERT_TRUE(shown);
  EXPECT_EQ(*shown, Of(20, {1, 2}));
}

}  // namespace
}  // namespace garant::trail

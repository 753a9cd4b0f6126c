#include "witness/ledger.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "trail/tree/proof_text.h"
#include "trail/tree/proofs.h"

namespace garant::witness {
namespace {

using base::AsBytes;
using base::Code;
using trail::Note;

Seed SeedOf(uint8_t fill) {
  Seed seed{};
  seed.fill(fill);
  return seed;
}

class TheLedger : public testing::Test {
 protected:
  TheLedger() : leaves_(Leaves("leaf")), other_leaves_(Leaves("other")) {
    std::string name = (std::filesystem::temp_directory_path() / "garant-XXXXXX").string();
    top_ = ::mkdtemp(name.data());
    Open();
  }
  ~TheLedger() override { std::filesystem::remove_all(top_); }

  void Open() {
    ledger_.reset();
    auto opened = TryToOpen();
    ASSERT_TRUE(opened) << opened.error().message.en;
    ledger_ = std::move(*opened);
  }
  [[nodiscard]] base::Result<std::unique_ptr<Ledger>> TryToOpen() const {
    return Ledger::Open(
        {.folder = Folder(), .key = Key(), .seed = SeedOf(2), .logs = {Log(), New()}});
  }
  [[nodiscard]] std::string Folder() const { return top_ + "/state"; }
  static std::vector<trail::Digest> Leaves(const std::string& name) {
    std::vector<trail::Digest> leaves;
    for (int i = 0; i < 100; ++i)
      leaves.push_back(trail::LeafHash(AsBytes(name + std::to_string(i))));
    return leaves;
  }
  static trail::VerifierKey Key() {
    return *trail::VerifierKey::FromSeed("w.example", SeedOf(2), trail::KeyType::kCosignature);
  }
  static trail::VerifierKey Log() {
    return *trail::VerifierKey::FromSeed("permits.example", SeedOf(1));
  }
  // The same log's next key.
  static trail::VerifierKey New() {
    return *trail::VerifierKey::FromSeed("permits.example", SeedOf(3));
  }

  static std::string Signed(const std::vector<trail::Digest>& leaves, uint64_t size,
                            uint8_t by = 1) {
    return trail::SignCheckpoint(size, trail::TreeRoot(std::span(leaves).first(size)),
                                 by == 1 ? Log() : New(), SeedOf(by));
  }
  static std::string Request(const std::vector<trail::Digest>& leaves, uint64_t from,
                             uint64_t size) {
    trail::ConsistencyText text;
    text.old_size = from;
    if (from > 0 && from <= size)
      text.hashes = *trail::ConsistencyProof(trail::LeafTiles(leaves), from, size);
    text.note = Signed(leaves, size);
    return text.ToString();
  }
  Ledger::Answer Ask(uint64_t from, uint64_t size) {
    return ledger_->AddCheckpoint(Request(leaves_, from, size), kNow);
  }
  [[nodiscard]] std::string StatePath() const { return Ledger::PathOf(Folder(), Log().name); }
  [[nodiscard]] uint64_t Kept() const {
    const auto text = base::ReadFile(StatePath());
    return text ? trail::ParseCheckpoint(Note::Parse(*text)->text)->size : 0;
  }

  static constexpr base::Time kNow{std::chrono::seconds(1'795'465'800)};
  std::string top_;
  std::vector<trail::Digest> leaves_;
  std::vector<trail::Digest> other_leaves_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(TheLedger, CosignsWhatContinuesAndRemembersItFirst) {
  uint64_t from = 0;
  for (const uint64_t size : {3U, 7U, 8U, 8U, 64U, 100U}) {
    const auto answer = Ask(from, size);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(Kept(), size);
    const auto note = Note::Parse(Signed(leaves_, size) + answer.body);
    ASSERT_TRUE(note);
    EXPECT_EQ(*trail::VerifyCosignature(*note, Key()), kNow);
    from = size;
  }
}

TEST_F(TheLedger, NamesTheSizeThatItRemembers) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  for (const uint64_t from : {uint64_t{0}, uint64_t{6}, uint64_t{8}}) {
    const auto answer = Ask(from, 9);
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.body, "7\n");
    EXPECT_EQ(answer.media_type, "text/x.tlog.size");
  }
  EXPECT_EQ(Ask(7, 9).status, 200);
}

TEST_F(TheLedger, RefusesAForkAndAShrinkingLog) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  const auto as_other = [&](uint64_t from, uint64_t size) {
    return ledger_->AddCheckpoint(Request(other_leaves_, from, size), kNow).status;
  };
  EXPECT_EQ(as_other(7, 7), 409) << "the same size with another root";
  EXPECT_EQ(as_other(7, 20), 422);
  EXPECT_EQ(Ask(7, 5).status, 400) << "the old size is larger than the checkpoint's";
  EXPECT_EQ(Ask(5, 5).status, 409);
  EXPECT_EQ(Ask(5, 7).status, 409);
  EXPECT_EQ(Kept(), 7U);
  EXPECT_EQ(Ask(7, 20).status, 200);
}

TEST_F(TheLedger, RefusesForgedShortAndLongProofs) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  auto text = *trail::ConsistencyText::Parse(Request(leaves_, 7, 50));
  for (size_t i = 0; i < text.hashes.size(); ++i) {
    auto changed = text;
    changed.hashes[i][0] ^= 1U;
    EXPECT_EQ(ledger_->AddCheckpoint(changed.ToString(), kNow).status, 422);
  }
  auto longer = text;
  longer.hashes.push_back({});
  EXPECT_EQ(ledger_->AddCheckpoint(longer.ToString(), kNow).status, 422);
  text.hashes.pop_back();
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 422);
  EXPECT_EQ(Kept(), 7U);
}

TEST_F(TheLedger, WantsNoProofFromNothing) {
  auto text = *trail::ConsistencyText::Parse(Request(leaves_, 0, 7));
  text.hashes.push_back({});
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 422);
  EXPECT_EQ(Ask(0, 0).status, 422) << "nothing to witness";
  EXPECT_EQ(Kept(), 0U);
}

TEST_F(TheLedger, KnowsItsLogsAlone) {
  trail::ConsistencyText text;
  const auto stranger = *trail::VerifierKey::FromSeed("other.example", SeedOf(1));
  text.note = trail::SignCheckpoint(1, leaves_[0], stranger, SeedOf(1));
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 404);
  const auto thief = *trail::VerifierKey::FromSeed("permits.example", SeedOf(9));
  text.note = trail::SignCheckpoint(1, leaves_[0], thief, SeedOf(9));
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 403);
  text.note = trail::SignCheckpoint(1, leaves_[0], Log(), SeedOf(9));
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 403) << "forged";
  for (const std::string& bad : {std::string(), std::string("old 0\n"), std::string("old 0\n\nx\n"),
                                 std::string("old -1\n\n") + text.note, std::string(400'000, 'x')})
    EXPECT_EQ(ledger_->AddCheckpoint(bad, kNow).status, 400);
  EXPECT_EQ(Kept(), 0U);
}

TEST_F(TheLedger, TakesTheNextKeyOfALog) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  trail::ConsistencyText text;
  text.old_size = 7;
  text.hashes = *trail::ConsistencyProof(trail::LeafTiles(leaves_), 7, 9);
  text.note = Signed(leaves_, 9, 3);
  EXPECT_EQ(ledger_->AddCheckpoint(text.ToString(), kNow).status, 200);
  Open();
  EXPECT_EQ(Ask(9, 10).status, 200);
}

TEST_F(TheLedger, RemembersOverARestart) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  Open();
  EXPECT_EQ(Ask(0, 9).status, 409);
  EXPECT_EQ(ledger_->AddCheckpoint(Request(other_leaves_, 7, 9), kNow).status, 422);
  EXPECT_EQ(Ask(7, 9).status, 200);
}

TEST_F(TheLedger, CosignsNothingThatItCannotKeep) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  // A folder stands where the file should go; permissions would not stop root.
  std::filesystem::remove(StatePath());
  std::filesystem::create_directory(StatePath());
  const auto answer = Ask(7, 9);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("\xe2\x80\x94"), std::string::npos) << "no cosignature";
  std::filesystem::remove(StatePath());
  EXPECT_EQ(Ask(9, 10).status, 409) << "9 was never cosigned";
  EXPECT_EQ(Ask(7, 9).status, 200);
}

TEST_F(TheLedger, RefusesAStateThatWasChanged) {
  ASSERT_EQ(Ask(0, 7).status, 200);
  ledger_.reset();
  const std::string text = *base::ReadFile(StatePath());
  for (size_t i = 0; i < text.size(); i += 3) {
    std::string changed = text;
    changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ 1U);
    std::ofstream(StatePath(), std::ios::binary | std::ios::trunc) << changed;
    EXPECT_EQ(TryToOpen().error().code, Code::kUntrusted) << i;
  }
  std::ofstream(StatePath(), std::ios::binary | std::ios::trunc) << text;
  EXPECT_TRUE(TryToOpen());
}

TEST_F(TheLedger, IsOneProcessAtATime) {
  EXPECT_EQ(TryToOpen().error().code, Code::kConflict);
  ledger_.reset();
  EXPECT_TRUE(TryToOpen());
}

// Many at once, from the same size: one gets each step, and what is kept never shrinks.
TEST_F(TheLedger, MovesOnceHoweverManyAsk) {
  std::atomic<int> cosigned{0};
  std::atomic<int> conflicts{0};
  std::vector<std::thread> threads;
  for (uint64_t i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (uint64_t size = 1 + i; size <= 100; size += 8) {
        const auto answer = ledger_->AddCheckpoint(Request(leaves_, 0, size), kNow);
        (answer.status == 200 ? cosigned : conflicts) += 1;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(cosigned, 1);
  EXPECT_EQ(conflicts, 99);
  // Then each from what it is told.
  threads.clear();
  std::atomic<uint64_t> largest{Kept()};
  for (uint64_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      uint64_t from = 0;
      for (uint64_t size = 61 + i; size <= 100;) {
        const auto answer = ledger_->AddCheckpoint(Request(leaves_, from, size), kNow);
        if (answer.status == 200 || answer.status == 400) size += 4;
        if (answer.status == 200) from = size - 4;
        if (answer.status == 409) from = std::stoull(answer.body);
        if (answer.status == 409 && from > size) size = from;
        EXPECT_NE(answer.status, 422);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(Kept(), largest);
  Open();
}

}  // namespace
}  // namespace garant::witness

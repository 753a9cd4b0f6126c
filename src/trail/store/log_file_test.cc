#include "trail/store/log_file.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

#include "trail/append/test_frames.h"
#include "trail/entry/entry.h"
#include "trail/keys/page_example.h"
#include "trail/store/paths.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

constexpr std::array<uint8_t, 32> kSeed{7};
const VerifierKey& Key() {
  static const VerifierKey key = *VerifierKey::FromSeed("permits.example", kSeed);
  return key;
}

// A batch of entries of zeros, which a reader of logs does not look into.
struct TestBatch {
  uint32_t entries = 0;
  std::string frames;
  std::string note;
};
TestBatch BatchOf(uint32_t entries, Frontier& tree) {
  TestBatch batch{entries, {}, {}};
  const base::Bytes entry(40, 0);
  for (uint32_t i = 0; i < entries; ++i) {
    PutFrame(batch.frames, entry, LeafHash(entry));
    tree.Append(LeafHash(entry));
  }
  batch.note = SignCheckpoint(tree.size(), tree.Root(), Key(), kSeed);
  return batch;
}
std::string InBytes(const TestBatch& batch, size_t length) {
  std::string out = "BTCH";
  const auto put = [&](size_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out += static_cast<char>(value >> static_cast<unsigned>(shift));
  };
  put(batch.entries, 4);
  put(length, 4);
  out += batch.frames;
  put(batch.note.size(), 2);
  return out + batch.note;
}

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    Frontier tree;
    const TestBatch none = BatchOf(0, tree);
    head_ = std::string(kLogMagic) + std::string(8, '\0') + InBytes(none, 0);
    batch_ = BatchOf(3, tree);
  }
  static LoadedLog Load(const std::string& bytes) {
    Frontier tree;
    auto log = LoadLog(base::AsBytes(bytes), 0, Key(), tree);
    EXPECT_TRUE(log);
    return log ? *log : LoadedLog{};
  }
  std::string head_;  // up to the end of the first, empty batch
  TestBatch batch_;
};

TEST_F(LogFileTest, TakesABatchWhole) {
  const LoadedLog log = Load(head_ + InBytes(batch_, batch_.frames.size()));
  EXPECT_EQ(log.places.size(), 3U);
  EXPECT_FALSE(log.bad_entry);
  EXPECT_EQ(log.behind, 0U);
}

// A length too small may end the batch amid an entry, where two zero bytes are the length of a
// note: it is then whole, and wrong. The place is where it says its length, not the entry, which
// holds.
TEST_F(LogFileTest, NamesTheBatchWhoseLengthIsWrong) {
  for (const size_t less : {70U, 75U, 110U, 130U, 228U}) {
    const LoadedLog log = Load(head_ + InBytes(batch_, batch_.frames.size() - less));
    EXPECT_TRUE(log.places.empty());
    EXPECT_EQ(log.used, head_.size());
    ASSERT_TRUE(log.bad_entry) << less;
    EXPECT_EQ(*log.bad_entry, 0U) << less;
    EXPECT_EQ(log.bad_offset, head_.size()) << less;
  }
}

TEST_F(LogFileTest, NamesTheEntryThatDoesNotHold) {
  const size_t frame = batch_.frames.size() / 3;
  for (size_t i = 0; i < batch_.frames.size(); ++i) {
    TestBatch changed = batch_;
    changed.frames[i] = static_cast<char>(changed.frames[i] ^ 1);
    const LoadedLog log = Load(head_ + InBytes(changed, batch_.frames.size()));
    ASSERT_TRUE(log.bad_entry) << i;
    EXPECT_EQ(*log.bad_entry, i / frame) << i;
    EXPECT_EQ(log.bad_offset, head_.size() + 12 + i / frame * frame) << i;
  }
}

// What a sealer asks of a log that somebody could write.
TEST_F(LogFileTest, FindsAnEntryThatIsNotItsHash) {
  ManyHashes hashes;
  const size_t frame = batch_.frames.size() / 3;
  const std::string sound = head_ + InBytes(batch_, batch_.frames.size());
  for (size_t i = 0; i < 3; ++i) {
    std::string log = sound;
    const auto frames = ReadFrames(base::AsBytes(log), 0, 3);
    ASSERT_TRUE(frames);
    EXPECT_TRUE(HashesHold(*frames, base::AsWritableBytes(log), hashes));
    EXPECT_EQ(log, sound);
    log[head_.size() + 12 + i * frame + 4 + 20] = 1;
    EXPECT_FALSE(HashesHold(*frames, base::AsWritableBytes(log), hashes)) << i;
  }
}

TEST_F(LogFileTest, OfAnotherVersionIsNotRead) {
  std::string newer = head_ + InBytes(batch_, batch_.frames.size());
  newer[kLogMagic.size() - 2] = '3';
  ASSERT_TRUE(newer.starts_with("garant-log/3\n"));
  Frontier tree;
  const auto log = LoadLog(base::AsBytes(newer), 0, Key(), tree);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, base::Code::kUnsupported);
  EXPECT_EQ(tree.size(), 0U);
}

TEST(LogPage, ShowsWhatIsWritten) {
  std::array<uint8_t, 32> seed{};
  seed.fill(0x4c);
  const VerifierKey key = *VerifierKey::FromSeed("permits.example", seed);
  Entry entry;
  entry.time = *base::ParseTime("2026-11-23T20:30:00Z");
  entry.generation.fill(0x11);
  entry.header.kind = "event";
  const base::Bytes leaf = *EncodeEntry(entry);
  Frontier tree;
  const std::string empty = SignCheckpoint(0, tree.Root(), key, seed);
  tree.Append(LeafHash(leaf));
  const std::string note = SignCheckpoint(1, tree.Root(), key, seed);
  std::string frame;
  PutFrame(frame, leaf, LeafHash(leaf));
  const TestFolder folder;
  std::filesystem::create_directories(SegmentsPath(folder.trail()));
  auto writer = LogWriter::Create(base::SystemDisk(), folder.trail(), 0, "", 0, empty);
  ASSERT_TRUE(writer) << writer.error().message.en;
  const std::string_view frames[] = {frame};
  ASSERT_TRUE(writer->Append(frames, 1, note));
  ASSERT_TRUE(writer->Finish());

  const auto shown = [](const char* mark) { return ExampleOf("trail-store.md", mark); };
  EXPECT_EQ(shown("log-note"), empty);
  EXPECT_EQ(shown("batch-note"), note);
  EXPECT_EQ(base::ToHex(base::AsBytes(folder.Read(TestFolder::kLog))),
            DigitsOf(shown("log")) + base::ToHex(base::AsBytes(shown("log-note"))) +
                DigitsOf(shown("batch")) + base::ToHex(base::AsBytes(shown("batch-note"))));
}

}  // namespace
}  // namespace garant::trail

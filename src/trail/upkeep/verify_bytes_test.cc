// Every byte of a sealed trail.

#include <functional>

#include "trail/tree/checkpoint.h"
#include "trail/upkeep/test_verified.h"

namespace garant::trail {
namespace {

// The smallest segment that there is, most of its entries without anybody's tokens and without
// parts, and three entries in the open log: so small that every byte of it can be changed. Each
// file is a test of its own, as they take seconds.
class VerifySmallest : public VerifyTest {
 protected:
  void SetUp() override {
    TrailSettings settings;
    settings.commit.log_entries = kFirstOpen;
    std::vector<Draft> drafts;
    for (uint64_t i = 0; i < kFirstOpen; ++i) {
      Draft& draft = drafts.emplace_back(TestFolder::Example(i % 2 == 0 ? "a" : "b"));
      draft.time += std::chrono::milliseconds(i);
      if (i % 64 == 0) continue;
      draft.actor.reset();
      draft.sealed.clear();
    }
    {
      auto trail = folder_.Open(settings);
      ASSERT_TRUE(trail) << trail.error().message.en;
      ASSERT_TRUE((*trail)->Append(drafts));
      ASSERT_TRUE((*trail)->WaitForSealing());
      ASSERT_TRUE((*trail)->Append({drafts.data(), 1}));  // and what tells of the index
      ASSERT_TRUE((*trail)->Append({drafts.data(), 1}));
    }
    Remember();
    FindFrames();
    ASSERT_EQ(starts_.size(), 3U);
    const VerifyReport report = Check();
    ASSERT_TRUE(report.ok()) << Said(report);
    ASSERT_TRUE(report.notes.empty()) << report.notes[0].en;
    ASSERT_EQ(report.entries, kFirstOpen + 3);
  }

  // Whether a fault in the file that was changed has the place of the byte that was.
  using IsAt = std::function<bool(const Fault& fault, size_t byte)>;

  void ChangeEveryByte(const std::string& file, const IsAt& is_at, size_t step = 1) {
    const std::string& sound = sound_[file];
    ASSERT_FALSE(sound.empty());
    for (size_t i = 0; i < sound.size(); i += step) {
      std::string changed = sound;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << (i % 8)));
      folder_.Write(file, changed);
      const VerifyReport report = Check();
      ASSERT_TRUE(FoundAs(report, file, is_at, i)) << file << " byte " << i << Said(report);
    }
    folder_.Write(file, sound);
    EXPECT_TRUE(Check().ok());
  }
  // To every length, where the file is small.
  void CutEverywhere(const std::string& file, const IsAt& is_at) {
    constexpr size_t kSmall = 2048;
    const std::string& sound = sound_[file];
    ASSERT_FALSE(sound.empty());
    for (size_t length = 0; length < sound.size(); ++length) {
      if (sound.size() > kSmall && length % 97 != 0 && length + 64 < sound.size()) continue;
      folder_.Write(file, sound.substr(0, length));
      const VerifyReport report = Check();
      ASSERT_TRUE(FoundAs(report, file, is_at, length))
          << file << " cut to " << length << Said(report);
    }
    folder_.Write(file, sound);
    EXPECT_TRUE(Check().ok());
  }
  static bool FoundAs(const VerifyReport& report, const std::string& file, const IsAt& is_at,
                      size_t byte) {
    return std::ranges::any_of(report.faults, [&](const Fault& fault) {
      return fault.file == file && is_at(fault, byte);
    });
  }
  static bool AtTheByte(const Fault& fault, size_t byte) { return fault.offset == byte; }
  static bool AtAnEntry(const Fault& fault, size_t /*byte*/) { return fault.entry.has_value(); }

  static constexpr uint64_t kFirstOpen = 256;
  static constexpr const char* kSegment = "segments/00000000000000000000.segment";
  static constexpr const char* kRuns = "segments/00000000000000000000.runs";
  static constexpr const char* kOpenLog = "segments/00000000000000000256.log";
};

TEST_F(VerifySmallest, FindsEveryChangedByteOfTheSegment) { ChangeEveryByte(kSegment, AtAnEntry); }
TEST_F(VerifySmallest, FindsEveryChangedByteOfTheRuns) { ChangeEveryByte(kRuns, AtTheByte); }

// Each hash at each of its places in some entry; all of them take three times as long as the rest.
TEST_F(VerifySmallest, FindsChangedBytesOfEachLeafHash) {
  const auto is_at = [](const Fault& fault, size_t byte) { return fault.entry == byte / 32; };
  ChangeEveryByte("tree/0", is_at, 5);
}

TEST_F(VerifySmallest, FindsEveryChangedByteOfTheBundleHashes) {
  ChangeEveryByte("tree/1", [](const Fault& fault, size_t byte) {
    return fault.offset == byte / 32 * 32 && fault.entry == byte / 32 * 256;
  });
}

TEST_F(VerifySmallest, FindsEveryChangedByteOfTheCheckpoints) {
  const std::string_view text = sound_["checkpoints"];
  std::vector<size_t> notes;
  for (size_t at = 0; at < text.size(); at += FirstNoteLength(text.substr(at))) notes.push_back(at);
  ASSERT_GE(notes.size(), 2U);
  ChangeEveryByte("checkpoints", [&](const Fault& fault, size_t byte) {
    return fault.offset == *std::prev(std::ranges::upper_bound(notes, byte));
  });
}

TEST_F(VerifySmallest, FindsEveryChangedByteOfTheOpenLog) {
  ChangeEveryByte(kOpenLog, [&](const Fault& fault, size_t byte) {
    const auto frame = EntryAt(byte);
    if (!frame) return fault.offset <= byte;
    return fault.entry == kFirstOpen + *frame && fault.offset == starts_[*frame];
  });
}

TEST_F(VerifySmallest, FindsEveryTruncationOfSealedFiles) {
  CutEverywhere(kSegment, AtAnEntry);
  for (const char* file : {kRuns, "tree/0", "tree/1"}) CutEverywhere(file, AtTheByte);
}

}  // namespace
}  // namespace garant::trail

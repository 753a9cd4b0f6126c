#include "trail/verify.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "trail/reader.h"
#include "trail/store.h"
#include "trail/test_folder.h"

namespace garant::trail {
namespace {

using base::Language;

// Four entries in three batches.
class VerifyTest : public testing::Test {
 protected:
  void SetUp() override {
    auto trail = folder_.Open();
    ASSERT_TRUE(trail);
    const Draft drafts[] = {TestFolder::Example("a"), TestFolder::Example("b")};
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->Append({drafts, 1}));
    ASSERT_TRUE((*trail)->Append({drafts, 1}));
    for (const char* name : kFiles) sound_[name] = folder_.Read(name);
    size_t offset = kLogMagic.size();
    for (int i = 0; i < 4; ++i) {
      starts_.push_back(offset);
      offset = ReadFrame(sound_["log"], offset).end;
    }
    starts_.push_back(offset);
    ASSERT_EQ(offset, sound_["log"].size());
  }

  VerifyReport Check() {
    auto report = Verify(folder_.trail(), folder_.root_key(), sound_["log.vkey"]);
    EXPECT_TRUE(report) << report.error().message.en;
    return report ? *report : VerifyReport{};
  }
  // Whether some fault lies in `file`, in the given entry.
  static bool Found(const VerifyReport& report, const std::string& file,
                    std::optional<uint64_t> entry) {
    return std::ranges::any_of(report.faults, [&](const Fault& fault) {
      return fault.file == file && fault.entry == entry;
    });
  }
  [[nodiscard]] std::optional<uint64_t> EntryAt(size_t offset) const {
    if (offset < starts_[0]) return {};
    return static_cast<uint64_t>(std::ranges::upper_bound(starts_, offset) - starts_.begin() - 1);
  }
  [[nodiscard]] std::string FrameBytes(size_t i) const {
    return sound_.at("log").substr(starts_[i], starts_[i + 1] - starts_[i]);
  }

  static constexpr const char* kFiles[] = {"log", "checkpoints", "log.vkey", "keys"};
  TestFolder folder_;
  std::map<std::string, std::string> sound_;
  std::vector<size_t> starts_;
};

TEST_F(VerifyTest, FindsNothingInASoundTrail) {
  const VerifyReport report = Check();
  EXPECT_TRUE(report.ok()) << report.faults[0].ToString(Language::kEnglish);
  EXPECT_EQ(report.entries, 4U);
  EXPECT_EQ(report.checkpoints, 4U);
  EXPECT_EQ(report.origin, "permits.example");
  EXPECT_EQ(report.root, TrailReader::Open(folder_.trail())->checkpoint().root);
  EXPECT_TRUE(report.keys_checked);
  EXPECT_TRUE(report.notes.empty());
}

TEST_F(VerifyTest, SaysWhatItCouldNotCheck) {
  const auto report = Verify(folder_.trail(), {}, {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->ok());
  EXPECT_FALSE(report->keys_checked);
  EXPECT_EQ(report->notes.size(), 2U);
}

TEST_F(VerifyTest, FindsEveryChangedByteAndSaysWhere) {
  for (const char* file : kFiles) {
    const std::string& sound = sound_[file];
    for (size_t i = 0; i < sound.size(); ++i) {
      // Every bit in turn, and in text the letters' case, which a lax decoder overlooks.
      for (const unsigned mask : {1U << (i % 8), 0x20U}) {
        if (mask == 0x20U && sound_["log"] == sound) continue;
        std::string changed = sound;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
        folder_.Write(file, changed);
        const VerifyReport report = Check();
        ASSERT_FALSE(report.ok()) << file << " byte " << i;
        const Fault& fault = report.faults[0];
        EXPECT_EQ(fault.file, file) << i;
        EXPECT_LE(fault.offset, i) << file;
        if (fault.file == "log") {
          EXPECT_EQ(fault.entry, EntryAt(i)) << i;
          EXPECT_EQ(fault.offset, fault.entry ? starts_[*fault.entry] : 0);
        }
      }
    }
    folder_.Write(file, sound);
  }
  EXPECT_TRUE(Check().ok());
}

TEST_F(VerifyTest, NamesOnlyTheFaultThatIsThere) {
  std::string changed = sound_["log"];
  changed[starts_[1] + 10] = static_cast<char>(changed[starts_[1] + 10] ^ 1);
  folder_.Write("log", changed);
  const VerifyReport report = Check();
  ASSERT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(report.faults[0].ToString(Language::kEnglish),
            "log: byte " + std::to_string(starts_[1]) +
                ", entry 1: its bytes are not those that were written");
  EXPECT_EQ(report.faults[0].ToString(Language::kFrench),
            "log : octet " + std::to_string(starts_[1]) +
                ", entrée 1 : ses octets ne sont pas ceux qui ont été écrits");
}

TEST_F(VerifyTest, FindsEveryTruncation) {
  for (const char* file : kFiles) {
    const std::string& sound = sound_[file];
    for (size_t length = 0; length < sound.size(); length += length < 64 ? 1 : 3) {
      folder_.Write(file, sound.substr(0, length));
      const VerifyReport report = Check();
      ASSERT_FALSE(report.ok()) << file << " cut to " << length;
      // A checkpoint taken away whole shows in the log: nothing covers its entries.
      EXPECT_TRUE(std::ranges::any_of(report.faults,
                                      [&](const Fault& fault) {
                                        return fault.file == file ||
                                               (file == std::string("checkpoints") &&
                                                fault.file == "log");
                                      }))
          << file << " cut to " << length;
    }
    folder_.Write(file, sound);
  }
}

TEST_F(VerifyTest, FindsAppendedBytes) {
  for (const char* file : {"log", "checkpoints", "log.vkey", "keys", "lock"}) {
    const std::string sound = folder_.Read(file);
    for (const std::string& more : {std::string("\n"), std::string(1, '\0'), std::string("garbage"),
                                    std::string(5000, 'x')}) {
      folder_.Write(file, sound + more);
      EXPECT_EQ(Check().faults.at(0).file, file);
    }
    folder_.Write(file, sound);
  }
  // An entry that nobody signed, sound in itself.
  folder_.Write("log", sound_["log"] + FrameBytes(3));
  EXPECT_TRUE(Found(Check(), "log", 4));
}

TEST_F(VerifyTest, FindsSwappedAndRemovedEntries) {
  const std::string head = sound_["log"].substr(0, starts_[0]);
  folder_.Write("log", head + FrameBytes(1) + FrameBytes(0) + FrameBytes(2) + FrameBytes(3));
  VerifyReport report = Check();
  EXPECT_TRUE(Found(report, "log", 0));
  EXPECT_TRUE(Found(report, "log", 1));
  folder_.Write("log", head + FrameBytes(0) + FrameBytes(2) + FrameBytes(3));
  EXPECT_TRUE(Found(Check(), "log", 1));
}

// Entry 2 written again with another outcome and a fitting leaf hash: only the tree shows it.
TEST_F(VerifyTest, FindsARewrittenEntry) {
  const auto reader = TrailReader::Open(folder_.trail());
  ASSERT_TRUE(reader);
  Entry entry = *reader->Read(2);
  entry.header.outcome = "z";
  std::string frame;
  PutFrame(frame, *EncodeEntry(entry));
  folder_.Write("log", sound_["log"].substr(0, starts_[2]) + frame + FrameBytes(3));
  const VerifyReport report = Check();
  ASSERT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(report.faults[0].file, "log");
  EXPECT_EQ(report.faults[0].entry, 2U);
  EXPECT_EQ(report.faults[0].offset, starts_[2]);
}

TEST_F(VerifyTest, FindsADroppedCheckpointWhereverItStood) {
  const std::string& text = sound_["checkpoints"];
  std::vector<std::string> notes;
  for (size_t at = 0; at < text.size(); at += notes.back().size())
    notes.push_back(text.substr(at, FirstNoteLength(std::string_view(text).substr(at))));
  ASSERT_EQ(notes.size(), 4U);
  folder_.Write("checkpoints", notes[0] + notes[1] + notes[2]);
  EXPECT_TRUE(Found(Check(), "log", 3));
  EXPECT_FALSE(TrailReader::Open(folder_.trail()));
  folder_.Write("checkpoints", notes[1] + notes[2] + notes[3]);
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
  folder_.Write("checkpoints", notes[0] + notes[2] + notes[1] + notes[3]);
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
  folder_.Write("checkpoints", "");
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
}

TEST_F(VerifyTest, FindsMissingFiles) {
  for (const char* file : kFiles) {
    std::filesystem::remove(folder_.File(file));
    EXPECT_TRUE(Found(Check(), file, {})) << file;
    folder_.Write(file, sound_[file]);
  }
  EXPECT_EQ(Verify(folder_.File("none"), {}, {}).error().code, base::Code::kNotFound);
}

TEST_F(VerifyTest, FindsAnotherTrailInItsPlaceByThePinnedKey) {
  const TestFolder other;
  ASSERT_TRUE(other.Open());
  const auto alone = Verify(other.trail(), other.root_key(), {});
  ASSERT_TRUE(alone);
  EXPECT_TRUE(alone->ok());
  const auto pinned = Verify(other.trail(), other.root_key(), sound_["log.vkey"]);
  ASSERT_TRUE(pinned);
  EXPECT_TRUE(Found(*pinned, "log.vkey", {}));
  EXPECT_FALSE(TrailReader::Open(other.trail(), sound_["log.vkey"]));
  EXPECT_TRUE(TrailReader::Open(folder_.trail(), sound_["log.vkey"]));
}

// The whole folder signed anew under another key, but `keys` is the old one.
TEST_F(VerifyTest, FindsAKeyThatIsNotTheTrails) {
  const TestFolder other;
  ASSERT_TRUE(other.Open());
  for (const char* file : {"log", "checkpoints", "log.vkey"}) folder_.Write(file, other.Read(file));
  const auto report = Verify(folder_.trail(), folder_.root_key(), {});
  ASSERT_TRUE(report);
  EXPECT_TRUE(Found(*report, "log.vkey", {}));
}

TEST_F(VerifyTest, NotesFilesThatAreNoPartOfATrail) {
  folder_.Write("stray", "x");
  const VerifyReport report = Check();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.notes.size(), 1U);
}

}  // namespace
}  // namespace garant::trail

#include "trail/upkeep/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "trail/append/test_frames.h"
#include "trail/index/runs_builder.h"
#include "trail/search/search.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::Language;

constexpr const char* kLog = TestFolder::kLog;

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
    trail->reset();
    Remember();
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader);
    for (const LoadedLog::Place& place : reader->loaded().logs[0].log.places) {
      starts_.push_back(place.offset - 4);
      ends_.push_back(place.offset + place.size + 32);
    }
    ASSERT_EQ(starts_.size(), 4U);
  }
  void Remember() {
    for (const std::string& name : folder_.Files()) sound_[name] = folder_.Read(name);
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
  static bool FoundIn(const VerifyReport& report, const std::string& file) {
    return std::ranges::any_of(report.faults,
                               [&](const Fault& fault) { return fault.file == file; });
  }
  // The entry whose frame holds this byte of the log.
  [[nodiscard]] std::optional<uint64_t> EntryAt(size_t offset) const {
    for (size_t i = 0; i < starts_.size(); ++i)
      if (offset >= starts_[i] && offset < ends_[i]) return i;
    return {};
  }
  [[nodiscard]] std::string FrameBytes(size_t i) const {
    return sound_.at(kLog).substr(starts_[i], ends_[i] - starts_[i]);
  }
  // The log with frame `i` replaced by another of the same length.
  [[nodiscard]] std::string WithFrame(size_t i, const std::string& frame) const {
    std::string log = sound_.at(kLog);
    EXPECT_EQ(frame.size(), ends_[i] - starts_[i]);
    return log.replace(starts_[i], frame.size(), frame);
  }

  TestFolder folder_;
  std::map<std::string, std::string> sound_;
  std::vector<size_t> starts_;  // of frames in the log
  std::vector<size_t> ends_;
};

TEST_F(VerifyTest, FindsNothingInASoundTrail) {
  const VerifyReport report = Check();
  EXPECT_TRUE(report.ok()) << report.faults[0].ToString(Language::kEnglish);
  EXPECT_EQ(report.entries, 4U);
  EXPECT_GE(report.checkpoints, 2U);
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
  for (const auto& [file, sound] : sound_) {
    for (size_t i = 0; i < sound.size(); ++i) {
      // Every bit in turn, and in text the letters' case, which a lax decoder overlooks.
      for (const unsigned mask : {1U << (i % 8), 0x20U}) {
        if (mask == 0x20U && file == kLog) continue;
        std::string changed = sound;
        changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ mask);
        folder_.Write(file, changed);
        const VerifyReport report = Check();
        ASSERT_FALSE(report.ok()) << file << " byte " << i;
        const Fault& fault = report.faults[0];
        EXPECT_EQ(fault.file, file) << i;
        EXPECT_LE(fault.offset, i) << file;
        if (fault.file == kLog && EntryAt(i)) {
          EXPECT_EQ(fault.entry, EntryAt(i)) << i;
          EXPECT_EQ(fault.offset, starts_[*EntryAt(i)]);
        }
      }
    }
    folder_.Write(file, sound);
  }
  EXPECT_TRUE(Check().ok());
}

TEST_F(VerifyTest, SaysWhereInBothLanguages) {
  std::string changed = sound_[kLog];
  changed[starts_[3] + 10] = static_cast<char>(changed[starts_[3] + 10] ^ 1);
  folder_.Write(kLog, changed);
  const VerifyReport report = Check();
  ASSERT_EQ(report.faults.size(), 2U);
  const std::string left = std::to_string(sound_[kLog].size() - (starts_[3] - 12));
  EXPECT_EQ(report.faults[0].ToString(Language::kEnglish),
            std::string(kLog) + ": byte " + std::to_string(starts_[3]) + ", entry 3: " + left +
                " bytes do not hold that stand behind the last note which does: a writer stopped "
                "there (the next one cuts them), or somebody changed them");
  EXPECT_EQ(report.faults[1].ToString(Language::kFrench),
            "segments : octet 0, entrée 3 : les entrées se terminent à 3; un point de contrôle "
            "pour 4 a été publié");
}

TEST_F(VerifyTest, FindsEveryTruncation) {
  for (const auto& [file, sound] : sound_) {
    for (size_t length = 0; length < sound.size(); length += length < 64 ? 1 : 3) {
      folder_.Write(file, sound.substr(0, length));
      const VerifyReport report = Check();
      // That a checkpoint was published cannot be told once it is taken away whole.
      if (file == "checkpoints" && length == FirstNoteLength(sound)) continue;
      ASSERT_FALSE(report.ok()) << file << " cut to " << length;
      // A log that is cut between two batches is short of what was published.
      EXPECT_TRUE(FoundIn(report, file) || (file == kLog && FoundIn(report, "segments")))
          << file << " cut to " << length;
    }
    folder_.Write(file, sound);
  }
}

TEST_F(VerifyTest, FindsAppendedBytes) {
  for (const std::string file : {kLog, "checkpoints", "log.vkey", "keys/table", "lock"}) {
    const std::string sound = folder_.Read(file);
    for (const std::string& more : {std::string("\n"), std::string(1, '\0'), std::string("garbage"),
                                    std::string(5000, 'x')}) {
      folder_.Write(file, sound + more);
      const bool room = file == kLog && more == std::string(1, '\0');  // taken, and not used
      if (room)
        EXPECT_TRUE(Check().ok());
      else
        EXPECT_EQ(Check().faults.at(0).file, file);
    }
    folder_.Write(file, sound);
  }
}

TEST_F(VerifyTest, FindsSwappedAndRemovedEntries) {
  ASSERT_EQ(FrameBytes(0).size(), FrameBytes(2).size());
  folder_.Write(kLog, WithFrame(0, FrameBytes(2)));
  EXPECT_TRUE(Found(Check(), kLog, 0));
  folder_.Write(kLog, WithFrame(2, FrameBytes(3)));
  EXPECT_TRUE(Found(Check(), kLog, 2));
  std::string removed = sound_[kLog];
  folder_.Write(kLog, removed.erase(starts_[1], FrameBytes(1).size()));
  EXPECT_FALSE(Check().ok());
  // A batch with its note.
  removed = sound_[kLog];
  folder_.Write(kLog, removed.erase(starts_[2] - 12, starts_[3] - starts_[2]));
  EXPECT_TRUE(Found(Check(), kLog, 2));
}

// Entry 2 written again with another outcome and a fitting leaf hash: only the note shows it.
TEST_F(VerifyTest, FindsARewrittenEntry) {
  const auto reader = TrailReader::Open(folder_.trail());
  ASSERT_TRUE(reader);
  Entry entry = *reader->Read(2);
  entry.header.outcome = "z";
  const base::Bytes leaf = *EncodeEntry(entry);
  std::string frame;
  PutFrame(frame, leaf, LeafHash(leaf));
  folder_.Write(kLog, WithFrame(2, frame));
  const VerifyReport report = Check();
  EXPECT_TRUE(Found(report, kLog, 2));
  EXPECT_FALSE(TrailReader::Open(folder_.trail()));
}

TEST_F(VerifyTest, FindsCheckpointsThatAreOutOfOrderOrOfAnotherTree) {
  { auto trail = folder_.Open(); }
  Remember();
  const std::string& text = sound_["checkpoints"];
  std::vector<std::string> notes;
  for (size_t at = 0; at < text.size(); at += notes.back().size())
    notes.push_back(text.substr(at, FirstNoteLength(std::string_view(text).substr(at))));
  ASSERT_GE(notes.size(), 2U);
  folder_.Write("checkpoints", notes[1]);
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
  folder_.Write("checkpoints", notes[0] + notes[1] + notes[1]);
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
  folder_.Write("checkpoints", "");
  EXPECT_TRUE(Found(Check(), "checkpoints", {}));
}

// Three segments and a log.
class VerifySealed : public VerifyTest {
 protected:
  void SetUp() override {
    folder_.Fill(1000);
    folder_.Fill(7);
    Remember();
    ASSERT_TRUE(Check().ok()) << Check().faults[0].ToString(Language::kEnglish);
    ASSERT_TRUE(Check().notes.empty());
  }
  static constexpr const char* kSegment = "segments/00000000000000000256.segment";
  static constexpr const char* kRuns = "segments/00000000000000000256.runs";
};

TEST_F(VerifySealed, FindsChangedBytesOfSealedFiles) {
  for (const char* file : {kSegment, kRuns, "tree/0", "tree/1"}) {
    const std::string& sound = sound_[file];
    for (size_t i = 0; i < sound.size(); i += 1 + sound.size() / 400) {
      std::string changed = sound;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << (i % 8)));
      folder_.Write(file, changed);
      const VerifyReport report = Check();
      ASSERT_FALSE(report.ok()) << file << " byte " << i;
      // A leaf hash that was changed shows at its entry.
      if (std::string(file) == "tree/0")
        EXPECT_EQ(report.faults[0].entry, i / 32);
      else
        EXPECT_TRUE(FoundIn(report, file)) << i << report.faults[0].ToString(Language::kEnglish);
    }
    folder_.Write(file, sound);
  }
}

// The digests of the files are no secret: what counts is the tree.
std::string WithDigest(std::string bytes) {
  bytes.resize(bytes.size() - 32);
  return bytes + std::string(base::AsText(base::Sha256(base::AsBytes(bytes))));
}

// What was a log when the folder was listed is a segment, and the log gone, before it is read.
TEST_F(VerifySealed, FindsNothingWhileLogsAreSealed) {
  std::atomic<bool> done = false;
  std::thread writer([&] {
    folder_.Fill(12'000);
    done = true;
  });
  size_t verified = 0;
  for (; !done; ++verified) {
    const VerifyReport report = Check();
    for (const Fault& fault : report.faults)
      ADD_FAILURE() << verified << ": " << fault.ToString(Language::kEnglish);
    if (HasFailure()) break;
  }
  writer.join();
  EXPECT_GE(verified, 3U);
  EXPECT_TRUE(Check().ok());
}

TEST_F(VerifySealed, FindsWhatFitsItsDigest) {
  for (const char* file : {kSegment, kRuns}) {
    const std::string& sound = sound_[file];
    for (size_t i = 0; i + 32 < sound.size(); i += 1 + sound.size() / 300) {
      std::string changed = sound;
      changed[i] = static_cast<char>(static_cast<unsigned char>(changed[i]) ^ (1U << (i % 8)));
      folder_.Write(file, WithDigest(changed));
      const VerifyReport report = Check();
      EXPECT_TRUE(FoundIn(report, file)) << file << " byte " << i;
    }
    folder_.Write(file, sound);
  }
}

TEST_F(VerifySealed, NamesTheEntryThatWasChangedInASegment) {
  const auto reader = TrailReader::Open(folder_.trail());
  const Entry entry = *reader->Read(300);
  const std::string needle(base::AsText(entry.parts[0].ciphertext));
  std::string changed = sound_[kSegment];
  const size_t at = changed.find(needle);
  ASSERT_NE(at, std::string::npos);
  changed[at] = static_cast<char>(changed[at] ^ 1);
  folder_.Write(kSegment, WithDigest(changed));
  EXPECT_TRUE(Found(Check(), kSegment, 300));
  const auto again = TrailReader::Open(folder_.trail());
  ASSERT_TRUE(again) << "what is sealed is checked when it is read";
  EXPECT_EQ(again->Read(300).error().code, base::Code::kUntrusted);
  EXPECT_TRUE(again->Read(299));
}

TEST_F(VerifySealed, FindsSegmentsThatAreSwappedOrMissing) {
  folder_.Write(kSegment, sound_["segments/00000000000000000512.segment"]);
  EXPECT_TRUE(FoundIn(Check(), kSegment));
  EXPECT_FALSE(TrailReader::Open(folder_.trail()));
  std::filesystem::remove(folder_.File(kSegment));
  EXPECT_FALSE(Check().ok());
  EXPECT_FALSE(TrailReader::Open(folder_.trail()));
}

// Made by the same writer from other entries, as if it were an older state of this trail.
TEST_F(VerifySealed, FindsTheSegmentOfAnotherTrail) {
  const TestFolder other;
  other.Fill(1000);
  for (const char* suffix : {".segment", ".runs"})
    folder_.Write("segments/00000000000000000256" + std::string(suffix),
                  other.Read("segments/00000000000000000256" + std::string(suffix)));
  EXPECT_TRUE(Found(Check(), kSegment, 256));
  EXPECT_EQ(TrailReader::Open(folder_.trail())->Read(256).error().code, base::Code::kUntrusted);
}

TEST_F(VerifySealed, FindsARunThatLeavesOneEntryOut) {
  const auto reader = TrailReader::Open(folder_.trail());
  RunsBuilder runs("permits.example", 256, 256);
  std::vector<base::Bytes> leaves;
  for (uint64_t i = 256; i < 512; ++i) {
    if (i == 310) {  // before the first entry of the trail's own
      Entry entry = *reader->Read(i);
      ASSERT_TRUE(entry.header.session);
      entry.header.session.reset();
      leaves.push_back(*EncodeEntry(entry));
    } else {
      leaves.push_back(*reader->ReadLeaf(i));
    }
  }
  for (const base::Bytes& leaf : leaves) runs.Add(leaf);
  folder_.Write(kRuns, std::string(base::AsText(runs.Finish())));
  EXPECT_TRUE(FoundIn(Check(), kRuns));
}

// Written by a version before this one: sound, and believed no more than what is written now.
TEST(VerifyRuns, TakesThoseOfTheVersionBefore) {
  const TestFolder folder;
  std::vector<Draft> drafts(300, TestFolder::Example("passed"));
  for (Draft& draft : drafts)
    for (int i = 0; i < 12; ++i) base::FillRandom(draft.tokens.emplace_back());  // of many blocks
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->WaitForSealing());
  }
  const std::string name = "segments/00000000000000000000.runs";
  const std::string now = folder.Read(name);
  RunsBuilder runs("permits.example", 0, 256, kRunsFormBefore);
  std::vector<Entry> found;
  Search search;
  search.all_of = {ByToken(RunKey::kSubject, drafts[70].tokens[5])};
  {
    const auto reader = TrailReader::Open(folder.trail());
    ASSERT_TRUE(reader);
    for (uint64_t i = 0; i < 256; ++i) runs.Add(*reader->ReadLeaf(i));
    found = Find(*reader, search)->entries;
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].index, 70U);
  }
  std::string before(base::AsText(runs.Finish()));
  const auto read = Runs::From(base::AsBytes(before), "permits.example");
  ASSERT_TRUE(read);
  ASSERT_GT(read->BlocksOf(RunKey::kSubject), 16U);
  ASSERT_LT(before.size(), now.size()) << "it has fewer nodes";
  const auto check = [&](const std::string& file) {
    folder.Write(name, file);
    const auto report = Verify(folder.trail(), folder.root_key(), {});
    return report && report->ok();
  };
  EXPECT_TRUE(check(now));
  EXPECT_TRUE(check(before));
  const auto again = Find(*TrailReader::Open(folder.trail()), search);
  ASSERT_TRUE(again) << again.error().message.en;
  EXPECT_EQ(again->entries, found);
  // What is of one version but for its name.
  std::string mixed = now;
  mixed[12] = '2';
  EXPECT_FALSE(check(WithDigest(mixed)));
  for (size_t at = 26; at < before.size(); at += 1 + before.size() / 60) {
    std::string changed = before;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_FALSE(check(WithDigest(changed))) << at;
  }
}

TEST_F(VerifyTest, FindsMissingFiles) {
  for (const auto& [file, sound] : sound_) {
    std::filesystem::remove(folder_.File(file));
    EXPECT_FALSE(Check().ok()) << file;
    EXPECT_TRUE(file == kLog || Found(Check(), file, {})) << file;
    folder_.Write(file, sound);
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
  for (const char* file : {kLog, "checkpoints", "log.vkey"}) folder_.Write(file, other.Read(file));
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

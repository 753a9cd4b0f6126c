#include "trail/upkeep/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "trail/append/test_frames.h"
#include "trail/index/runs_builder.h"
#include "trail/index/segment.h"
#include "trail/search/search.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/test_verified.h"

namespace garant::trail {
namespace {

using base::Language;

constexpr const char* kLog = TestFolder::kLog;
constexpr size_t kBatchHead = 12;  // bytes before a batch's frames

// As a batch's head has its numbers.
std::string FourBytes(uint64_t number) {
  const auto all = BigEndian(number);
  return std::string(base::AsText(base::ByteView(all).last<4>()));
}

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

TEST_F(VerifyTest, FindsAnEntryInThePlaceOfAnother) {
  ASSERT_TRUE(Check().ok());
  ASSERT_EQ(FrameBytes(0).size(), FrameBytes(2).size());
  folder_.Write(kLog, WithFrame(0, FrameBytes(2)));
  EXPECT_TRUE(Found(Check(), kLog, 0));
  folder_.Write(kLog, WithFrame(2, FrameBytes(3)));
  EXPECT_TRUE(Found(Check(), kLog, 2));
}

// Each holds by itself, with its leaf hash: only the note, which is over the whole batch, shows it.
TEST_F(VerifyTest, FindsTwoEntriesThatChangedPlaces) {
  ASSERT_TRUE(Check().ok());
  const size_t batch_of[] = {0, 0, 2, 3};  // its first entry
  for (size_t i = 0; i + 1 < starts_.size(); ++i) {
    const std::string one = FrameBytes(i);
    const std::string next = FrameBytes(i + 1);
    ASSERT_EQ(one.size(), next.size());
    ASSERT_NE(one, next);
    std::string log = WithFrame(i, next);
    folder_.Write(kLog, log.replace(starts_[i + 1], one.size(), one));
    const VerifyReport report = Check();
    const size_t batch = batch_of[i];
    EXPECT_TRUE(FoundAt(report, kLog, batch, starts_[batch] - kBatchHead)) << i << Said(report);
  }
}

TEST_F(VerifyTest, FindsARemovedEntry) {
  ASSERT_TRUE(Check().ok());
  const std::pair<size_t, size_t> batch_of[] = {{0, 1}, {0, 1}, {2, 2}, {3, 3}};  // first, last
  for (size_t i = 0; i < starts_.size(); ++i) {
    const auto [first, last] = batch_of[i];
    const size_t begin = starts_[first] - kBatchHead;
    std::string log = sound_[kLog];
    folder_.Write(kLog, log.erase(starts_[i], FrameBytes(i).size()));
    VerifyReport report = Check();
    // What is read in the place of the last frame, and of the note, is by chance.
    EXPECT_TRUE(std::ranges::any_of(report.faults,
                                    [&, from = first, to = last](const Fault& one) {
                                      return one.file == kLog && one.entry >= from &&
                                             one.entry <= to && one.offset >= begin &&
                                             one.offset < ends_[to];
                                    }))
        << i << Said(report);
    // With a head that says how long the frames are: they close up, and the last is missed.
    const size_t left = ends_[last] - starts_[first] - FrameBytes(i).size();
    folder_.Write(kLog, log.replace(begin + 8, 4, FourBytes(left)));
    report = Check();
    EXPECT_TRUE(FoundAt(report, kLog, last, begin)) << i << Said(report);
    // And that says how many there are: the note is over more.
    folder_.Write(kLog, log.replace(begin + 4, 4, FourBytes(last - first)));
    report = Check();
    EXPECT_TRUE(FoundAt(report, kLog, first, begin)) << i << Said(report);
  }
}

TEST_F(VerifyTest, FindsARemovedBatch) {
  ASSERT_TRUE(Check().ok());
  std::string removed = sound_[kLog];
  folder_.Write(kLog, removed.erase(starts_[2] - kBatchHead, starts_[3] - starts_[2]));
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

// Made by the same writer from other entries, under other keys.
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

// The trail as it was after four entries, and what else became of it under the same keys: each of
// the two is sound by itself.
TEST_F(VerifyTest, FindsTheSegmentsOfAForkOfTheTrail) {
  const TestFolder fork;
  std::filesystem::copy(folder_.trail(), fork.trail(), std::filesystem::copy_options::recursive);
  std::filesystem::copy_file(folder_.root_key(), fork.root_key(),
                             std::filesystem::copy_options::overwrite_existing);
  {
    auto trail = fork.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail) << trail.error().message.en;
    const Draft other = TestFolder::Example("of the fork");
    ASSERT_TRUE((*trail)->Append({&other, 1}));
  }
  for (const TestFolder* each : {&std::as_const(folder_), &fork}) {
    each->Fill(1000);
    each->Fill(7);
    const auto report = Verify(each->trail(), each->root_key(), sound_["log.vkey"]);
    ASSERT_TRUE(report) << report.error().message.en;
    ASSERT_TRUE(report->ok()) << Said(*report);
  }
  // The first four entries are those of both.
  for (const auto& [first, differs] : {std::pair(0, 4), std::pair(256, 256)}) {
    const std::string segment = "segments/" + SegmentName(static_cast<uint64_t>(first), ".segment");
    const std::string runs = "segments/" + SegmentName(static_cast<uint64_t>(first), ".runs");
    const std::string own = folder_.Read(segment);
    const std::string own_runs = folder_.Read(runs);
    const std::string forked = fork.Read(segment);
    const std::string forked_runs = fork.Read(runs);
    ASSERT_NE(own, forked);
    ASSERT_NE(own_runs, forked_runs);
    for (const std::string* bytes : {&own, &forked}) {
      const auto read = Segment::From(base::AsBytes(*bytes));
      ASSERT_TRUE(read);
      ASSERT_EQ(read->first(), static_cast<uint64_t>(first));
      ASSERT_EQ(read->entries(), 256U);
    }
    const auto place = [&](const VerifyReport& report) -> std::optional<uint64_t> {
      const auto fault = std::ranges::find(report.faults, segment, &Fault::file);
      return fault == report.faults.end() ? std::nullopt : fault->entry;
    };
    folder_.Write(segment, forked);
    VerifyReport report = Check();
    EXPECT_EQ(place(report), static_cast<uint64_t>(differs)) << segment << Said(report);
    folder_.Write(runs, forked_runs);
    report = Check();
    EXPECT_EQ(place(report), static_cast<uint64_t>(differs)) << segment << Said(report);
    folder_.Write(segment, own);
    report = Check();
    EXPECT_TRUE(FoundIn(report, runs)) << Said(report);
    folder_.Write(runs, own_runs);
    EXPECT_TRUE(Check().ok());
  }
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

#include <gtest/gtest.h>

#include <filesystem>

#include "trail/keys/key_vault.h"
#include "trail/keys/seal.h"
#include "trail/search/search.h"
#include "trail/store/listing.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/proofs.h"
#include "trail/upkeep/backup.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/verify.h"

// The table of docs/backup.md, row by row.
namespace garant::trail {
namespace {

using base::Code;
namespace fs = std::filesystem;

const base::Time kBegin = *base::ParseTime("2026-11-23T20:30:00Z");
const Person kAnna{"idp", "anna"};
const Person kBela{"idp", "bela"};
const Person kCarla{"idp", "carla"};

// A trail with an older copy of it, and what happened since: entries about Anna, Bela (new since)
// and the living keys.
class RestoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Write({kAnna}, 700);
    ASSERT_TRUE(BackUp(folder_.trail(), older_, WithKeys::kYes));
    kept_ = Reader().checkpoint();
  }

  void Write(const std::vector<Person>& about, size_t count) {
    auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail) << trail.error().message.en;
    std::vector<Draft> drafts;
    for (size_t i = 0; i < count; ++i) {
      Draft draft = TestFolder::Example("ok");
      draft.actor = about[i % about.size()];
      draft.sealed = {{KeyClass::kSubject, "contact.email", {'h', 'i'}, draft.actor}};
      drafts.push_back(std::move(draft));
    }
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->WaitForSealing());
  }
  void EraseOne(const Person& person) {
    auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    ASSERT_EQ(Erase(**trail, {&person, 1}, "permits", kBegin)->erased.size(), 1U);
  }

  [[nodiscard]] std::string Beside(const std::string& name) const {
    return fs::path(folder_.trail()).parent_path().string() + "/" + name;
  }
  static void CopyFolder(const std::string& from, const std::string& to) {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }
  // All but `keys`.
  void LoseAllButKeys() const {
    for (const char* name : {"segments", "tree", "checkpoints", "log.vkey", "lock"})
      fs::remove_all(folder_.File(name));
  }
  [[nodiscard]] TrailReader Reader() const {
    auto reader = TrailReader::Open(folder_.trail());
    EXPECT_TRUE(reader) << reader.error().message.en;
    return std::move(*reader);
  }
  // The newest entry about a person, opened; nothing where it cannot be.
  [[nodiscard]] std::optional<std::string> OpenNewest(const Person& person) const {
    const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(keys) << keys.error().message.en;
    const TrailReader reader = Reader();
    Search search;
    search.all_of = {ByPerson(RunKey::kActor, person, reader, *keys)};
    search.order = SearchOrder::kNewestFirst;
    search.most = 1;
    const auto found = Find(reader, search);
    if (!found || found->entries.empty()) return std::nullopt;
    const auto bytes = keys->OpenPart(found->entries[0], 0);
    if (!bytes) return std::nullopt;
    return std::string(base::AsText(*bytes));
  }
  [[nodiscard]] bool Holds() const {
    const auto report = Verify(folder_.trail(), folder_.root_key(), {});
    return report && report->ok();
  }
  [[nodiscard]] bool OpensForWriting() const {
    return static_cast<bool>(folder_.Open(TestFolder::SmallLogs()));
  }
  // Of reading, of writing and of looking.
  void ExpectRefused() const {
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, Code::kUntrusted) << reader.error().message.en;
    EXPECT_FALSE(OpensForWriting());
    EXPECT_FALSE(Holds());
  }
  [[nodiscard]] bool Continues(const Checkpoint& kept) const {
    const TrailReader reader = Reader();
    return kept.size <= reader.size() && *TreeRoot(reader.hashes(), kept.size) == kept.root;
  }

  TestFolder folder_;
  std::string older_ = Beside("older");
  Checkpoint kept_;
};

TEST_F(RestoreTest, OlderLogAndLivingKeys) {
  Write({kBela, kCarla}, 300);
  EraseOne(kAnna);
  const Checkpoint newer = Reader().checkpoint();
  LoseAllButKeys();
  ASSERT_TRUE(Restore(older_, folder_.trail()));
  EXPECT_TRUE(Holds());
  EXPECT_TRUE(Continues(kept_));
  EXPECT_FALSE(Continues(newer));
  // Her tombstone is lost; she is erased all the same.
  EXPECT_EQ(OpenNewest(kAnna), std::nullopt);
  Write({kBela}, 500);
  EXPECT_EQ(OpenNewest(kBela), "hi");
  EXPECT_FALSE(Continues(newer));
  // What is erased now, below where the keys had been, is erased in an opening after a crash, too.
  {
    auto trail = folder_.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    const SubjectRow* row =
        (*trail)->vault().keys().subjects().Find((*trail)->vault().keys().LookupId(kCarla));
    ASSERT_NE(row, nullptr);
    const Draft tombstone = ToDraft(Tombstone{row->record, {}}, "permits", kBegin);
    ASSERT_TRUE((*trail)->Append({&tombstone, 1}));
  }
  auto trail = folder_.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  EXPECT_EQ((*trail)->vault().keys().FindSubject(kCarla), nullptr);
}

// The root's file is put back as well: as a token that makes back-ups of its own would.
TEST_F(RestoreTest, NewerLogAndOlderKeysUnderARootThatLives) {
  fs::copy_file(folder_.root_key(), Beside("root"));
  Write({kBela}, 300);
  EraseOne(kAnna);
  CopyFolder(KeysFolder(older_), KeysFolder(folder_.trail()));
  fs::copy_file(Beside("root"), folder_.root_key(), fs::copy_options::overwrite_existing);
  // Who only reads does not open her either.
  EXPECT_EQ(OpenNewest(kAnna), std::nullopt);
  ASSERT_TRUE(OpensForWriting());
  EXPECT_TRUE(Holds());
  EXPECT_EQ(OpenNewest(kAnna), std::nullopt);
  EXPECT_EQ(OpenNewest(kBela), std::nullopt);
  Write({kBela}, 10);
  EXPECT_EQ(OpenNewest(kBela), "hi");
}

TEST_F(RestoreTest, OlderKeysThatNothingWasErasedSinceOpenAll) {
  Write({kAnna}, 300);
  CopyFolder(KeysFolder(older_), KeysFolder(folder_.trail()));
  ASSERT_TRUE(OpensForWriting());
  EXPECT_EQ(OpenNewest(kAnna), "hi");
}

TEST_F(RestoreTest, VoidKeysAndNone) {
  EraseOne(kAnna);
  fs::remove_all(folder_.trail());
  ASSERT_TRUE(Restore(older_, folder_.trail()));
  const auto opened = folder_.Open(TestFolder::SmallLogs());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kUntrusted) << opened.error().message.en;
  EXPECT_TRUE(TrailReader::Open(folder_.trail())->ReadAll());
  EXPECT_TRUE(Verify(folder_.trail(), {}, {})->ok());
  fs::remove_all(KeysFolder(folder_.trail()));
  EXPECT_FALSE(OpensForWriting());
  EXPECT_TRUE(TrailReader::Open(folder_.trail())->ReadAll());
  EXPECT_TRUE(Verify(folder_.trail(), {}, {})->ok());
}

TEST_F(RestoreTest, BothOlderUnderARootThatLives) {
  Write({kAnna}, 300);
  const Checkpoint newer = Reader().checkpoint();
  fs::remove_all(folder_.trail());
  ASSERT_TRUE(Restore(older_, folder_.trail()));
  EXPECT_TRUE(Holds());
  EXPECT_TRUE(OpensForWriting());
  EXPECT_EQ(OpenNewest(kAnna), "hi");
  EXPECT_TRUE(Continues(kept_));
  EXPECT_FALSE(Continues(newer));
}

TEST_F(RestoreTest, MissingRunsComeFromAnyCopy) {
  const std::string runs = SegmentName(0, kRunsSuffix);
  fs::remove(folder_.File("segments/" + runs));
  ExpectRefused();
  fs::copy_file(older_ + "/segments/" + runs, folder_.File("segments/" + runs));
  EXPECT_TRUE(Holds());
  EXPECT_TRUE(OpensForWriting());
}

TEST_F(RestoreTest, AMissingSegmentComesFromAnyCopy) {
  const std::string segment = SegmentName(0, kSegmentSuffix);
  fs::remove(folder_.File("segments/" + segment));
  ExpectRefused();
  fs::copy_file(older_ + "/segments/" + segment, folder_.File("segments/" + segment));
  EXPECT_TRUE(Holds());
}

TEST_F(RestoreTest, AMissingTreeComesFromACopyAsNewAsTheLastSegment) {
  const std::string as_new = Beside("new");
  Write({kAnna}, 700);
  ASSERT_TRUE(BackUp(folder_.trail(), as_new, WithKeys::kNo));
  for (const char* file : {"tree/0", "tree/1"}) {
    fs::remove(folder_.File(file));
    ExpectRefused();
    fs::copy_file(older_ + "/" + file, folder_.File(file));
    ExpectRefused();
    fs::copy_file(as_new + "/" + file, folder_.File(file), fs::copy_options::overwrite_existing);
    EXPECT_TRUE(Holds());
  }
}

TEST_F(RestoreTest, AMissingLogIsMissing) {
  Write({kAnna}, 100);
  const auto listing = ListSegments(folder_.trail());
  ASSERT_TRUE(listing);
  fs::remove(SegmentPath(folder_.trail(), listing->logs.back(), kLogSuffix));
  ExpectRefused();
  fs::remove_all(folder_.trail());
  ASSERT_TRUE(Restore(older_, folder_.trail()));
  EXPECT_TRUE(Holds());
}

TEST_F(RestoreTest, CheckpointsOfAnotherMoment) {
  const std::string older = folder_.Read("checkpoints");
  const std::string log = folder_.Read("segments/" + SegmentName(512, kLogSuffix));
  ASSERT_FALSE(log.empty());
  Write({kAnna}, 20);
  const std::string newer = folder_.Read("checkpoints");
  ASSERT_NE(older, newer);
  folder_.Write("checkpoints", older);
  EXPECT_TRUE(Holds());
  EXPECT_TRUE(OpensForWriting());
  folder_.Write("checkpoints", newer);
  folder_.Write("segments/" + SegmentName(512, kLogSuffix), log);
  ExpectRefused();
}

TEST_F(RestoreTest, ARestoredCopyGoesOnUnderAnotherGeneration) {
  Write({kAnna}, 1);
  const Entry before = *Reader().Read(kept_.size);
  fs::remove_all(folder_.trail());
  ASSERT_TRUE(Restore(older_, folder_.trail()));
  Write({kAnna}, 1);
  const Entry after = *Reader().Read(kept_.size);
  EXPECT_EQ(before.index, after.index);
  EXPECT_NE(before.generation, after.generation);
}

TEST_F(RestoreTest, PlainCopyingIsARestore) {
  fs::remove_all(folder_.trail());
  CopyFolder(older_, folder_.trail());
  EXPECT_TRUE(Holds());
  EXPECT_TRUE(OpensForWriting());
  EXPECT_EQ(OpenNewest(kAnna), "hi");
}

}  // namespace
}  // namespace garant::trail

#include "trail/upkeep/backup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "trail/keys/key_vault.h"
#include "trail/keys/seal.h"
#include "trail/store/listing.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/upkeep/backup_files.h"
#include "trail/upkeep/check_backup.h"
#include "trail/upkeep/digest_list.h"
#include "trail/upkeep/erasure.h"
#include "trail/upkeep/retention.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {
namespace {

using base::Code;
namespace fs = std::filesystem;

const base::Time kBegin = *base::ParseTime("2026-11-23T20:30:00Z");

// Beside a TestFolder's trail, and gone with it.
std::string Beside(const TestFolder& folder, const std::string& name) {
  return fs::path(folder.trail()).parent_path().string() + "/" + name;
}

std::string FaultsOf(const std::string& trail, const std::optional<std::string>& root) {
  const auto report = Verify(trail, root, {});
  EXPECT_TRUE(report) << report.error().message.en;
  std::string all;
  if (report)
    for (const Fault& fault : report->faults)
      all += fault.ToString(base::Language::kEnglish) + "\n";
  return all;
}

std::map<std::string, std::string> FilesOf(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& file : fs::recursive_directory_iterator(folder))
    if (file.is_regular_file())
      files[fs::relative(file.path(), folder).string()] =
          *base::ReadFile(file.path().string(), size_t{1} << 30U);
  return files;
}

// What a copy has of the trail: all but the list of its own digests, which must be there.
std::map<std::string, std::string> CopiedTo(const std::string& folder) {
  auto files = FilesOf(folder);
  EXPECT_EQ(files.erase("digests"), 1U);
  return files;
}

void Append(Trail& trail, size_t count) {
  const std::vector<Draft> drafts(count, TestFolder::Example("ok"));
  ASSERT_TRUE(trail.Append(drafts));
}

void PutWhatOthersSaid(const TestFolder& folder) {
  folder.Write("cosigned", "a note");
  ASSERT_TRUE(base::MakeFolder(folder.File("stamps")));
  folder.Write("stamps/5.tsr", "an answer");
}

TEST(Backup, HoldsAllAndLaterOnlyWhatIsNewIsCopied) {
  const TestFolder folder;
  folder.Fill(1400);
  PutWhatOthersSaid(folder);
  const std::string to = Beside(folder, "copy");
  const auto first = BackUp(folder.trail(), to, WithKeys::kYes);
  ASSERT_TRUE(first) << first.error().message.en;
  EXPECT_GE(first->new_segments, 3U);
  EXPECT_TRUE(first->keys);
  EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
  EXPECT_EQ(FaultsOf(to, folder.root_key()), "");
  folder.Fill(700);
  fs::remove(folder.File("cosigned"));
  folder.Write("stamps/6.tsr", "another");
  const auto second = BackUp(folder.trail(), to, WithKeys::kYes);
  ASSERT_TRUE(second) << second.error().message.en;
  EXPECT_GE(second->new_segments, 1U);
  EXPECT_LT(second->new_segments, 4U);
  EXPECT_LT(second->bytes, first->bytes);
  EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
  const auto third = BackUp(folder.trail(), to, WithKeys::kYes);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->new_segments, 0U);
}

TEST(Backup, LeavesKeysOutWhereItIsAskedTo) {
  const TestFolder folder;
  folder.Fill(300);
  const std::string to = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  EXPECT_TRUE(base::Exists(KeyTablePath(to)));
  const auto done = BackUp(folder.trail(), to, WithKeys::kNo);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->keys);
  EXPECT_FALSE(base::Exists(KeyTablePath(to)));
  EXPECT_EQ(FaultsOf(to, {}), "");
}

TEST(Backup, RefusesWhatIsNoPlaceForIt) {
  const TestFolder folder;
  const TestFolder other;
  folder.Fill(300);
  other.Fill(300);
  EXPECT_EQ(BackUp(folder.trail(), folder.trail(), WithKeys::kYes).error().code, Code::kInvalid);
  EXPECT_EQ(BackUp(folder.trail(), folder.trail() + "/copy", WithKeys::kYes).error().code,
            Code::kInvalid);
  const auto before = FilesOf(other.trail());
  const auto foreign = BackUp(folder.trail(), other.trail(), WithKeys::kYes);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, Code::kConflict);
  EXPECT_EQ(FilesOf(other.trail()), before);
}

TEST(Backup, OfATrailThatWasPutBackNeverOverwritesWhatIsNewer) {
  const TestFolder folder;
  folder.Fill(300);
  const std::string older = Beside(folder, "older");
  const std::string newer = Beside(folder, "newer");
  ASSERT_TRUE(BackUp(folder.trail(), older, WithKeys::kYes));
  folder.Fill(300);
  ASSERT_TRUE(BackUp(folder.trail(), newer, WithKeys::kYes));
  fs::remove_all(folder.trail());
  ASSERT_TRUE(Restore(older, folder.trail()));
  {
    // As many entries again, and others.
    auto trail = folder.Open();
    ASSERT_TRUE(trail) << trail.error().message.en;
    Append(**trail, 400);
  }
  const auto before = FilesOf(newer);
  const auto done = BackUp(folder.trail(), newer, WithKeys::kYes);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kConflict);
  EXPECT_EQ(FilesOf(newer), before);
  EXPECT_TRUE(BackUp(folder.trail(), older, WithKeys::kYes));
}

TEST(Backup, IsWholeWhileSomebodyWritesAndErases) {
  const TestFolder folder;
  folder.Fill(300);
  const std::string to = Beside(folder, "copy");
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  std::atomic<bool> ending = false;
  std::atomic<int> may_append = 0;  // what a copy takes to check grows with the trail
  std::thread writer([&] {
    for (int i = 0; !ending; ++i) {
      while (i >= may_append && !ending) std::this_thread::yield();
      Draft draft = TestFolder::Example("ok");
      draft.actor = Person{"idp", "person " + std::to_string(i)};
      const std::vector<Draft> drafts(50, draft);
      ASSERT_TRUE((*trail)->Append(drafts));
      if (i % 5 != 0) continue;
      ASSERT_TRUE(Erase(**trail, {&*draft.actor, 1}, "permits", kBegin));
    }
  });
  uint64_t last = 0;
  for (int i = 0; i < 25; ++i) {
    may_append += 40;
    const auto done = BackUp(folder.trail(), to, WithKeys::kYes);
    EXPECT_TRUE(done) << done.error().message.en;
    if (!done) break;
    EXPECT_EQ(FaultsOf(to, {}), "");
    EXPECT_GE(done->entries, last);
    last = done->entries;
  }
  ending = true;
  writer.join();
  EXPECT_GT(last, 300U);
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  EXPECT_EQ(FaultsOf(to, folder.root_key()), "");
}

// A page of keys that is just being written, and that no table names yet, may be found empty.
TEST(Backup, CopiesAFileThatIsEmpty) {
  const TestFolder folder;
  const std::string to = Beside(folder, "copy");
  const FolderFiles files = {{"page-000000-00", ""}, {"table", "names another"}};
  ASSERT_TRUE(WriteFolder(to, files, "table"));
  EXPECT_EQ(*ReadFolder(to), files);
}

TEST(Backup, FollowsADeletion) {
  const TestFolder folder;
  folder.Fill(1400);
  const std::string to = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  {
    auto trail = folder.Open(TestFolder::SmallLogs());
    ASSERT_TRUE(trail);
    ASSERT_TRUE(DeleteDue(**trail, {std::chrono::days(365), "P1Y"}, "permits",
                          kBegin + std::chrono::days(365) + std::chrono::seconds(700))
                    ->deletion);
  }
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
  EXPECT_EQ(FaultsOf(to, {}), "");
}

// Each step in turn is the last that is carried out.
TEST(Backup, ThatIsBrokenOffHoldsOrSaysSoAndIsMadeAnew) {
  int broken = 0;
  for (int stop = 0;; ++stop) {
    const TestFolder folder;
    folder.Fill(500);
    const std::string to = Beside(folder, "copy");
    ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
    folder.Fill(900);
    int step = 0;
    std::string at;
    StopBackupBefore([&](const std::string& name) {
      at = name;
      return step++ == stop;
    });
    const auto done = BackUp(folder.trail(), to, WithKeys::kYes);
    StopBackupBefore({});
    const auto there = LoadTrail(to, {});
    if (!there) {
      EXPECT_EQ(there.error().code, Code::kUntrusted);
      EXPECT_EQ(at, "rename");
      EXPECT_FALSE(Restore(to, Beside(folder, "restored")));
      ++broken;
    } else {
      const auto restored = Restore(to, Beside(folder, "restored"));
      EXPECT_TRUE(restored) << at << ": " << restored.error().message.en;
    }
    const auto again = BackUp(folder.trail(), to, WithKeys::kYes);
    ASSERT_TRUE(again) << at << ": " << again.error().message.en;
    EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
    EXPECT_EQ(FaultsOf(to, folder.root_key()), "");
    if (!done) continue;
    EXPECT_GT(stop, 8);
    break;
  }
  EXPECT_GT(broken, 0);
}

TEST(Backup, WritesNothingWhereSomethingElseLies) {
  const TestFolder folder;
  folder.Fill(300);
  const std::string to = Beside(folder, "holiday");
  const auto refused = [&] {
    const auto before = FilesOf(to);
    const auto done = BackUp(folder.trail(), to, WithKeys::kYes);
    if (done || done.error().code != Code::kConflict) return false;
    EXPECT_NE(done.error().message.en.find(to), std::string::npos);
    return FilesOf(to) == before && !base::Exists(to + "/lock");
  };
  fs::create_directories(to);
  ASSERT_TRUE(base::WriteFileDurably(to + "/photo", "a photo"));
  EXPECT_TRUE(refused());
  // The key that everybody may keep is no back-up yet.
  ASSERT_TRUE(base::WriteFileDurably(to + "/log.vkey", folder.Read("log.vkey")));
  EXPECT_TRUE(refused());
  fs::remove(to + "/photo");
  fs::remove(to + "/log.vkey");
  fs::create_directories(to + "/segments");
  ASSERT_TRUE(base::WriteFileDurably(to + "/segments/photo", "a photo"));
  EXPECT_TRUE(refused());
  fs::remove_all(to + "/segments");
  EXPECT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
}

TEST(Backup, ThatGrowsMendsWhatIsReadAnywayAndNeverListsWhatChangedInIt) {
  const TestFolder folder;
  folder.Fill(700);
  const std::string to = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  folder.Fill(700);
  const auto flip = [&](const std::string& file) {
    std::string bytes = *base::ReadFile(to + "/" + file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    ASSERT_TRUE(base::WriteFileDurably(to + "/" + file, bytes, base::FileMode::kPrivate));
  };
  for (const char* file : {"tree/1", "keys/table", "checkpoints"}) flip(file);
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
  EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
  const std::string segment = "segments/" + SegmentName(0, kSegmentSuffix);
  for (const bool list : {true, false}) {
    flip(segment);
    if (!list) fs::remove(to + "/digests");
    ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
    const auto refused = Restore(to, Beside(folder, "restored"));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.en.find(segment), std::string::npos);
    // As it says itself.
    fs::remove(to + "/" + segment);
    ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes));
    EXPECT_EQ(CopiedTo(to), FilesOf(folder.trail()));
  }
}

TEST(Backup, IsSignedWhereTheRootIsAtHandAndSaysWhereItIsNot) {
  const TestFolder folder;
  folder.Fill(700);
  const std::string to = Beside(folder, "copy");
  EXPECT_FALSE(BackUp(folder.trail(), to, WithKeys::kYes)->is_signed);
  EXPECT_FALSE(CheckBackup(to, {})->is_signed);
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes, folder.root_key())->is_signed);
  EXPECT_TRUE(CheckBackup(to, {})->is_signed);
  // Somebody who changes a file and its digest cannot sign.
  const std::string list = *base::ReadFile(to + "/digests");
  const auto key =
      VerifierKey::Parse(folder.Read("log.vkey").substr(0, folder.Read("log.vkey").size() - 1));
  auto changed = DigestList::Parse(list, *key);
  ASSERT_TRUE(changed) << changed.error().message.en;
  changed->files.at("keys/table").digest[0] ^= 1;
  const std::string signature = list.substr(list.find("\n\n") + 1);
  ASSERT_TRUE(base::WriteFileDurably(to + "/digests", changed->ToString() + signature));
  const auto report = CheckBackup(to, {});
  ASSERT_TRUE(report);
  ASSERT_FALSE(report->trail.ok());
  EXPECT_EQ(report->trail.faults[0].file, "digests");
  EXPECT_FALSE(report->is_signed);
}

// Whoever kept an older list could otherwise take away what it does not name.
TEST(Backup, WithTwoListsOfDigestsIsNotSigned) {
  const TestFolder folder;
  folder.Fill(700);
  const std::string to = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes, folder.root_key())->is_signed);
  const std::string older = *base::ReadFile(to + "/digests");
  PutWhatOthersSaid(folder);
  ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes, folder.root_key())->is_signed);
  EXPECT_TRUE(CheckBackup(to, {})->is_whole);
  ASSERT_TRUE(base::WriteFileDurably(to + "/digests.new", older));
  fs::remove(to + "/cosigned");
  const auto report = CheckBackup(to, {});
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->is_whole);
  EXPECT_FALSE(report->is_signed);
}

// The file in which a restoring of the copy finds that a byte changed; empty where it finds none.
std::string DamageFound(const std::string& copy, const std::string& restored) {
  const auto done = Restore(copy, restored);
  if (done) return "";
  EXPECT_EQ(done.error().code, Code::kUntrusted) << done.error().message.en;
  EXPECT_FALSE(base::Exists(restored));
  const std::string said = "is not restored: ";
  const std::string& message = done.error().message.en;
  const size_t at = message.find(said);
  if (at == std::string::npos) return message;
  return message.substr(at + said.size(), message.find(": ", at + said.size()) - at - said.size());
}

TEST(Restore, FindsAnyByteOfAnyFileThatChangedBeforeAnythingIsPutInPlace) {
  const TestFolder folder;
  folder.Fill(700);
  PutWhatOthersSaid(folder);
  const std::string restored = Beside(folder, "restored");
  for (const bool signs : {false, true}) {
    const std::string to = Beside(folder, signs ? "signed" : "unsigned");
    const auto root = signs ? std::optional(folder.root_key()) : std::nullopt;
    ASSERT_TRUE(BackUp(folder.trail(), to, WithKeys::kYes, root));
    size_t files = 0;
    for (const auto& [name, sound] : FilesOf(to)) {
      if (name == "lock") continue;
      ++files;
      for (size_t at = 0; at < sound.size(); at += 1 + sound.size() / 60) {
        std::string changed = sound;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << (at % 8)));
        std::ofstream(to + "/" + name, std::ios::binary) << changed;
        EXPECT_EQ(DamageFound(to, restored), name) << "byte " << at;
      }
      std::ofstream(to + "/" + name, std::ios::binary) << sound << "x";
      EXPECT_EQ(DamageFound(to, restored), name.starts_with("tree/") ? "" : name) << "longer";
      fs::remove_all(restored);
      fs::remove(to + "/" + name);
      EXPECT_EQ(DamageFound(to, restored), name) << "missing";
      std::ofstream(to + "/" + name, std::ios::binary) << sound;
    }
    EXPECT_GE(files, 12U);
    ASSERT_TRUE(base::WriteFileDurably(to + "/keys/page-more", "x"));
    EXPECT_EQ(DamageFound(to, restored), "keys/page-more");
    fs::remove(to + "/keys/page-more");
    EXPECT_EQ(DamageFound(to, restored), "");
    fs::remove_all(restored);
  }
}

TEST(Restore, ThatIsBrokenOffIsNotWrittenToAndMayBeRunAgain) {
  const TestFolder folder;
  folder.Fill(500);
  const std::string copy = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), copy, WithKeys::kYes));
  for (int stop = 0;; ++stop) {
    const TestFolder lost;
    fs::copy_file(folder.root_key(), lost.root_key(), fs::copy_options::overwrite_existing);
    ASSERT_TRUE(base::MakeFolder(TreePath(lost.trail())));
    ASSERT_TRUE(base::WriteFileDurably(LeavesPath(lost.trail()), std::string(1 << 15, 'x')));
    int step = 0;
    StopBackupBefore([&](const std::string&) { return step++ == stop; });
    const auto first = Restore(copy, lost.trail());
    StopBackupBefore({});
    if (!first) {
      EXPECT_EQ(lost.Open().error().code, Code::kConflict) << stop;
      const auto again = Restore(copy, lost.trail());
      ASSERT_TRUE(again) << stop << ": " << again.error().message.en;
    }
    EXPECT_EQ(FaultsOf(lost.trail(), lost.root_key()), "") << stop;
    EXPECT_TRUE(lost.Open()) << stop;
    if (!first) continue;
    EXPECT_GT(stop, 6);
    break;
  }
}

TEST(Restore, RefusesWhereThereIsATrailAndACopyThatDoesNotHold) {
  const TestFolder folder;
  folder.Fill(700);
  const std::string copy = Beside(folder, "copy");
  ASSERT_TRUE(BackUp(folder.trail(), copy, WithKeys::kYes));
  EXPECT_EQ(Restore(copy, folder.trail()).error().code, Code::kConflict);
  const std::string segment = SegmentPath(copy, 0, kSegmentSuffix);
  std::string bytes = *base::ReadFile(segment, size_t{1} << 30U);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  ASSERT_TRUE(base::WriteFileDurably(segment, bytes));
  const std::string restored = Beside(folder, "restored");
  const auto done = Restore(copy, restored);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kUntrusted);
  EXPECT_FALSE(TrailExists(restored));
}

}  // namespace
}  // namespace garant::trail

#include "trail/append/trail.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "trail/store/lock.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Code;

Code CodeOf(const base::Result<std::unique_ptr<Trail>>& trail) {
  return trail ? Code::kUnsupported : trail.error().code;
}

TrailSettings Patient(std::chrono::milliseconds patience) {
  TrailSettings settings;
  settings.patience = patience;
  return settings;
}

void AppendOne(const TestFolder& folder, const std::string& outcome) {
  auto trail = folder.Open();
  ASSERT_TRUE(trail) << trail.error().message.en;
  const Draft draft = TestFolder::Example(outcome);
  const auto index = (*trail)->Append({&draft, 1});
  ASSERT_TRUE(index) << index.error().message.en;
}

TEST(Trail, StartsEmptyAndSigned) {
  const TestFolder folder;
  ASSERT_TRUE(folder.Open());
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->size(), 0U);
  EXPECT_EQ(reader->checkpoint().root, Frontier().Root());
}

TEST(Trail, KeepsWhatWasAppendedAcrossOpenings) {
  const TestFolder folder;
  {
    auto trail = folder.Open();
    ASSERT_TRUE(trail);
    const Draft drafts[] = {TestFolder::Example("a"), TestFolder::Example("b")};
    EXPECT_EQ(*(*trail)->Append(drafts), 0U);
    EXPECT_EQ(*(*trail)->Append(drafts), 2U);
    EXPECT_EQ(*(*trail)->Append({}), 4U);
    EXPECT_EQ((*trail)->size(), 4U);
  }
  AppendOne(folder, "c");
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  const auto entries = reader->ReadAll();
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 5U);
  const char* outcomes[] = {"a", "b", "a", "b", "c"};
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ((*entries)[i].header.outcome, outcomes[i]);
  EXPECT_EQ((*entries)[0].header.actor, (*entries)[4].header.actor);
  EXPECT_NE((*entries)[0].generation, (*entries)[4].generation);
  EXPECT_FALSE(reader->Read(5));

  const auto keys = KeyRing::Open(folder.trail(), folder.root_key());
  ASSERT_TRUE(keys);
  for (const Entry& entry : *entries) EXPECT_EQ(base::AsText(*keys->OpenPart(entry, 0)), "hi");

  const auto proof = InclusionProof(reader->hashes(), 2, 5);
  ASSERT_TRUE(proof);
  EXPECT_TRUE(
      VerifyInclusion(LeafHash(*reader->ReadLeaf(2)), 2, 5, *proof, reader->checkpoint().root));
}

TEST(Trail, HasOneWriter) {
  const TestFolder folder;
  auto first = folder.Open();
  ASSERT_TRUE(first);
  EXPECT_EQ(CodeOf(folder.Open()), Code::kConflict);
  first->reset();
  EXPECT_TRUE(folder.Open());
}

TEST(Trail, WhoWaitsToWriteIsSeenAndComesNext) {
  const TestFolder folder;
  auto first = folder.Open();
  ASSERT_TRUE(first);
  EXPECT_FALSE((*first)->wanted());
  base::Result<std::unique_ptr<Trail>> second = base::Error{Code::kInvalid, {}, {}};
  std::thread other([&] { second = folder.Open(Patient(std::chrono::minutes(1))); });
  while (!(*first)->wanted()) std::this_thread::yield();
  first->reset();
  other.join();
  ASSERT_TRUE(second);
  EXPECT_FALSE((*second)->wanted()) << "nobody waits any more";
  EXPECT_EQ(CodeOf(folder.Open(Patient(std::chrono::milliseconds(20)))), Code::kConflict);
  EXPECT_FALSE((*second)->wanted()) << "who gave up is gone";
}

TEST(Trail, WhoWaitsWithoutAWishIsNotSeenAndComesNextAllTheSame) {
  const TestFolder folder;
  auto first = folder.Open();
  ASSERT_TRUE(first);
  TrailSettings settings = Patient(std::chrono::milliseconds(300));
  settings.wish = Wish::kHidden;
  base::Result<std::unique_ptr<Trail>> second = base::Error{Code::kInvalid, {}, {}};
  bool seen = false;
  {
    std::atomic<bool> waits = true;
    std::thread other([&] {
      second = folder.Open(settings);
      waits = false;
    });
    while (waits) seen = (*first)->wanted() || seen;
    other.join();
  }
  EXPECT_EQ(CodeOf(second), Code::kConflict);
  EXPECT_FALSE(seen);
  settings.patience = std::chrono::minutes(1);
  std::thread other([&] { second = folder.Open(settings); });
  first->reset();
  other.join();
  EXPECT_TRUE(second);
}

TEST(Trail, WhoGivesWayComesBackWhenTheOtherHasWritten) {
  const TestFolder folder;
  auto first = folder.Open();
  ASSERT_TRUE(first);
  std::thread other([&] {
    auto trail = folder.Open(Patient(std::chrono::minutes(1)));
    ASSERT_TRUE(trail);
    const std::vector<Draft> drafts = {TestFolder::Example("other")};
    EXPECT_TRUE((*trail)->Append(drafts));
  });
  while (!(*first)->wanted()) std::this_thread::yield();
  GiveWay(std::move(*first), folder.trail(), std::chrono::minutes(1));
  const auto again = folder.Open();
  ASSERT_TRUE(again) << again.error().message.en;
  EXPECT_EQ((*again)->size(), 1U);
  other.join();
}

TEST(Trail, WhoGivesWayDoesNotWaitForNobody) {
  const TestFolder folder;
  auto first = folder.Open();
  ASSERT_TRUE(first);
  const auto start = std::chrono::steady_clock::now();
  GiveWay(std::move(*first), folder.trail(), std::chrono::minutes(5));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
  EXPECT_TRUE(folder.Open());
}

TEST(Trail, ADraftThatCannotBeWrittenLeavesNoTrace) {
  const TestFolder folder;
  auto trail = folder.Open();
  ASSERT_TRUE(trail);
  Draft drafts[] = {TestFolder::Example("a"), TestFolder::Example("b")};
  drafts[1].sealed[0].bytes.resize(70000);
  EXPECT_EQ((*trail)->Append(drafts).error().code, Code::kInvalid);
  EXPECT_EQ(*(*trail)->Append({drafts, 1}), 0U);
  EXPECT_EQ(TrailReader::Open(folder.trail())->size(), 1U);
}

TEST(Trail, IndicesThatAnAppendHadInVainAreGivenUnderAnotherGeneration) {
  const TestFolder folder;
  auto trail = folder.Open();
  ASSERT_TRUE(trail);
  Draft drafts[] = {TestFolder::Example("a"), TestFolder::Example("b")};
  ASSERT_TRUE((*trail)->Append({drafts, 1}));
  ASSERT_TRUE((*trail)->Append({drafts, 1}));
  drafts[1].sealed[0].bytes.resize(70000);
  EXPECT_FALSE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->Append({drafts, 1}));
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->Read(0)->generation, reader->Read(1)->generation);
  EXPECT_NE(reader->Read(1)->generation, reader->Read(2)->generation);
}

TEST(Trail, CutsATornBatchAndAnythingElseBehindTheLastOneThatHolds) {
  const TestFolder folder;
  AppendOne(folder, "a");
  const std::string log = folder.Read(TestFolder::kLog);
  const std::string checkpoints = folder.Read("checkpoints");
  AppendOne(folder, "b");
  const std::string longer = folder.Read(TestFolder::kLog);
  std::string torn = longer;
  torn[log.size() + 60] ^= 1;  // a page that never reached the disk, though the note did
  for (const std::string& bytes :
       {longer.substr(0, log.size() + 1), longer.substr(0, log.size() + 40),
        longer.substr(0, longer.size() - 1), torn, log + "some bytes",
        log + std::string(9, 0) + "x"}) {
    folder.Write(TestFolder::kLog, bytes + std::string(3000, '\0'));
    folder.Write("checkpoints", checkpoints + "permits.exam");
    EXPECT_EQ(TrailReader::Open(folder.trail()).error().code, Code::kUntrusted);
    {
      auto trail = folder.Open();
      ASSERT_TRUE(trail) << trail.error().message.en;
      EXPECT_EQ((*trail)->cut_bytes(), bytes.size() - log.size());
      EXPECT_EQ((*trail)->size(), 1U);
    }
    EXPECT_EQ(folder.Read(TestFolder::kLog), log);
    EXPECT_EQ(folder.Read("checkpoints"), checkpoints);
  }
  AppendOne(folder, "c");
  EXPECT_EQ(TrailReader::Open(folder.trail())->Read(1)->header.outcome, "c");
}

// Acknowledged, and then the power went before a checkpoint was published.
TEST(Trail, KeepsAWholeBatchThatNoCheckpointNamesYet) {
  const TestFolder folder;
  AppendOne(folder, "a");
  const std::string checkpoints = folder.Read("checkpoints");
  AppendOne(folder, "b");
  folder.Write("checkpoints", checkpoints);
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->size(), 2U);
  EXPECT_EQ((*folder.Open())->size(), 2U);
}

TEST(Trail, AReaderBesideALiveWriterSeesUpToTheLastNote) {
  const TestFolder folder;
  AppendOne(folder, "a");
  auto trail = folder.Open();
  ASSERT_TRUE(trail);
  folder.Write(TestFolder::kLog, folder.Read(TestFolder::kLog) + "half a batch");
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  EXPECT_EQ(reader->size(), 1U);
}

TEST(Trail, NeverRepairsDamageBelowTheLastCheckpoint) {
  const TestFolder folder;
  AppendOne(folder, "a");
  AppendOne(folder, "b");
  const std::string log = folder.Read(TestFolder::kLog);
  std::string changed = log;
  changed[40] = static_cast<char>(changed[40] ^ 1);
  for (const std::string& bad : {changed, log.substr(0, log.size() - 1), std::string("garbage")}) {
    folder.Write(TestFolder::kLog, bad);
    EXPECT_EQ(CodeOf(folder.Open()), Code::kUntrusted);
    EXPECT_EQ(folder.Read(TestFolder::kLog), bad);
    EXPECT_EQ(TrailReader::Open(folder.trail()).error().code, Code::kUntrusted);
  }
}

// Two batches stand behind the changed one: no crash tears three.
TEST(Trail, TellsDamageFromATornWriteWithoutACheckpoint) {
  const TestFolder folder;
  AppendOne(folder, "a");
  const std::string checkpoints = folder.Read("checkpoints");
  const size_t end = folder.Read(TestFolder::kLog).size();
  for (const char* outcome : {"b", "c", "d"}) AppendOne(folder, outcome);
  folder.Write("checkpoints", checkpoints);
  std::string changed = folder.Read(TestFolder::kLog);
  changed[end + 50] = static_cast<char>(changed[end + 50] ^ 1);
  folder.Write(TestFolder::kLog, changed);
  EXPECT_EQ(CodeOf(folder.Open()), Code::kUntrusted);
}

TEST(Trail, IsNotStartedAnewWhereItsLogIsGone) {
  const TestFolder folder;
  AppendOne(folder, "a");
  std::filesystem::remove(folder.File(TestFolder::kLog));
  EXPECT_EQ(CodeOf(folder.Open()), Code::kUntrusted);
}

TEST(Trail, FinishesAStartThatACrashBrokeOff) {
  const TestFolder folder;
  ASSERT_TRUE(folder.Open());
  for (const char* file : {TestFolder::kLog, "checkpoints", "log.vkey"}) {
    std::filesystem::remove(folder.File(TestFolder::kLog));
    std::filesystem::remove(folder.File(file));
    EXPECT_TRUE(folder.Open()) << file;
    EXPECT_TRUE(TrailReader::Open(folder.trail())) << file;
  }
}

TEST(Trail, RefusesAnotherOrigin) {
  const TestFolder folder;
  AppendOne(folder, "a");
  const base::SystemClock clock;
  EXPECT_EQ(
      CodeOf(Trail::OpenForWriting(folder.trail(), folder.root_key(), "other.example", clock)),
      Code::kInvalid);
}

class TransientKeys : public ::testing::Test {
 protected:
  void SetUp() override {
    auto trail = folder_.Open();
    ASSERT_TRUE(trail);
    Draft draft = TestFolder::Example("a");
    draft.sealed = {{KeyClass::kTransient, "network.agent", {'x'}, {}}};
    ASSERT_TRUE((*trail)->Append({&draft, 1}));
    entry_ = *TrailReader::Open(folder_.trail())->Read(0);
  }
  [[nodiscard]] base::Result<std::unique_ptr<Trail>> OpenAfter(base::Duration passed) const {
    const base::ManualClock clock(entry_.time + passed);
    return Trail::OpenForWriting(folder_.trail(), folder_.root_key(), "permits.example", clock);
  }
  [[nodiscard]] bool Opens() const {
    const auto keys = KeyRing::Open(folder_.trail(), folder_.root_key());
    EXPECT_TRUE(keys);
    return keys && keys->OpenPart(entry_, 0).has_value();
  }
  TestFolder folder_;
  Entry entry_;
};

TEST_F(TransientKeys, AreDestroyedThirtyDaysAfterTheirDay) {
  EXPECT_TRUE(OpenAfter(std::chrono::days(30)));
  EXPECT_TRUE(Opens());
  EXPECT_TRUE(OpenAfter(std::chrono::days(31)));
  EXPECT_FALSE(Opens());
}

// The trail stays open, and a copy of the keys from before opens nothing with the root that lives.
TEST_F(TransientKeys, AreDestroyedInCopiesTooWhileTheTrailStaysOpen) {
  const auto trail = OpenAfter(std::chrono::days(1));
  ASSERT_TRUE(trail);
  const RootId root = (*trail)->vault().root();
  const std::string copy = folder_.File("../copy");
  std::filesystem::copy(folder_.trail(), copy, std::filesystem::copy_options::recursive);
  EXPECT_TRUE(KeyRing::Open(copy, folder_.root_key()));
  ASSERT_TRUE((*trail)->ExpireKeys(entry_.time + std::chrono::days(30)));
  EXPECT_TRUE(Opens());
  EXPECT_EQ((*trail)->vault().root(), root) << "nothing expired: nothing was written";
  ASSERT_TRUE((*trail)->ExpireKeys(entry_.time + std::chrono::days(31)));
  EXPECT_FALSE(Opens());
  EXPECT_NE((*trail)->vault().root(), root);
  EXPECT_EQ(KeyRing::Open(copy, folder_.root_key()).error().code, Code::kUntrusted);
  const Draft late = TestFolder::Example("late");
  EXPECT_TRUE((*trail)->Append({&late, 1})) << "it goes on under the new root";
  Draft too_late = late;
  too_late.trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ((*trail)->Append({&too_late, 1}).error().code, Code::kInvalid);
}

TEST_F(TransientKeys, LiveAsLongAsIsDeclared) {
  const base::ManualClock clock(entry_.time + std::chrono::days(3));
  const auto open = [&](int days) {
    TrailSettings settings;
    settings.kept = std::chrono::days(days);
    return Trail::OpenForWriting(folder_.trail(), folder_.root_key(), "permits.example", clock,
                                 settings);
  };
  ASSERT_TRUE(open(3));
  EXPECT_TRUE(Opens());
  ASSERT_TRUE(open(2));
  EXPECT_FALSE(Opens());
}

TEST(RootKey, IsRefusedWhereItIsNotSafe) {
  const TestFolder folder;
  AppendOne(folder, "a");
  EXPECT_EQ(CreateRootKey(folder.root_key()).error().code, Code::kConflict);
  struct stat about {};
  ASSERT_EQ(::stat(folder.root_key().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);

  for (const mode_t mode : {0640U, 0604U, 0602U}) {
    ASSERT_EQ(::chmod(folder.root_key().c_str(), mode), 0);
    EXPECT_EQ(CodeOf(folder.Open()), Code::kPermission);
  }
  ASSERT_EQ(::chmod(folder.root_key().c_str(), 0600), 0);
  EXPECT_TRUE(folder.Open());

  const base::SystemClock clock;
  const auto open_with = [&](const std::string& path) {
    return CodeOf(Trail::OpenForWriting(folder.trail(), path, "permits.example", clock));
  };
  std::filesystem::copy_file(folder.root_key(), folder.File("root.key"));
  EXPECT_EQ(open_with(folder.File("root.key")), Code::kPermission);
  EXPECT_EQ(open_with(folder.trail() + "/../trail/root.key"), Code::kPermission);
  std::filesystem::create_symlink(folder.File("root.key"), folder.root_key() + ".link");
  EXPECT_EQ(open_with(folder.root_key() + ".link"), Code::kPermission);
  EXPECT_EQ(open_with(folder.root_key() + ".missing"), Code::kNotFound);

  ASSERT_TRUE(CreateRootKey(folder.root_key() + ".other"));
  EXPECT_EQ(open_with(folder.root_key() + ".other"), Code::kUntrusted);
  ASSERT_TRUE(
      base::WriteFileDurably(folder.root_key() + ".short", "short", base::FileMode::kPrivate));
  EXPECT_EQ(open_with(folder.root_key() + ".short"), Code::kInvalid);
}

}  // namespace
}  // namespace garant::trail

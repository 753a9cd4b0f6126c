// Group commit, back-pressure, and a disk that is slow, full or broken.

#include "trail/append/committer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <numeric>
#include <thread>

#include "trail/append/test_disks.h"
#include "trail/append/trail.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"
#include "trail/upkeep/verify.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// A time that no test waits out: closing the trail ends it.
constexpr seconds kForever{60};

using Hold = TryingDisk::Hold;
using Outcome = std::future<Status>;

std::vector<Draft> Entries(uint64_t sequence, size_t count) {
  std::vector<Draft> drafts(count, TestFolder::Example("passed"));
  for (Draft& draft : drafts) draft.sequence = sequence++;
  return drafts;
}

base::Result<uint64_t> Append(Trail& trail, uint64_t sequence, size_t count = 1) {
  return trail.Append(Entries(sequence, count));
}

// One append.
Outcome Begin(Trail& trail, uint64_t sequence, size_t count = 1) {
  const std::vector<Draft> drafts = Entries(sequence, count);
  DraftSpan span(drafts);
  auto begun = trail.Begin(span);
  if (begun) return std::move(begun->durable);
  std::promise<Status> failed;
  failed.set_value(begun.error());
  return failed.get_future();
}

bool IsReady(const Outcome& outcome, milliseconds within = milliseconds(0)) {
  return outcome.wait_for(within) == std::future_status::ready;
}

// Never blocks for ever, unlike get().
Status Await(Outcome& outcome) {
  if (!IsReady(outcome, kLong)) return Error{Code::kConflict, {"neither done nor failed", ""}, {}};
  return outcome.get();
}

void ExpectDone(std::vector<Outcome>& outcomes) {
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const Status done = Await(outcomes[i]);
    ASSERT_TRUE(done) << i << ": " << done.error().message.en;
  }
}

void ExpectRefused(const Status& done, const std::string& why) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::kIo);
  EXPECT_NE(done.error().message.en.find(why), std::string::npos) << done.error().message.en;
}

Status StatusOf(const base::Result<uint64_t>& appended) {
  if (!appended) return appended.error();
  return Ok{};
}

// What the trail holds, each entry by the number that it was appended with.
std::vector<uint64_t> Sequences(const TestFolder& folder) {
  std::vector<uint64_t> sequences;
  const auto reader = TrailReader::Open(folder.trail());
  EXPECT_TRUE(reader) << reader.error().message.en;
  if (!reader) return sequences;
  for (uint64_t i = 0; i < reader->size(); ++i) {
    const auto entry = reader->Read(i);
    EXPECT_TRUE(entry && entry->header.sequence) << i;
    if (entry && entry->header.sequence) sequences.push_back(*entry->header.sequence);
  }
  return sequences;
}

std::vector<uint64_t> UpTo(uint64_t count) {
  std::vector<uint64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

// The size of the tree after each batch of the log; its first batch is empty.
std::vector<uint64_t> BatchEnds(const TestFolder& folder) {
  std::vector<uint64_t> ends;
  const auto reader = TrailReader::Open(folder.trail());
  EXPECT_TRUE(reader) << reader.error().message.en;
  if (!reader) return ends;
  const OpenLog& last = reader->loaded().logs.back();
  for (const LoadedLog::Place& place : last.log.notes) {
    const std::string_view note = std::string_view(last.bytes).substr(place.offset, place.size);
    const auto checkpoint = OpenCheckpoint(note, reader->verifier_key());
    EXPECT_TRUE(checkpoint);
    if (checkpoint) ends.push_back(checkpoint->size);
  }
  return ends;
}

void ExpectHolds(const TestFolder& folder) {
  const auto report = Verify(folder.trail(), folder.root_key(), {});
  ASSERT_TRUE(report) << report.error().message.en;
  EXPECT_TRUE(report->ok()) << report->faults[0].ToString(base::Language::kEnglish);
}

// Bytes that one of these entries takes while it waits.
uint64_t FrameBytes() {
  const TestFolder folder;
  auto trail = folder.Open();
  EXPECT_TRUE(trail && Append(**trail, 0));
  const auto reader = TrailReader::Open(folder.trail());
  EXPECT_TRUE(reader && reader->size() == 1);
  if (!reader || reader->size() != 1) return 1;
  return kFrameLengthBytes + reader->loaded().logs[0].log.places[0].size + sizeof(Digest);
}

// So that the fourth makes it more.
uint64_t ThreeAndAHalf() { return FrameBytes() * 7 / 2; }

class CommitterTest : public testing::Test {
 protected:
  void Open() {
    settings_.disk = &disk_;
    auto opened = folder_.Open(settings_);
    ASSERT_TRUE(opened) << opened.error().message.en;
    trail_ = std::move(*opened);
  }

  TestFolder folder_;
  TryingDisk disk_;
  TrailSettings settings_;
  std::unique_ptr<Trail> trail_;
};

// Partial tiles of each one that was published are served for good: they are to be few.
TEST_F(CommitterTest, PublishesOnceInATimeHoweverMuchIsAppended) {
  TrailSettings settings;
  EXPECT_EQ(settings.commit.publish_every, milliseconds(1000));
  settings.commit.publish_every = milliseconds(250);
  const TestFolder folder;
  const auto begun = steady_clock::now();
  size_t appended = 0;
  {
    auto trail = folder.Open(settings);
    ASSERT_TRUE(trail);
    const std::vector<Draft> drafts{TestFolder::Example("passed")};
    for (; steady_clock::now() - begun < milliseconds(1100); ++appended)
      ASSERT_TRUE((*trail)->Append(drafts));
  }
  const auto times = static_cast<size_t>((steady_clock::now() - begun) / milliseconds(250));
  const std::string notes = folder.Read("checkpoints");
  size_t published = 0;
  for (std::string_view rest = notes; const size_t length = FirstNoteLength(rest); ++published)
    rest.remove_prefix(length);
  // The first is of the empty trail, the last of its closing.
  EXPECT_GE(published, 3U);
  EXPECT_LE(published, times + 3);
  EXPECT_GT(appended, 2 * published);
}

using GroupCommit = CommitterTest;

TEST_F(GroupCommit, MakesOneBatchOfAllThatWaitedForTheDisk) {
  ASSERT_NO_FATAL_FAILURE(Open());
  const int before = disk_.syncs;
  Hold hold(disk_);
  std::vector<Outcome> outcomes;
  outcomes.push_back(Begin(*trail_, 0));
  ASSERT_TRUE(hold.AwaitSync());
  for (uint64_t i = 1; i < 6; ++i) outcomes.push_back(Begin(*trail_, i));
  hold.Release();
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  EXPECT_EQ(disk_.syncs, before + 2);
  EXPECT_EQ(BatchEnds(folder_), (std::vector<uint64_t>{0, 1, 6}));
  EXPECT_EQ(Sequences(folder_), UpTo(6));
}

TEST_F(GroupCommit, MakesSeveralBatchesWhereOneWouldBeTooLarge) {
  settings_.commit.commit_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  Hold hold(disk_);
  std::vector<Outcome> outcomes;
  outcomes.push_back(Begin(*trail_, 0));
  ASSERT_TRUE(hold.AwaitSync());
  for (uint64_t i = 1; i < 13; ++i) outcomes.push_back(Begin(*trail_, i));
  hold.Release();
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  const std::vector<uint64_t> ends = BatchEnds(folder_);
  ASSERT_GE(ends.size(), 5U);
  EXPECT_EQ(ends[1], 1U);
  // The bound is one of about so many bytes: three or four fit, and it is used.
  for (size_t i = 2; i < ends.size(); ++i) {
    EXPECT_GE(ends[i] - ends[i - 1], 3U) << i;
    EXPECT_LE(ends[i] - ends[i - 1], 4U) << i;
  }
  EXPECT_EQ(Sequences(folder_), UpTo(13));
}

TEST_F(GroupCommit, NeverSplitsAnAppend) {
  settings_.commit.commit_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  ASSERT_TRUE(Append(*trail_, 0, 20));
  EXPECT_EQ(BatchEnds(folder_), (std::vector<uint64_t>{0, 20}));
}

// Here the clock is the contract, not a means to wait for something.
TEST_F(GroupCommit, WaitsForOthersAsLongAsIsSet) {
  settings_.commit.commit_delay = milliseconds(200);
  ASSERT_NO_FATAL_FAILURE(Open());
  const auto start = steady_clock::now();
  ASSERT_TRUE(Append(*trail_, 0));
  const auto taken = steady_clock::now() - start;
  EXPECT_GE(taken, settings_.commit.commit_delay);
  EXPECT_LT(taken, kLong);
}

TEST_F(GroupCommit, MakesOneBatchOfWhatComesWithinThatTime) {
  settings_.commit.commit_delay = seconds(1);
  ASSERT_NO_FATAL_FAILURE(Open());
  const auto start = steady_clock::now();
  std::vector<Outcome> outcomes;
  for (uint64_t i = 0; i < 2; ++i) outcomes.push_back(Begin(*trail_, i));
  if (steady_clock::now() - start >= settings_.commit.commit_delay)
    GTEST_SKIP() << "two appends were not begun within a second on this machine";
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  const auto taken = steady_clock::now() - start;
  EXPECT_GE(taken, settings_.commit.commit_delay);
  EXPECT_LT(taken, kLong);
  EXPECT_EQ(BatchEnds(folder_), (std::vector<uint64_t>{0, 2}));
}

TEST_F(GroupCommit, DoesNotWaitWhereABatchIsFull) {
  settings_.commit.commit_delay = kForever;
  settings_.commit.commit_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  std::vector<Outcome> outcomes;
  for (uint64_t i = 0; i < 3; ++i) outcomes.push_back(Begin(*trail_, i));
  EXPECT_FALSE(IsReady(outcomes[0], milliseconds(50)));
  outcomes.push_back(Begin(*trail_, 3));
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  EXPECT_EQ(BatchEnds(folder_), (std::vector<uint64_t>{0, 4}));
}

// CommitSettings: "waits for more so long where it is alone; not, where the disk is busy anyhow".
TEST_F(GroupCommit, DoesNotWaitAgainForWhatWaitedForTheDisk) {
  settings_.commit.commit_delay = kForever;
  settings_.commit.commit_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  Hold hold(disk_);
  std::vector<Outcome> outcomes;
  outcomes.push_back(Begin(*trail_, 0, 4));  // full: goes at once
  ASSERT_TRUE(hold.AwaitSync());
  for (uint64_t i = 4; i < 6; ++i) outcomes.push_back(Begin(*trail_, i));
  hold.Release();
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  EXPECT_EQ(BatchEnds(folder_), (std::vector<uint64_t>{0, 4, 6}));
}

TEST_F(GroupCommit, CommitsWhatStillWaitsForOthersWhenTheTrailIsClosed) {
  settings_.commit.commit_delay = kForever;
  ASSERT_NO_FATAL_FAILURE(Open());
  std::vector<Outcome> outcomes;
  for (uint64_t i = 0; i < 3; ++i) outcomes.push_back(Begin(*trail_, i));
  const auto start = steady_clock::now();
  trail_.reset();
  EXPECT_LT(steady_clock::now() - start, kLong);
  ASSERT_NO_FATAL_FAILURE(ExpectDone(outcomes));
  EXPECT_EQ(Sequences(folder_), UpTo(3));
}

using Acknowledgement = CommitterTest;

TEST_F(Acknowledgement, ComesWhenTheSyncReturnedAndNotBefore) {
  ASSERT_NO_FATAL_FAILURE(Open());
  Hold hold(disk_);
  Outcome first = Begin(*trail_, 0);
  ASSERT_TRUE(hold.AwaitSync());
  Outcome second = Begin(*trail_, 1);
  EXPECT_TRUE(disk_.unsynced) << "it is written, and in the system's memory alone";
  EXPECT_FALSE(IsReady(first, milliseconds(50)));
  EXPECT_FALSE(IsReady(second));
  EXPECT_EQ(trail_->size(), 0U);
  hold.Release();
  ASSERT_TRUE(Await(first));
  ASSERT_TRUE(Await(second));
  EXPECT_FALSE(disk_.unsynced);
  EXPECT_EQ(trail_->size(), 2U);
}

// Appends in a thread of its own, one entry each, as fast as the trail lets it.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { Join(); }
  void Start(Trail& trail, uint64_t count) {
    thread_ = std::thread([this, &trail, count] {
      for (uint64_t i = 0; i < count; ++i, ++begun_) outcomes_.push_back(Begin(trail, i));
      all_.set_value();
    });
  }
  [[nodiscard]] bool BeginsAllWithin(milliseconds time) const {
    return all_begun_.wait_for(time) == std::future_status::ready;
  }
  [[nodiscard]] uint64_t begun() const { return begun_; }
  // Of all, which it waits for.
  std::vector<Outcome>& outcomes() {
    Join();
    return outcomes_;
  }

 private:
  void Join() {
    if (thread_.joinable()) thread_.join();
  }
  std::vector<Outcome> outcomes_;
  std::atomic<uint64_t> begun_ = 0;
  std::promise<void> all_;
  std::future<void> all_begun_ = all_.get_future();
  std::thread thread_;
};

class BackPressure : public CommitterTest {
 protected:
  static constexpr uint64_t kAppends = 12;
  // Until the writer stands before a disk that does nothing.
  void Press(Writer& writer, Hold& hold) {
    writer.Start(*trail_, kAppends);
    ASSERT_TRUE(hold.AwaitSync());
    EXPECT_FALSE(writer.BeginsAllWithin(milliseconds(200)));
    // Three or four fit, and perhaps the one that is being written besides.
    EXPECT_LE(writer.begun(), 5U);
  }
};

TEST_F(BackPressure, MakesAppendingWaitAndLosesNothing) {
  settings_.commit.waiting_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  Writer writer;
  Hold hold(disk_);
  ASSERT_NO_FATAL_FAILURE(Press(writer, hold));
  hold.Release();
  ASSERT_TRUE(writer.BeginsAllWithin(kLong));
  ASSERT_EQ(writer.outcomes().size(), kAppends);
  ASSERT_NO_FATAL_FAILURE(ExpectDone(writer.outcomes()));
  EXPECT_EQ(Sequences(folder_), UpTo(kAppends));
  trail_.reset();
  ExpectHolds(folder_);
}

// Nobody waits for ever, or is told that it is done, when what was before fails.
TEST_F(BackPressure, TellsWhoWaitsWhenTheDiskIsFull) {
  settings_.commit.waiting_bytes = ThreeAndAHalf();
  ASSERT_NO_FATAL_FAILURE(Open());
  disk_.room = 64U << 10U;  // and none ahead: each append asks for its own
  Writer writer;
  Hold hold(disk_);
  ASSERT_NO_FATAL_FAILURE(Press(writer, hold));
  disk_.room = 0;
  hold.Release();
  ASSERT_TRUE(writer.BeginsAllWithin(kLong));
  std::vector<uint64_t> acknowledged;
  for (uint64_t i = 0; i < kAppends; ++i) {
    const Status done = Await(writer.outcomes()[i]);
    if (done) {
      acknowledged.push_back(i);
      continue;
    }
    const std::string& why = done.error().message.en;
    EXPECT_EQ(done.error().code, Code::kIo) << why;
    EXPECT_TRUE(why.find("no room") != std::string::npos ||
                why.find("before this one failed, and this one with it") != std::string::npos)
        << why;
  }
  EXPECT_GE(acknowledged.size(), 1U) << "what had its room when the disk was full";
  EXPECT_LT(acknowledged.size(), kAppends);
  EXPECT_EQ(Sequences(folder_), acknowledged);
  disk_.room = 64U << 10U;
  const auto next = Append(*trail_, kAppends);
  ASSERT_TRUE(next) << next.error().message.en;
  EXPECT_EQ(*next, acknowledged.size());
}

class FailingDisk : public CommitterTest {
 protected:
  static constexpr uint64_t kBefore = 5;
  void OpenAndAppend() {
    ASSERT_NO_FATAL_FAILURE(Open());
    ASSERT_TRUE(Append(*trail_, 0, kBefore));
    root_ = TrailReader::Open(folder_.trail())->checkpoint().root;
  }
  // The disk is in order again, and nobody knows what it holds.
  void ExpectRefusesAll() {
    const int writes = disk_.writes;
    for (int i = 0; i < 2; ++i) ExpectRefused(StatusOf(Append(*trail_, 99)), "open the trail anew");
    EXPECT_EQ(disk_.writes, writes);
    EXPECT_EQ(trail_->size(), kBefore);
  }
  // So many entries are there, the acknowledged ones among them as they were.
  void ExpectGoesOnAfterOpening(uint64_t kept) {
    trail_.reset();
    ASSERT_NO_FATAL_FAILURE(Open());
    EXPECT_FALSE(disk_.unsynced);
    EXPECT_EQ(trail_->size(), kept);
    EXPECT_EQ(Sequences(folder_), UpTo(kept));
    const auto reader = TrailReader::Open(folder_.trail());
    ASSERT_TRUE(reader) << reader.error().message.en;
    const auto root = TreeRoot(reader->hashes(), kBefore);
    ASSERT_TRUE(root);
    EXPECT_EQ(*root, root_);
    const auto next = Append(*trail_, kept);
    ASSERT_TRUE(next) << next.error().message.en;
    EXPECT_EQ(*next, kept);
    trail_.reset();
    EXPECT_EQ(Sequences(folder_), UpTo(kept + 1));
    ExpectHolds(folder_);
  }
  Digest root_{};
};

// After a sync that failed the system may show what it will not write any more. What was refused is
// there whole, written again and synced when the trail is opened, as here, or not at all.
TEST_F(FailingDisk, RefusesAllAfterASyncThatFailedUntilOpenedAnew) {
  ASSERT_NO_FATAL_FAILURE(OpenAndAppend());
  {
    Hold hold(disk_);
    Outcome failed = Begin(*trail_, kBefore, 3);
    ASSERT_TRUE(hold.AwaitSync());
    Outcome waited = Begin(*trail_, kBefore + 3);
    disk_.fail_sync = true;
    hold.Release();
    ExpectRefused(Await(failed), "Input/output error");
    ExpectRefused(Await(waited), "Input/output error");
  }
  ExpectRefusesAll();
  EXPECT_TRUE(disk_.unsynced);
  ExpectGoesOnAfterOpening(kBefore + 3);
}

// Of a batch's writes: its head, its frames, its note. Half of that one is there.
class TornWrite : public FailingDisk, public testing::WithParamInterface<int> {};

TEST_P(TornWrite, RefusesAllUntilOpenedAnewWhichCutsIt) {
  ASSERT_NO_FATAL_FAILURE(OpenAndAppend());
  disk_.fail_write = GetParam();
  ExpectRefused(StatusOf(Append(*trail_, kBefore, 3)), "Input/output error");
  EXPECT_EQ(disk_.fail_write, 0);
  ExpectRefusesAll();
  trail_.reset();
  const auto reader = TrailReader::Open(folder_.trail());
  ASSERT_FALSE(reader) << "something stands behind the last note";
  EXPECT_EQ(reader.error().code, Code::kUntrusted);
  ASSERT_NO_FATAL_FAILURE(Open());
  EXPECT_GT(trail_->cut_bytes(), 0U);
  ExpectGoesOnAfterOpening(kBefore);
}

INSTANTIATE_TEST_SUITE_P(Committer, TornWrite, testing::Values(1, 2, 3));

TEST_F(FailingDisk, RefusesWhileThereIsNoRoomAndGoesOnByItself) {
  constexpr uint64_t kRoom = 64U << 10U;  // none ahead: each append asks for its own
  ASSERT_NO_FATAL_FAILURE(Open());
  disk_.room = kRoom;
  ASSERT_TRUE(Append(*trail_, 0, kBefore)) << "though there is less than is taken ahead";
  {
    Hold hold(disk_);
    Outcome has_room = Begin(*trail_, kBefore);
    ASSERT_TRUE(hold.AwaitSync());
    Outcome has_none = Begin(*trail_, kBefore + 1);
    Outcome waits_with_it = Begin(*trail_, kBefore + 2);
    disk_.room = 0;
    hold.Release();
    EXPECT_TRUE(Await(has_room));
    ExpectRefused(Await(has_none), "no room");
    ExpectRefused(Await(waits_with_it), "no room");
  }
  const int writes = disk_.writes;
  ExpectRefused(StatusOf(Append(*trail_, kBefore + 1)), "no room");
  EXPECT_EQ(disk_.writes, writes) << "nothing was touched";
  EXPECT_EQ(Sequences(folder_), UpTo(kBefore + 1));

  disk_.room = kRoom;
  const auto next = Append(*trail_, kBefore + 1);
  ASSERT_TRUE(next) << next.error().message.en;
  EXPECT_EQ(*next, kBefore + 1);
  ASSERT_TRUE(Append(*trail_, kBefore + 2));
  const auto reader = TrailReader::Open(folder_.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  ASSERT_EQ(reader->size(), kBefore + 3);
  // The index was given before: under the same generation nonces would be used again.
  EXPECT_NE(reader->Read(kBefore)->generation, reader->Read(kBefore + 1)->generation);
  trail_.reset();
  EXPECT_EQ(Sequences(folder_), UpTo(kBefore + 3));
  ExpectHolds(folder_);
}

}  // namespace
}  // namespace garant::trail

// Full logs that become segments, and what may hinder that.

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "trail/append/test_disks.h"
#include "trail/append/trail.h"
#include "trail/store/reader.h"
#include "trail/store/test_folder.h"

namespace garant::trail {
namespace {

using base::Code;

void ExpectFilled(const TestFolder& folder, size_t entries) {
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  uint64_t next = 0;
  for (uint64_t i = 0; i < reader->size(); ++i) {
    const auto entry = reader->Read(i);
    ASSERT_TRUE(entry) << entry.error().message.en;
    if (entry->header.kind == "index-run") continue;
    EXPECT_EQ(entry->header.sequence, next++);
  }
  EXPECT_EQ(next, entries);
}

TEST(Sealing, SealsFullLogs) {
  const TestFolder folder;
  folder.Fill(1000);
  auto files = folder.Files();
  std::erase_if(files, [](const std::string& name) { return name.starts_with("keys/"); });
  EXPECT_EQ(files,
            (std::vector<std::string>{
                "checkpoints", "log.vkey", "segments/00000000000000000000.runs",
                "segments/00000000000000000000.segment", "segments/00000000000000000256.runs",
                "segments/00000000000000000256.segment", "segments/00000000000000000512.runs",
                "segments/00000000000000000512.segment", "segments/00000000000000000768.log",
                "tree/0", "tree/1"}));
  EXPECT_EQ(folder.Read("tree/0").size(), 768U * 32);
  EXPECT_EQ(folder.Read("tree/1").size(), 3U * 32);
  ExpectFilled(folder, 1000);
  folder.Fill(1);  // which says what the last writer could not any more
  const auto reader = TrailReader::Open(folder.trail());
  std::set<int64_t> said;
  const auto entries = reader->ReadAll();
  ASSERT_TRUE(entries);
  for (const Entry& entry : *entries)
    if (entry.header.kind == "index-run")
      said.insert(std::get<int64_t>(entry.header.facts.at(2).value));
  EXPECT_EQ(said, (std::set<int64_t>{0, 256, 512}));
}

// The outcome of an entry, and not its hash behind it; in place, as the trail has it open.
void ChangeALog(const TestFolder& folder, const std::string& name) {
  const std::string log = folder.Read(name);
  const size_t at = log.find("passed", 4096);
  ASSERT_NE(at, std::string::npos);
  std::fstream file(folder.File(name), std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(at));
  file << "pAssed";
  ASSERT_TRUE(file.flush());
}

// An index of changed bytes would be signed, and what they were made of removed.
TEST(Sealing, SealsNoLogThatSomebodyChangedMeanwhile) {
  const TestFolder folder;
  auto trail = folder.Open(TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  std::vector<Draft> drafts(200, TestFolder::Example("passed"));
  ASSERT_TRUE((*trail)->Append(drafts));
  ChangeALog(folder, TestFolder::kLog);
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->Append(std::span(drafts).first(1)));  // by then the full one is handed over
  const base::Status sealed = (*trail)->WaitForSealing();
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Code::kUntrusted);
  EXPECT_TRUE(base::Exists(folder.File(TestFolder::kLog))) << "it is evidence";
  EXPECT_TRUE((*trail)->SealingProblem());
  // By then only a digest of its leaf hashes is in memory.
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->Append(drafts));
  EXPECT_EQ((*trail)->WaitForSealing().error().code, Code::kUntrusted);
}

// Changes the second log of a process while it is open, and has it sealed.
base::Status SealAChangedLog(const TestFolder& folder, std::chrono::nanoseconds kept) {
  TrailSettings settings = TestFolder::SmallLogs();
  settings.commit.frames_kept = kept;
  auto trail = folder.Open(settings);
  if (!trail) return trail.error();
  const std::vector<Draft> drafts(300, TestFolder::Example("passed"));
  EXPECT_TRUE((*trail)->Append(drafts));
  EXPECT_TRUE((*trail)->WaitForSealing());
  ChangeALog(folder, "segments/00000000000000000256.log");
  EXPECT_TRUE((*trail)->Append(drafts));
  return (*trail)->WaitForSealing();
}

TEST(Sealing, SealsWhatWasAppendedThoughSomebodyChangedTheLogMeanwhile) {
  const TestFolder folder;
  ASSERT_TRUE(SealAChangedLog(folder, std::chrono::minutes(10)));
  EXPECT_FALSE(base::Exists(folder.File("segments/00000000000000000256.log")));
  const auto reader = TrailReader::Open(folder.trail());
  ASSERT_TRUE(reader) << reader.error().message.en;
  for (uint64_t i = 0; i < reader->size(); ++i) {
    const auto entry = reader->Read(i);
    ASSERT_TRUE(entry) << entry.error().message.en;
    EXPECT_TRUE(entry->header.kind == "index-run" || entry->header.outcome == "passed") << i;
  }
}

// What it holds is let go of before more comes, and the file is all that there is.
TEST(Sealing, KeepsWhatALogHoldsInMemoryForAWhileOnly) {
  const TestFolder folder;
  const base::Status sealed = SealAChangedLog(folder, std::chrono::nanoseconds(1));
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, Code::kUntrusted);
}

base::Result<std::unique_ptr<Trail>> OpenOn(base::Disk& disk, const TestFolder& folder) {
  TrailSettings settings = TestFolder::SmallLogs();
  settings.disk = &disk;
  return folder.Open(settings);
}

// Opens no log while it is held.
class HeldDisk final : public PassingDisk {
 public:
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    if (path.ends_with(".log")) held.wait(true);
    return PassingDisk::Open(path);
  }
  void Release() {
    held = false;
    held.notify_all();
  }
  std::atomic<bool> held = false;
};

TEST(Sealing, WaitsForTheSealingOfALogThatIsNotYetHandedOver) {
  const TestFolder folder;
  HeldDisk disk;
  auto trail = OpenOn(disk, folder);
  ASSERT_TRUE(trail);
  disk.held = true;
  ASSERT_TRUE((*trail)->Append(std::vector(300, TestFolder::Example("passed"))));
  disk.Release();  // the next log is still to be made and synced
  ASSERT_TRUE((*trail)->WaitForSealing());
  EXPECT_TRUE(base::Exists(folder.File("segments/00000000000000000000.segment")));
  EXPECT_TRUE((*trail)->AllSealed());
}

// Makes no segment until it is mended.
class FullDisk final : public PassingDisk {
 public:
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    if (full && path.find(".segment") != std::string::npos)
      return base::Error{Code::kIo, {"no room", "plus de place"}, {}};
    return PassingDisk::Open(path);
  }
  std::atomic<bool> full = true;
};

// Of the second log, which is in memory until its sealing fails.
TEST(Sealing, SaysThatALogCannotBeSealedUntilAllAre) {
  const TestFolder folder;
  FullDisk disk;
  disk.full = false;
  auto trail = OpenOn(disk, folder);
  ASSERT_TRUE(trail);
  const std::vector<Draft> drafts(300, TestFolder::Example("passed"));
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->WaitForSealing());
  EXPECT_TRUE((*trail)->AllSealed());
  disk.full = true;
  ASSERT_TRUE((*trail)->Append(drafts));
  EXPECT_EQ((*trail)->WaitForSealing().error().code, Code::kIo);
  EXPECT_TRUE((*trail)->SealingProblem());
  EXPECT_FALSE((*trail)->AllSealed());
  disk.full = false;
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->WaitForSealing());
  EXPECT_FALSE((*trail)->SealingProblem());
  EXPECT_TRUE((*trail)->AllSealed());
}

// Makes no log until it is mended.
class NoNextLog final : public PassingDisk {
 public:
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    if (stuck && path.find(".log.") != std::string::npos)
      return base::Error{Code::kIo, {"no file more", "plus de fichier"}, {}};
    return PassingDisk::Open(path);
  }
  std::atomic<bool> stuck = false;
};

// Gives how many entries were appended before one was refused.
uint64_t AppendWithoutNextLog(TrailSettings settings) {
  const TestFolder folder;
  NoNextLog disk;
  settings.disk = &disk;
  auto trail = folder.Open(settings);
  if (!trail) return 0;
  EXPECT_FALSE((*trail)->CommitProblem());
  disk.stuck = true;
  const std::vector<Draft> drafts(100, TestFolder::Example("passed"));
  uint64_t appended = 0;
  base::Result<uint64_t> last = uint64_t{0};
  while (appended < 10'000 && (last = (*trail)->Append(drafts))) appended += drafts.size();
  EXPECT_FALSE(last);
  if (last) return 0;
  EXPECT_EQ(last.error().code, Code::kIo);
  EXPECT_NE(last.error().message.en.find("no file more"), std::string::npos)
      << last.error().message.en;
  EXPECT_TRUE((*trail)->CommitProblem());
  disk.stuck = false;
  EXPECT_EQ(*(*trail)->Append(drafts), appended);
  EXPECT_FALSE((*trail)->CommitProblem());
  EXPECT_TRUE((*trail)->WaitForSealing());
  const auto reader = TrailReader::Open(folder.trail());
  EXPECT_TRUE(reader) << reader.error().message.en;
  EXPECT_GE(reader ? reader->size() : 0, appended + drafts.size());
  return appended;
}

TEST(Sealing, ALogWhoseNextCannotBeMadeGoesOnAsFarAsOneIsRead) {
  TrailSettings settings = TestFolder::SmallLogs();
  settings.commit.most_log_bytes = 200'000;
  EXPECT_GT(AppendWithoutNextLog(settings), 300U);
}

TEST(Sealing, ALogWhoseNextCannotBeMadeTakesNoMoreEntriesThanASegment) {
  TrailSettings settings = TestFolder::SmallLogs();
  settings.commit.most_log_entries = 1000;
  EXPECT_EQ(AppendWithoutNextLog(settings), 1000U);
}

// What was sealed takes its room a while longer, and there is none for another segment meanwhile.
class FullOfRemoved final : public PassingDisk {
 public:
  explicit FullOfRemoved(std::string held) : held_(std::move(held)) {}
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    if (path.ends_with(".segment.new") && IsHeld()) {
      ++refused;
      return base::Error{Code::kIo, {"no room", "plus de place"}, {}};
    }
    return PassingDisk::Open(path);
  }
  base::Result<base::RemovedFile> RemoveLarge(const std::string& path) override {
    TRY(Remove(path));
    auto file = std::make_unique<base::Descriptor>(
        ::open(held_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    TRY(Remove(held_));
    return base::RemovedFile(std::move(file), uint64_t{16} << 30U);  // in 4 096 steps
  }
  std::atomic<size_t> refused = 0;

 private:
  [[nodiscard]] bool IsHeld() const {
    std::error_code error;
    for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd"))
      if (std::filesystem::read_symlink(one, error).string().starts_with(held_)) return true;
    return false;
  }
  std::string held_;
};

TEST(Sealing, TriesAgainWhenTheRoomOfWhatWasSealedIsBack) {
  const TestFolder folder;
  FullOfRemoved disk(folder.File("held"));
  auto trail = OpenOn(disk, folder);
  ASSERT_TRUE(trail);
  const std::vector<Draft> drafts(300, TestFolder::Example("passed"));
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->Append(drafts));
  ASSERT_TRUE((*trail)->WaitForSealing());
  EXPECT_GE(disk.refused, 1U);
  EXPECT_TRUE((*trail)->AllSealed());
}

// Remembers what was written to files, and where.
class WritesSeen final : public PassingDisk {
 public:
  struct Write {
    std::string path;
    uint64_t offset;
    std::string bytes;
  };
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    return std::unique_ptr<base::DiskFile>(
        std::make_unique<File>(TRY(PassingDisk::Open(path)), path, *this));
  }
  std::vector<Write> seen;
  std::map<std::string, uint64_t> room;  // that was taken, by path

 private:
  class File final : public base::DiskFile {
   public:
    File(std::unique_ptr<base::DiskFile> file, std::string path, WritesSeen& disk)
        : file_(std::move(file)), path_(std::move(path)), disk_(disk) {}
    base::Status Allocate(uint64_t size) override {
      const std::lock_guard lock(disk_.mutex_);
      disk_.room[path_] = size;
      return file_->Allocate(size);
    }
    base::Status WriteAt(uint64_t offset, base::ByteView bytes) override {
      const std::lock_guard lock(disk_.mutex_);
      disk_.seen.push_back({path_, offset, std::string(base::AsText(bytes))});
      return file_->WriteAt(offset, bytes);
    }
    base::Status Sync() override { return file_->Sync(); }
    base::Status Cut(uint64_t size) override { return file_->Cut(size); }

   private:
    std::unique_ptr<base::DiskFile> file_;
    std::string path_;
    WritesSeen& disk_;
  };
  std::mutex mutex_;
};

// Who cuts off much when a log ends makes appends wait.
TEST(Sealing, TakesNoMoreRoomAheadThanALogWillNeed) {
  const TestFolder folder;
  WritesSeen disk;
  TrailSettings settings;
  settings.disk = &disk;
  settings.commit.log_bytes = uint64_t{3} << 20U;
  auto trail = folder.Open(settings);
  ASSERT_TRUE(trail);
  const std::vector<Draft> drafts(100, TestFolder::Example("passed"));
  uint64_t appended = 0;
  for (; base::Exists(folder.File(TestFolder::kLog)); appended += drafts.size()) {
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_LT(appended, 100'000U);
  }
  ASSERT_TRUE((*trail)->WaitForSealing());
  const uint64_t taken = disk.room[folder.File(TestFolder::kLog)];
  EXPECT_GE(taken, settings.commit.log_bytes);
  EXPECT_LE(taken, settings.commit.log_bytes + (uint64_t{1} << 19U));
}

// A sync that failed may have left it in the system's memory alone.
TEST(Sealing, OpeningWritesTheLastBatchAgain) {
  const TestFolder folder;
  {
    auto trail = folder.Open();
    ASSERT_TRUE(trail);
    for (const char* outcome : {"first", "second"})
      ASSERT_TRUE((*trail)->Append(std::vector(10, TestFolder::Example(outcome))));
  }
  WritesSeen disk;
  ASSERT_TRUE(OpenOn(disk, folder));
  ASSERT_FALSE(disk.seen.empty());
  const WritesSeen::Write& again = disk.seen.front();
  EXPECT_EQ(again.path, folder.File(TestFolder::kLog));
  EXPECT_TRUE(again.bytes.starts_with("BTCH"));
  EXPECT_EQ(folder.Read(TestFolder::kLog).substr(again.offset), again.bytes);
  EXPECT_NE(again.bytes.find("second"), std::string::npos);
  EXPECT_EQ(again.bytes.find("first"), std::string::npos);
}

// Remembers what files held that are removed.
class RememberingDisk final : public PassingDisk {
 public:
  base::Status Remove(const std::string& path) override {
    if (auto content = base::ReadFile(path)) removed[path] = std::move(*content);
    return PassingDisk::Remove(path);
  }
  std::map<std::string, std::string> removed;
};

// Whatever a sealing leaves when it is broken off, opening ends it.
TEST(Sealing, FinishesASealingThatACrashBrokeOff) {
  const TestFolder folder;
  RememberingDisk disk;
  folder.Fill(290);
  {
    auto trail = OpenOn(disk, folder);
    std::vector<Draft> drafts(20, TestFolder::Example("more"));
    for (size_t i = 0; i < drafts.size(); ++i) drafts[i].sequence = 290 + i;
    ASSERT_TRUE((*trail)->Append(drafts));
    ASSERT_TRUE((*trail)->WaitForSealing());
  }
  const std::string log = disk.removed[folder.File(TestFolder::kLog)];
  const std::string segment = "segments/00000000000000000000.segment";
  const std::string runs = "segments/00000000000000000000.runs";
  const std::string tree = folder.Read("tree/0");
  const std::string sealed = folder.Read(segment);
  ASSERT_FALSE(log.empty());
  ASSERT_EQ(tree.size(), 256U * 32);
  const auto remove = [&](std::initializer_list<std::string> names) {
    for (const std::string& name : names) std::filesystem::remove(folder.File(name));
  };
  // The log is there as it was, and of the segment less and less.
  const std::vector<std::function<void()>> crashes = {
      [&] {}, [&] { remove({segment}), folder.Write(segment + ".new", sealed.substr(0, 99)); },
      [&] {
        remove({segment, runs}), folder.Write(runs + ".new", "x");
      },
      [&] {
        remove({segment, runs}), folder.Write("tree/0", tree.substr(0, 99));
      },
      [&] {
        remove({segment, runs, "tree/0", "tree/1"});
      }};
  for (size_t i = 0; i < crashes.size(); ++i) {
    folder.Write(TestFolder::kLog, log);
    crashes[i]();
    {
      auto trail = folder.Open(TestFolder::SmallLogs());
      ASSERT_TRUE(trail) << i << trail.error().message.en;
      ASSERT_TRUE((*trail)->WaitForSealing());
    }
    EXPECT_FALSE(base::Exists(folder.File(TestFolder::kLog))) << i;
    EXPECT_EQ(folder.Read(segment), sealed) << i;
    EXPECT_EQ(folder.Read("tree/0"), tree) << i;
    ExpectFilled(folder, 310);
  }
}

}  // namespace
}  // namespace garant::trail

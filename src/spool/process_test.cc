#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <map>
#include <random>

#include "spool/folder.h"
#include "spool/test_folder.h"

// What dies, and what follows it. Processes are killed by number; nothing waits for a clock.
namespace garant::spool {
namespace {

constexpr auto kFarAway = std::chrono::hours(24);

class Child {
 public:
  explicit Child(const std::function<void()>& work) : number_(::fork()) {
    if (number_ != 0) return;
    work();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (number_ > 0) Kill();
  }
  void Kill() {
    ::kill(number_, SIGKILL);
    Join();
  }
  // Its exit status; -1 where a signal ended it.
  int Join() {
    int status = 0;
    EXPECT_EQ(::waitpid(number_, &status, 0), number_);
    number_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t number_;
};

// Memory that children share; zeros at first.
template <class T>
class Shared {
 public:
  Shared()
      : memory_(static_cast<T*>(::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE,
                                       MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    EXPECT_NE(static_cast<void*>(memory_), MAP_FAILED);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { ::munmap(static_cast<void*>(memory_), sizeof(T)); }
  T* operator->() const { return memory_; }

 private:
  T* memory_;
};

// A worker's life: records that say their sequence, until it is told to stop.
void Work(const TestFolder& folder, const std::atomic<bool>& stop) {
  const auto writer = folder.OpenWriter();
  for (uint64_t i = 0; !stop.load(); ++i) Write(*writer, i, 8 + i % 50);
}

struct Account {
  uint64_t next = 0;
  uint64_t taken = 0;
  uint64_t dropped = 0;
  uint64_t unknown = 0;
  Event end = Event::kFound;  // none yet
};
using Accounts = std::map<RingId, Account>;

void Enter(const Batch& batch, Accounts& accounts) {
  Accounts told;
  for (const Taken& taken : batch.records) {
    Account& account = accounts[taken.ring];
    ASSERT_GE(taken.sequence, account.next);
    ASSERT_EQ(NumberOf(taken.payload), taken.sequence);
    told[taken.ring].dropped += taken.sequence - account.next;
    account.next = taken.sequence + 1;
    ++account.taken;
  }
  for (const RingEvent& event : batch.events) {
    Account& account = accounts[event.ring];
    if (event.event == Event::kGap) account.dropped += event.count;
    if (event.event != Event::kClosed && event.event != Event::kCrashed) continue;
    told[event.ring].dropped += event.sequence - account.next;
    account.next = event.sequence;
    account.unknown = event.count;
    account.end = event.event;
  }
  for (const RingEvent& event : batch.events)
    if (event.event == Event::kGap) told[event.ring].dropped -= event.count;
  for (const auto& [ring, account] : told) ASSERT_EQ(account.dropped, 0U) << "a gap not told";
}

RingHeader HeaderOf(const TestFolder& folder, const RingId& ring) {
  const auto bytes = base::ReadFile(folder.path() + "/" + NameOf(kRingPrefix, ring));
  EXPECT_TRUE(bytes);
  RingHeader header{};
  std::memcpy(static_cast<void*>(&header), bytes->data(), sizeof header);
  return header;
}

// Takes until `enough`; what comes is let go.
void ReadUntil(Reader& reader, Accounts& accounts, const std::function<bool()>& enough) {
  while (!enough() && !::testing::Test::HasFailure()) {
    const Batch batch = *reader.Take(300);
    Enter(batch, accounts);
    ASSERT_TRUE(reader.LetGo());
    if (batch.empty()) reader.Wait(kFarAway);
  }
}

TEST(SpoolProcesses, AKilledWriterLeavesWhatItPublishedAndABoundForTheRest) {
  std::mt19937_64 random(20261124);  // NOLINT: the same each time
  const Shared<std::atomic<bool>> never;
  for (int round = 0; round < 60; ++round) {
    const TestFolder folder;
    const auto reader = folder.OpenReader();
    Child worker([&] { Work(folder, *never.operator->()); });
    Accounts accounts;
    const uint64_t moment = random() % 3'000;
    ReadUntil(*reader, accounts,
              [&] { return accounts.size() == 1 && accounts.begin()->second.taken >= moment; });
    worker.Kill();
    ASSERT_EQ(accounts.size(), 1U);
    const RingId ring = accounts.begin()->first;
    const Account& account = accounts[ring];
    const uint64_t begun = HeaderOf(folder, ring).begun;
    ReadUntil(*reader, accounts, [&] { return account.end != Event::kFound; });
    EXPECT_EQ(account.end, Event::kCrashed);
    EXPECT_LE(account.unknown, 1U);
    EXPECT_LE(account.taken + account.dropped, begun);
    EXPECT_GE(account.taken + account.dropped + account.unknown, begun);
    EXPECT_TRUE(folder.Names("ring-").empty());
  }
}

TEST(SpoolProcesses, TwoGenerationsOfWorkersAreReadAtOnce) {
  const TestFolder folder;
  const Shared<std::array<std::atomic<bool>, 2>> stop;
  const auto reader = folder.OpenReader();
  Accounts accounts;
  const auto ended = [&] {
    return std::count_if(accounts.begin(), accounts.end(),
                         [](auto& entry) { return entry.second.end == Event::kClosed; });
  };
  const auto generation = [&](size_t which) {
    return [&folder, &stop, which] { Work(folder, stop.operator->()->at(which)); };
  };
  Child old_one(generation(0));
  Child old_two(generation(0));
  ReadUntil(*reader, accounts, [&] { return accounts.size() == 2; });
  Child new_one(generation(1));
  Child new_two(generation(1));
  ReadUntil(*reader, accounts, [&] { return accounts.size() == 4; });
  EXPECT_EQ(reader->Rings()->size(), 4U);
  stop->at(0) = true;
  ReadUntil(*reader, accounts, [&] { return ended() == 2; });
  EXPECT_EQ(old_one.Join(), 0);
  EXPECT_EQ(old_two.Join(), 0);
  stop->at(1) = true;
  ReadUntil(*reader, accounts, [&] { return ended() == 4; });
  EXPECT_EQ(new_one.Join(), 0);
  EXPECT_EQ(new_two.Join(), 0);
  for (const auto& [ring, account] : accounts) EXPECT_EQ(account.unknown, 0U);
  EXPECT_TRUE(folder.Names("ring-").empty());
}

// A trail in memory: what was appended counts once `size` says so.
struct Trail {
  static constexpr size_t kMost = 400'000;
  std::atomic<uint64_t> size;
  std::array<uint64_t, kMost> sequences;
};

// Appends what it takes until it is killed or the trail is full.
void Record(const TestFolder& folder, Trail& trail) {
  const auto reader = folder.OpenReader();
  const uint64_t had = trail.size.load();
  const std::vector<RingId> rings = *reader->Rings();
  for (const RingId& ring : rings)
    reader->PassOver(ring, had == 0 ? 0 : trail.sequences.at(had - 1) + 1);
  constexpr size_t kAtOnce = 200;
  while (trail.size.load() + kAtOnce <= Trail::kMost) {
    const Batch batch = *reader->Take(kAtOnce);
    uint64_t size = trail.size.load();
    for (const Taken& taken : batch.records) trail.sequences.at(size++) = NumberOf(taken.payload);
    trail.size.store(size);
    ASSERT_TRUE(reader->LetGo());
    if (batch.empty()) reader->Wait(kFarAway);
  }
}

TEST(SpoolProcesses, AKilledReaderIsFollowedWithoutLossOrRepetition) {
  std::mt19937_64 random(20261124);  // NOLINT: the same each time
  const TestFolder folder;
  const Shared<std::atomic<bool>> stop;
  const Shared<Trail> trail;
  Child worker([&] { Work(folder, *stop.operator->()); });
  for (int round = 0; round < 60; ++round) {
    Child recorder([&] { Record(folder, *trail.operator->()); });
    const uint64_t enough =
        std::min<uint64_t>(trail->size.load() + random() % 3'000, Trail::kMost - 1'000);
    while (trail->size.load() < enough) ::sched_yield();
    recorder.Kill();
  }
  worker.Kill();
  uint64_t next = 0;
  for (uint64_t i = 0; i < trail->size.load(); ++i) {
    ASSERT_GE(trail->sequences.at(i), next) << "twice";
    next = trail->sequences.at(i) + 1;
  }
  const auto reader = folder.OpenReader();
  const RingId ring = (*reader->Rings()).at(0);
  const RingHeader header = HeaderOf(folder, ring);
  reader->PassOver(ring, next);
  Accounts accounts;
  accounts[ring].next = next;
  ReadUntil(*reader, accounts, [&] { return accounts[ring].end == Event::kCrashed; });
  // What the trail has not was dropped for want of room; the writer may have died while it counted.
  const uint64_t missing = next - trail->size.load() + accounts[ring].dropped;
  EXPECT_LE(missing, header.dropped);
  EXPECT_GE(missing + 1, header.dropped);
}

TEST(SpoolProcesses, ARingThatHasNoRoomIsAnErrorAndLeavesNothing) {
  const TestFolder folder;
  Child worker([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1U << 20U, 1U << 20U};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto writer = Writer::Open(folder.path(), kUsualCapacity, folder.clock());
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, base::Code::kIo);
    EXPECT_NE(writer.error().message.en.find("no room for a ring of 4194304 bytes"),
              std::string::npos);
    EXPECT_TRUE(Writer::Open(folder.path(), kSmallestCapacity, folder.clock()));
  });
  EXPECT_EQ(worker.Join(), 0);
  EXPECT_TRUE(folder.Names("new-").empty());
  EXPECT_EQ(folder.Names("ring-").size(), 1U);
}

TEST(SpoolProcesses, AWriterThatDiedBeforeItsFirstRecordIsToldToo) {
  const TestFolder folder;
  Child worker([&] {
    const auto writer = folder.OpenWriter();
    for (int i = 0; i < 3; ++i) writer->Begin();
    ::raise(SIGKILL);
  });
  EXPECT_EQ(worker.Join(), -1);
  const auto reader = folder.OpenReader();
  const Batch batch = TakeAll(*reader);
  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(batch.events[1].event, Event::kCrashed);
  EXPECT_EQ(batch.events[1].count, 3U);
}

}  // namespace
}  // namespace garant::spool

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "spool/atomics.h"
#include "spool/bell.h"
#include "spool/ends.h"
#include "spool/test_folder.h"

// Real threads and real files; also built with ThreadSanitizer.
namespace garant::spool {
namespace {

constexpr auto kFarAway = std::chrono::hours(24);

struct Account {
  uint64_t next = 0;
  uint64_t taken = 0;
  uint64_t dropped = 0;
  bool closed = false;
};

// Sequences grow one by one save for the gaps that are told.
void Enter(const Batch& batch, std::map<RingId, Account>& accounts) {
  std::map<RingId, std::map<uint64_t, uint64_t>> gaps;  // by the sequence behind it
  for (const RingEvent& event : batch.events)
    if (event.event == Event::kGap) gaps[event.ring][event.sequence] = event.count;
  for (const Taken& taken : batch.records) {
    Account& account = accounts[taken.ring];
    const auto gap = gaps[taken.ring].find(taken.sequence);
    const uint64_t dropped = gap == gaps[taken.ring].end() ? 0 : gap->second;
    ASSERT_EQ(taken.sequence, account.next + dropped);
    ASSERT_EQ(NumberOf(taken.payload), taken.sequence);
    account.next = taken.sequence + 1;
    account.dropped += dropped;
    ++account.taken;
  }
  for (const RingEvent& event : batch.events) {
    Account& account = accounts[event.ring];
    ASSERT_NE(event.event, Event::kBroken);
    ASSERT_NE(event.event, Event::kCrashed);
    if (event.event != Event::kClosed) continue;
    account.closed = true;
    account.dropped += event.sequence - account.next;
    EXPECT_EQ(event.count, 0U);
  }
}

TEST(SpoolThreads, EveryRecordOfTwoQuickWritersIsTakenOnceOrCounted) {
  constexpr uint64_t kEach = 600'000;
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  std::atomic<uint64_t> dropped{0};
  const auto write = [&] {
    const auto writer = folder.OpenWriter();
    for (uint64_t i = 0; i < kEach; ++i) Write(*writer, i, 8 + i % 120);
    dropped += writer->dropped();
  };
  std::thread first(write);
  std::thread second(write);
  std::map<RingId, Account> accounts;
  const auto all_closed = [&] {
    return accounts.size() == 2 && std::all_of(accounts.begin(), accounts.end(),
                                               [](auto& entry) { return entry.second.closed; });
  };
  while (!all_closed() && !::testing::Test::HasFailure()) {
    Batch batch = *reader->Take(500);
    for (int i = 0; i < 3; ++i) batch = *reader->Take(500);  // slow, as if nothing became durable
    Enter(batch, accounts);
    ASSERT_TRUE(reader->LetGo());
    if (batch.empty()) reader->Wait(kFarAway);
  }
  first.join();
  second.join();
  uint64_t counted = 0;
  for (const auto& [ring, account] : accounts) {
    EXPECT_EQ(account.taken + account.dropped, kEach);
    EXPECT_GT(account.taken, 0U);
    counted += account.dropped;
  }
  EXPECT_EQ(counted, dropped);
  EXPECT_TRUE(folder.Names("ring-").empty());
}

TEST(SpoolThreads, AMillionRecordsPassWhereTheReaderKeepsUp) {
  constexpr uint64_t kAll = 1'000'000;
  constexpr uint64_t kOnTheWay = 400;  // there is room for more
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  std::atomic<uint64_t> let_go{0};
  std::thread writing([&] {
    const auto writer = folder.OpenWriter();
    for (uint64_t i = 0; i < kAll; ++i) {
      while (i - let_go.load() >= kOnTheWay) std::this_thread::yield();
      Write(*writer, i, 8 + i % 120);
    }
    EXPECT_EQ(writer->dropped(), 0U);
  });
  std::map<RingId, Account> accounts;
  uint64_t taken = 0;
  while (taken < kAll && !::testing::Test::HasFailure()) {
    const Batch batch = *reader->Take(500);
    Enter(batch, accounts);
    taken += batch.records.size();
    ASSERT_TRUE(reader->LetGo());
    let_go = taken;
    if (batch.empty()) reader->Wait(kFarAway);
  }
  writing.join();
  EXPECT_EQ(accounts.begin()->second.dropped, 0U);
}

// The ends over the same addresses: between two mappings of one file ThreadSanitizer would see no
// race, since it goes by address.
TEST(SpoolThreads, BothEndsShareMemoryWithoutARace) {
  constexpr uint64_t kAll = 1'000'000;
  constexpr uint64_t kCapacity = 4096;
  RingHeader header{};
  alignas(8) std::array<uint8_t, kCapacity> ring{};
  BellMemory bell{};
  std::atomic<uint64_t> dropped{0};
  std::thread writing([&] {
    PutEnd<Atomics> end(header, ring.data(), kCapacity);
    for (uint64_t i = 0; i < kAll; ++i) {
      end.Begin();
      if (end.Put(RecordType::kRequest, Numbered(i, 8 + i % 120))) RingBell<Atomics>(bell);
      end.Finish();
      if (i % 64 == 0) std::this_thread::yield();
    }
    dropped = end.dropped();
    Atomics::Store(header.state, uint32_t{1}, std::memory_order_release);
    RingBell<Atomics>(bell);
  });
  TakeEnd<Atomics> end(header, ring.data(), kCapacity);
  ASSERT_TRUE(end.Start(0));
  uint64_t taken = 0;
  uint64_t gaps = 0;
  const auto closed = [&] { return Atomics::Load(header.state, std::memory_order_acquire) == 1; };
  for (bool last = false; !last;) {
    last = closed();
    end.Again();
    ASSERT_TRUE(end.Look());
    TakeEnd<Atomics>::Record record;
    while (end.Next(record) == TakeEnd<Atomics>::Found::kRecord) {
      base::Bytes payload(record.length);
      Atomics::CopyOut(payload.data(), record.payload, record.length);
      ASSERT_EQ(NumberOf(payload), record.sequence);
      gaps += record.dropped;
      ++taken;
    }
    end.LetGo();
    if (!last) SleepUnless<Atomics>(bell, kFarAway, [&] { return end.HasMore() || closed(); });
  }
  writing.join();
  uint64_t at_the_end = 0;
  ASSERT_TRUE(end.DroppedAtTheEnd(at_the_end));
  EXPECT_EQ(gaps + at_the_end, dropped);
  EXPECT_EQ(taken + dropped, kAll);
  EXPECT_GT(taken, 0U);
}

// One sleeper that only the bell wakes: were it lost once, this would not end.
TEST(SpoolThreads, TheBellIsNeverLost) {
  constexpr uint64_t kTimes = 200'000;
  BellMemory bell{};
  uint64_t published = 0;
  std::thread writer([&] {
    for (uint64_t i = 1; i <= kTimes; ++i) {
      Atomics::Store(published, i, std::memory_order_release);
      RingBell<Atomics>(bell);
    }
  });
  uint64_t seen = 0;
  while (seen < kTimes) {
    SleepUnless<Atomics>(bell, kFarAway, [&] {
      return Atomics::Load(published, std::memory_order_acquire) != seen;
    });
    seen = Atomics::Load(published, std::memory_order_acquire);
  }
  writer.join();
}

// In turns, so that the reader sleeps, or is about to, each time.
TEST(SpoolThreads, ASleepingReaderIsWokenByEachRecord) {
  constexpr uint64_t kTimes = 300;
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  std::atomic<uint64_t> seen{0};
  std::thread writing([&] {
    const auto writer = folder.OpenWriter();
    for (uint64_t i = 0; i < kTimes; ++i) {
      while (seen.load() != i) std::this_thread::yield();
      Write(*writer, i);
    }
  });
  bool ended = false;
  while (!ended && !::testing::Test::HasFailure()) {
    ASSERT_TRUE(reader->Wait(kFarAway));
    const Batch batch = TakeAll(*reader);
    for (const Taken& taken : batch.records) ASSERT_EQ(NumberOf(taken.payload), seen.fetch_add(1));
    for (const RingEvent& event : batch.events) ended = ended || event.event == Event::kClosed;
    ASSERT_TRUE(reader->LetGo());
  }
  writing.join();
  EXPECT_EQ(seen.load(), kTimes);
}

TEST(SpoolThreads, WaitIsFalseWhereNothingCame) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  EXPECT_FALSE(reader->Wait(base::Duration(0)));
  EXPECT_FALSE(reader->Wait(std::chrono::milliseconds(3)));
  const auto writer = folder.OpenWriter();
  EXPECT_TRUE(reader->Wait(kFarAway));  // a new ring
  (void)TakeAll(*reader);
  EXPECT_FALSE(reader->Wait(base::Duration(0)));
  Write(*writer, 1);
  EXPECT_TRUE(reader->Wait(base::Duration(0)));
  (void)TakeAll(*reader);  // given, though not let go
  EXPECT_FALSE(reader->Wait(base::Duration(0)));
}

}  // namespace
}  // namespace garant::spool

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "spool/layout.h"
#include "spool/reader.h"
#include "spool/test_folder.h"
#include "spool/writer.h"

namespace garant::spool {
namespace {

std::vector<uint64_t> Numbers(const Batch& batch) {
  std::vector<uint64_t> numbers;
  for (const Taken& taken : batch.records) numbers.push_back(NumberOf(taken.payload));
  return numbers;
}
std::vector<Event> Events(const Batch& batch) {
  std::vector<Event> events;
  for (const RingEvent& event : batch.events) events.push_back(event.event);
  return events;
}
using List = std::vector<uint64_t>;
using EventList = std::vector<Event>;

TEST(Spool, GivesWhatWasWrittenInOrderUntilItIsLetGo) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  EXPECT_TRUE(TakeAll(*reader).empty());
  const auto writer = folder.OpenWriter();
  for (uint64_t i = 0; i < 3; ++i) Write(*writer, i + 10);
  Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), (List{10, 11, 12}));
  ASSERT_EQ(Events(batch), EventList{Event::kFound});
  EXPECT_EQ(batch.events[0].process, static_cast<uint32_t>(::getpid()));
  EXPECT_EQ(batch.events[0].started, folder.clock().Now());
  EXPECT_EQ(reader->Rings()->size(), 1U);
  EXPECT_EQ((*reader->Rings())[0], batch.records[0].ring);
  Write(*writer, 13);
  batch = TakeAll(*reader);  // again, and more
  EXPECT_EQ(Numbers(batch), (List{10, 11, 12, 13}));
  EXPECT_EQ(Events(batch), EventList{Event::kFound});
  EXPECT_EQ(batch.records[3].sequence, 3U);
  ASSERT_TRUE(reader->LetGo());
  EXPECT_TRUE(TakeAll(*reader).empty());
  writer->Beat(*base::ParseTime("2026-11-23T20:30:00Z"));
  batch = TakeAll(*reader);
  ASSERT_EQ(batch.records.size(), 1U);
  EXPECT_EQ(batch.records[0].type, RecordType::kHeartbeat);
}

TEST(Spool, AHeartbeatIsTheWorkedExampleOfThePage) {
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/spool.md");
  ASSERT_TRUE(page);
  std::string digits;
  size_t at = page->find("```\n", page->find("## Worked example"));
  ASSERT_NE(at, std::string::npos);
  for (at += 4; page->compare(at, 3, "```") != 0; at = page->find('\n', at) + 1)
    for (size_t i = at; i < page->find("  #", at); ++i)
      if ((*page)[i] != ' ') digits += (*page)[i];
  ASSERT_EQ(digits.size(), 48U);

  const TestFolder folder;
  const auto writer = folder.OpenWriter();
  const base::Time moment = *base::ParseTime("2026-11-23T20:30:00Z");
  for (int i = 0; i < 3; ++i) writer->Beat(moment);
  const auto ring = base::ReadFile(folder.path() + "/" + folder.Names("ring-").at(0));
  ASSERT_TRUE(ring);
  EXPECT_EQ(base::ToHex(base::AsBytes(*ring).subspan(sizeof(RingHeader) + 2 * 24, 24)), digits);

  const Batch batch = TakeAll(*folder.OpenReader());
  ASSERT_EQ(batch.records.size(), 3U);
  EXPECT_EQ(batch.records[2].type, RecordType::kHeartbeat);
  EXPECT_EQ(batch.records[2].sequence, 2U);
  int64_t said = 0;
  std::memcpy(&said, batch.records[2].payload.data(), sizeof said);
  EXPECT_EQ(said, moment.time_since_epoch().count());
}

TEST(Spool, TurnsRoundAtEveryOffsetOfTheEnd) {
  for (size_t length = 8; length <= 64; ++length) {
    const TestFolder folder;
    const auto reader = folder.OpenReader();
    const auto writer = folder.OpenWriter();
    uint64_t next = 0;
    while (next < 5'000) {
      for (int i = 0; i < 100; ++i) Write(*writer, next + static_cast<uint64_t>(i), length);
      for (const uint64_t number : Numbers(TakeAll(*reader))) ASSERT_EQ(number, next++);
      ASSERT_TRUE(reader->LetGo());
    }
    EXPECT_EQ(writer->dropped(), 0U);
  }
}

TEST(Spool, TellsHowManyRecordsFoundNoRoom) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  auto writer = folder.OpenWriter();
  constexpr uint64_t kFit = (64U << 10U) / 1016;
  for (uint64_t i = 0; i < kFit + 5; ++i) Write(*writer, i, 1000);
  EXPECT_EQ(writer->dropped(), 5U);
  Batch batch = TakeAll(*reader);
  EXPECT_EQ(batch.records.size(), kFit);
  EXPECT_EQ(Events(batch), EventList{Event::kFound});  // the gap has no end yet
  ASSERT_TRUE(reader->LetGo());
  Write(*writer, 99);
  batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), List{99});
  ASSERT_EQ(Events(batch), EventList{Event::kGap});
  EXPECT_EQ(batch.events[0].count, 5U);
  EXPECT_EQ(batch.events[0].sequence, kFit + 5);
  EXPECT_EQ(batch.records[0].sequence, kFit + 5);
  ASSERT_TRUE(reader->LetGo());
  for (uint64_t i = 0; i < kFit + 7; ++i) Write(*writer, i, 1000);
  writer.reset();
  batch = TakeAll(*reader);
  ASSERT_EQ(Events(batch), (EventList{Event::kGap, Event::kClosed}));
  EXPECT_EQ(batch.records.size() + batch.events[0].count, kFit + 7);
  EXPECT_EQ(batch.events[0].sequence, 2 * kFit + 5 + 7 + 1);
}

TEST(Spool, DropsAPayloadThatIsTooLarge) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  const auto writer = folder.OpenWriter();
  Write(*writer, 1, kLargestPayload);
  Write(*writer, 2, kLargestPayload + 1);
  Write(*writer, 3);
  const Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), (List{1, 3}));
  EXPECT_EQ(Events(batch), (EventList{Event::kFound, Event::kGap}));
  EXPECT_EQ(writer->dropped(), 1U);
}

TEST(Spool, RemovesARingThatEndedInOrder) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  auto writer = folder.OpenWriter();
  Write(*writer, 1);
  writer->Begin();
  writer->Begin();
  writer.reset();
  Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), List{1});
  EXPECT_EQ(Events(batch), (EventList{Event::kFound, Event::kClosed}));
  EXPECT_EQ(batch.events[1].count, 2U);
  batch = TakeAll(*reader);  // told until it is let go
  EXPECT_EQ(Events(batch), (EventList{Event::kFound, Event::kClosed}));
  EXPECT_EQ(folder.Names("ring-").size(), 1U);
  ASSERT_TRUE(reader->LetGo());
  EXPECT_EQ(folder.Names("ring-").size(), 0U);
  EXPECT_TRUE(TakeAll(*reader).empty());
}

TEST(Spool, TellsTheEndOnlyBehindTheLastRecord) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  auto writer = folder.OpenWriter();
  for (uint64_t i = 0; i < 3; ++i) Write(*writer, i);
  writer.reset();
  List numbers;
  for (int round = 0; round < 4; ++round) {
    const Batch batch = *reader->Take(1);
    for (const uint64_t number : Numbers(batch)) numbers.push_back(number);
    const bool ended = !batch.events.empty() && batch.events.back().event == Event::kClosed;
    EXPECT_EQ(ended, round == 3);
    EXPECT_EQ(reader->Wait(base::Duration(0)), round < 3);
    ASSERT_TRUE(reader->LetGo());
  }
  EXPECT_EQ(numbers, (List{0, 1, 2}));
}

TEST(Spool, TakesFromEveryRingInTurn) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 3; ++i) writers.push_back(folder.OpenWriter());
  for (uint64_t i = 0; i < 100; ++i)
    for (size_t w = 0; w < 3; ++w) Write(*writers[w], 1000 * w + i);
  std::array<uint64_t, 3> next{};
  for (int round = 0; round < 10; ++round) {
    const Batch batch = *reader->Take(30);
    std::array<int, 3> got{};
    for (const uint64_t number : Numbers(batch)) {
      EXPECT_EQ(number % 1000, next.at(number / 1000)++);
      ++got.at(number / 1000);
    }
    EXPECT_EQ(got, (std::array<int, 3>{10, 10, 10}));
    ASSERT_TRUE(reader->LetGo());
  }
  EXPECT_TRUE(TakeAll(*reader).empty());
  // Where there is less room than rings, none is passed by for ever.
  for (uint64_t i = 0; i < 3; ++i)
    for (size_t w = 0; w < 3; ++w) Write(*writers[w], 1000 * w + i);
  std::array<int, 3> got{};
  for (int round = 0; round < 3; ++round) {
    for (const uint64_t number : Numbers(*reader->Take(1))) ++got.at(number / 1000);
    ASSERT_TRUE(reader->LetGo());
  }
  EXPECT_EQ(got, (std::array<int, 3>{1, 1, 1}));
}

TEST(Spool, ANewReaderGoesOnWhereTheOldOneLetGo) {
  const TestFolder folder;
  auto reader = folder.OpenReader();
  const auto writer = folder.OpenWriter();
  for (uint64_t i = 0; i < 4; ++i) Write(*writer, i);
  (void)*reader->Take(2);
  ASSERT_TRUE(reader->LetGo());
  (void)TakeAll(*reader);
  reader.reset();
  reader = folder.OpenReader();
  const Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), (List{2, 3}));
  EXPECT_EQ(Events(batch), EventList{Event::kFound});  // and no gap
}

TEST(Spool, ANewReaderPassesOverWhatTheTrailHas) {
  const TestFolder folder;
  auto reader = folder.OpenReader();
  const auto writer = folder.OpenWriter();
  for (uint64_t i = 0; i < 6; ++i) Write(*writer, i);
  (void)*reader->Take(4);  // durable, but the reader dies before it lets go
  reader.reset();
  reader = folder.OpenReader();
  const RingId ring = (*reader->Rings()).at(0);
  reader->PassOver(ring, 4);
  Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), (List{4, 5}));
  EXPECT_EQ(batch.records[0].sequence, 4U);
  EXPECT_EQ(Events(batch), EventList{Event::kFound});
  ASSERT_TRUE(reader->LetGo());
  Write(*writer, 6);
  EXPECT_EQ(Numbers(TakeAll(*reader)), List{6});
}

TEST(Spool, WhatIsPassedOverMakesRoomAtOnce) {
  const TestFolder folder;
  auto reader = folder.OpenReader();
  const auto writer = folder.OpenWriter();
  uint64_t fit = 0;
  while (writer->dropped() == 0) Write(*writer, fit++, 1000);
  --fit;
  reader->PassOver((*reader->Rings()).at(0), fit);
  EXPECT_EQ(TakeAll(*reader).records.size(), 0U);
  Write(*writer, 7, 1000);
  EXPECT_EQ(writer->dropped(), 1U);
  const Batch batch = TakeAll(*reader);
  EXPECT_EQ(Numbers(batch), List{7});
  EXPECT_EQ(Events(batch), (EventList{Event::kFound, Event::kGap}));
}

TEST(Spool, HasOneReader) {
  const TestFolder folder;
  auto reader = folder.OpenReader();
  const auto second = Reader::Open(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Code::kConflict);
  EXPECT_EQ(second.error().message.en,
            folder.path() + " is being read by another recorder; stop it first");
  reader.reset();
  EXPECT_TRUE(Reader::Open(folder.path()));
}

TEST(Spool, RefusesAFolderThatOthersMayEnter) {
  const TestFolder folder;
  for (const mode_t mode : {mode_t{0710}, mode_t{0704}, mode_t{0770}, mode_t{0755}}) {
    ASSERT_EQ(::chmod(folder.path().c_str(), mode), 0);
    const auto reader = Reader::Open(folder.path());
    ASSERT_FALSE(reader);
    EXPECT_EQ(reader.error().code, base::Code::kInvalid);
    const auto writer = Writer::Open(folder.path(), kUsualCapacity, folder.clock());
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().code, base::Code::kInvalid);
    EXPECT_NE(writer.error().message.en.find("chmod 700 " + folder.path()), std::string::npos);
  }
}

TEST(Spool, MakesItsFolderForItselfAlone) {
  const TestFolder folder;
  const std::string inner = folder.path() + "/run/permits";
  ASSERT_TRUE(Writer::Open(inner, kSmallestCapacity, folder.clock()));
  struct stat about {};
  ASSERT_EQ(::stat(inner.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0700U);
  ASSERT_EQ(::stat((inner + "/bell").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(about.st_size, 64);
}

TEST(Spool, RefusesACapacityThatIsNone) {
  const TestFolder folder;
  for (const uint64_t capacity : {uint64_t{0}, uint64_t{32} << 10U, (uint64_t{64} << 10U) + 8,
                                  uint64_t{3} << 20U, uint64_t{2} << 30U}) {
    const auto writer = Writer::Open(folder.path(), capacity, folder.clock());
    ASSERT_FALSE(writer) << capacity;
    EXPECT_EQ(writer.error().code, base::Code::kInvalid);
  }
  EXPECT_TRUE(folder.Names("").empty());
}

TEST(Spool, ReadsWhatItOpenedToItsEndWhereTheFolderIsRemoved) {
  const TestFolder folder;
  const std::string inner = folder.path() + "/run";
  auto reader = *Reader::Open(inner);
  auto writer = *Writer::Open(inner, kSmallestCapacity, folder.clock());
  Write(*writer, 1);
  (void)TakeAll(*reader);
  ASSERT_TRUE(reader->LetGo());
  std::filesystem::remove_all(inner);
  Write(*writer, 2);
  EXPECT_EQ(Numbers(TakeAll(*reader)), List{2});
  writer.reset();
  EXPECT_EQ(Events(TakeAll(*reader)), EventList{Event::kClosed});
  ASSERT_TRUE(reader->LetGo());
  const auto gone = reader->Take(1);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, base::Code::kConflict);
  EXPECT_EQ(gone.error().message.en,
            inner + " was removed while it was read; start the recorder anew");
}

TEST(Spool, SaysWhereItsBellIsRemoved) {
  const TestFolder folder;
  const auto reader = folder.OpenReader();
  const auto writer = folder.OpenWriter();
  EXPECT_FALSE(TakeAll(*reader).empty());
  std::filesystem::remove(folder.path() + "/bell");  // another reader could lock the next one
  const auto gone = reader->Take(1);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, base::Code::kConflict);
}

TEST(Spool, MakesNoMoreRingsWhereNobodyReadsThem) {
  const TestFolder folder;
  for (unsigned number = 1; number < 512; ++number) {
    std::array<char, 40> name{};
    std::snprintf(name.data(), name.size(), "/ring-%032x", number);
    std::ofstream(folder.path() + name.data()) << "any";
  }
  EXPECT_TRUE(Writer::Open(folder.path(), kSmallestCapacity, folder.clock()));
  const auto refused = Writer::Open(folder.path(), kSmallestCapacity, folder.clock());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Code::kConflict);
  EXPECT_EQ(refused.error().message.en,
            folder.path() + " holds 512 rings that nobody read; is the recorder running?");
  const auto reader = folder.OpenReader();
  (void)TakeAll(*reader);
  ASSERT_TRUE(reader->LetGo());
  EXPECT_TRUE(Writer::Open(folder.path(), kSmallestCapacity, folder.clock()));
}

TEST(Spool, RefusesABellThatIsNone) {
  const TestFolder folder;
  std::ofstream(folder.path() + "/bell") << "something else";
  const auto reader = Reader::Open(folder.path());
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, base::Code::kInvalid);
  EXPECT_FALSE(Writer::Open(folder.path(), kSmallestCapacity, folder.clock()));
}

TEST(Spool, TidiesUpWhatACrashLeftHalfMade) {
  const TestFolder folder;
  const std::string left = "new-00112233445566778899aabbccddeeff";
  const std::string held = "new-00112233445566778899aabbccddee00";
  std::ofstream(folder.path() + "/" + left) << "half";
  std::ofstream(folder.path() + "/" + held) << "half";
  std::ofstream(folder.path() + "/new-else") << "not ours";
  const base::Descriptor being_made(::open((folder.path() + "/" + held).c_str(), O_RDWR));
  ASSERT_EQ(::flock(being_made.number(), LOCK_EX | LOCK_NB), 0);
  const auto reader = folder.OpenReader();
  auto names = folder.Names("new-");
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{held, "new-else"}));
}

}  // namespace
}  // namespace garant::spool

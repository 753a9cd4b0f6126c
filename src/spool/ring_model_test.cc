#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "spool/bell.h"
#include "spool/ends.h"
#include "spool/memory_model.h"
#include "spool/test_folder.h"

// Every order of every step of small scripts, over weak memory; memory_model.h says what that
// covers. Each claim has its negative control: with one order, fence or count less, a failure is
// found.
namespace garant::spool {
namespace {

using Put = PutEnd<ModelAtomics>;
using Take = TakeEnd<ModelAtomics>;
using Lengths = std::vector<size_t>;

constexpr uint64_t kCapacity = 64;
constexpr size_t kLongestHere = 32;

struct OneRing {
  RingHeader header{};
  alignas(8) std::array<uint8_t, kCapacity> ring{};
};
struct World {
  std::array<OneRing, 2> rings;
  BellMemory bell{};
};

// What a reader had, as the trail would keep it.
struct Had {
  std::array<int, 8> times{};
  uint64_t next = 0;     // durable up to here
  uint64_t dropped = 0;  // as told
  uint64_t unknown = 0;  // at most, as told
  bool ended = false;
};

void Expect(bool holds, const char* what) {
  if (!holds) Model::Current().Fail(what);
}

enum class With { kBell, kNoBell };

void WriteAll(World& world, size_t which, const Lengths& lengths, With with) {
  OneRing& mine = world.rings.at(which);
  Put end(mine.header, mine.ring.data(), kCapacity);
  std::array<uint8_t, kLongestHere> payload{};
  for (size_t i = 0; i < lengths.size(); ++i) {
    payload.fill(static_cast<uint8_t>(i + 1));
    end.Begin();
    const bool put = end.Put(RecordType::kRequest, std::span(payload).first(lengths[i]));
    if (put && with == With::kBell) RingBell<ModelAtomics>(world.bell);
    end.Finish();
  }
  Model::Current().Unlock();
  if (with == With::kBell) RingBell<ModelAtomics>(world.bell);
}

// One batch, as OpenedRing::TakeRecords goes about it. True once the ring has ended.
template <class WriterIsGone>
bool TakeBatch(Take& end, OneRing& ring, Had& had, WriterIsGone writer_is_gone) {
  Had batch = had;
  bool gone = false;
  end.Again();
  Expect(end.Look(), "a contradiction");
  for (;;) {
    Take::Record record;
    const Take::Found found = end.Next(record);
    Expect(found != Take::Found::kContradiction, "a contradiction");
    if (found == Take::Found::kNothing) {
      if (gone || !writer_is_gone()) break;
      gone = true;
      Expect(end.Look(), "a contradiction");
      continue;
    }
    std::array<uint8_t, kLongestHere> payload{};
    ModelAtomics::CopyOut(payload.data(), record.payload, record.length);
    for (size_t i = 0; i < record.length; ++i)
      Expect(payload.at(i) == record.sequence + 1, "a torn record");
    Expect(record.sequence == batch.next + record.dropped, "a gap that nobody told");
    ++batch.times.at(record.sequence);
    batch.dropped += record.dropped;
    batch.next = record.sequence + 1;
  }
  if (gone) {
    uint64_t dropped = 0;
    Expect(end.DroppedAtTheEnd(dropped), "a contradiction");
    batch.dropped += dropped;
    batch.unknown = ring.header.begun - ring.header.finished;
    batch.ended = true;
  }
  had = batch;  // durable, all at once
  end.LetGo();
  return gone;
}

// Takes and sleeps until all rings have ended.
void ReadWithBell(World& world, size_t rings, std::array<Had, 2>& had) {
  std::array<Take, 2> ends{Take(world.rings[0].header, world.rings[0].ring.data(), kCapacity),
                           Take(world.rings[1].header, world.rings[1].ring.data(), kCapacity)};
  std::array<bool, 2> open{true, rings == 2};
  for (size_t i = 0; i < rings; ++i) Expect(ends.at(i).Start(had.at(i).next), "a contradiction");
  for (;;) {
    for (size_t i = 0; i < rings; ++i)
      if (open.at(i))
        open.at(i) = !TakeBatch(ends.at(i), world.rings.at(i), had.at(i),
                                [&] { return Model::Current().IsGone(i); });
    if (!open[0] && !open[1]) return;
    SleepUnless<ModelAtomics>(world.bell, std::chrono::seconds(1), [&] {
      for (size_t i = 0; i < rings; ++i)
        if (open.at(i) && (ends.at(i).HasMore() || Model::Current().IsGone(i))) return true;
      return false;
    });
  }
}

// Takes so many times, whatever there is.
void ReadSome(World& world, Had& had, int batches) {
  Take end(world.rings[0].header, world.rings[0].ring.data(), kCapacity);
  Expect(end.Start(had.next), "a contradiction");
  for (int i = 0; i < batches; ++i) TakeBatch(end, world.rings[0], had, [] { return false; });
}

void ReadToTheEnd(World& world, Had& had) {
  Take end(world.rings[0].header, world.rings[0].ring.data(), kCapacity);
  Expect(end.Start(had.next), "a contradiction");
  TakeBatch(end, world.rings[0], had, [] {
    Model::Current().Await(0);
    return true;
  });
}

// The script and all that it touches, as new for each run.
struct Stage {
  World world;
  std::array<Had, 2> had;

  Model::Script Script(size_t rings) {
    world = World{};
    had = {};
    Model::Script script;
    for (size_t i = 0; i < rings; ++i) {
      RingHeader& header = world.rings.at(i).header;
      script.words.push_back({&header.head, Role::kHead});
      script.words.push_back({&header.tail, Role::kTail});
      script.words.push_back({&header.dropped, Role::kDropped});
    }
    script.words.push_back({&world.bell.waiting, Role::kWaiting});
    script.words.push_back({&world.bell.rings, Role::kRings});
    script.memory = {reinterpret_cast<uint8_t*>(&world), sizeof world};
    return script;
  }
};

std::string WhatIsLost(const Had& had, const RingHeader& header, size_t records) {
  if (!had.ended) return "an end that nobody told";
  uint64_t taken = 0;
  for (const int times : had.times) {
    if (times > 1) return "a record taken twice";
    taken += static_cast<uint64_t>(times);
  }
  if (taken + had.dropped > header.begun) return "more than there was";
  if (taken + had.dropped + had.unknown < header.begun) return "a record lost without a word";
  if (header.begun == records && header.finished == records && taken + had.dropped != records)
    return "a record lost without a word";
  return "";
}

// Thread 0 writes; thread 1 reads some and dies, or is killed; thread 2 reads the rest.
Model::Found RingAlone(const Lengths& lengths, int batches, const Model::Options& options) {
  Stage stage;
  return Model::Explore(options, [&] {
    Model::Script script = stage.Script(1);
    script.threads = {[&] { WriteAll(stage.world, 0, lengths, With::kNoBell); },
                      [&, batches] {
                        ReadSome(stage.world, stage.had[0], batches);
                        Model::Current().Unlock();
                      },
                      [&] {
                        Model::Current().Await(1);
                        ReadToTheEnd(stage.world, stage.had[0]);
                      }};
    script.check = [&] {
      return WhatIsLost(stage.had[0], stage.world.rings[0].header, lengths.size());
    };
    return script;
  });
}

// A writer a ring, and one reader who sleeps.
Model::Found WithBell(const std::vector<Lengths>& writers, const Model::Options& options) {
  Stage stage;
  return Model::Explore(options, [&] {
    Model::Script script = stage.Script(writers.size());
    for (size_t i = 0; i < writers.size(); ++i)
      script.threads.push_back([&, i] { WriteAll(stage.world, i, writers[i], With::kBell); });
    script.threads.push_back([&] { ReadWithBell(stage.world, writers.size(), stage.had); });
    script.check = [&] {
      std::string lost;
      for (size_t i = 0; i < writers.size() && lost.empty(); ++i)
        lost = WhatIsLost(stage.had.at(i), stage.world.rings.at(i).header, writers[i].size());
      return lost;
    };
    return script;
  });
}

const Lengths kFullAndFiller{8, 8, 8, 8};  // 24 each: two fit, the third needs a filler of 16
const Lengths kShortFiller{8, 16, 8};      // 24 + 32: a filler of 8

// That so many were tried says that the model did look.
void ExpectRight(const Model::Found& found, uint64_t least_runs) {
  EXPECT_EQ(found.failure, "");
  EXPECT_GE(found.runs, least_runs);
}

TEST(RingModel, NothingIsLostOrTornWhileItTurnsRoundAndIsFull) {
  ExpectRight(RingAlone(kFullAndFiller, 3, {}), 5'000);
  ExpectRight(RingAlone(kShortFiller, 3, {}), 2'000);
}

TEST(RingModel, AWriterThatIsKilledAnywhereLeavesWhatItPublishedAndABoundForTheRest) {
  ExpectRight(RingAlone(kFullAndFiller, 1, {.killable = 0}), 5'000);
  ExpectRight(RingAlone(kShortFiller, 1, {.killable = 0}), 2'000);
}

TEST(RingModel, AReaderThatIsKilledAnywhereIsFollowedWithoutLossOrRepetition) {
  ExpectRight(RingAlone(kFullAndFiller, 1, {.killable = 1}), 5'000);
  ExpectRight(RingAlone(kShortFiller, 2, {.killable = 1}), 5'000);
}

TEST(RingModel, NobodySleepsWhileThereIsSomething) {
  ExpectRight(WithBell({{8}}, {}), 5'000);
  ExpectRight(WithBell({{}, {}}, {}), 5'000);
}

TEST(RingModel, AWriterThatIsKilledAnywhereLeavesTheReaderAwake) {
  ExpectRight(WithBell({{8}}, {.killable = 0}), 5'000);
}

// The negative controls: what each order, fence and count is for.

TEST(RingModel, FindsARecordThatIsReadBeforeItIsWritten) {
  const std::string torn = "read while it was written";
  EXPECT_EQ(RingAlone({8}, 1, {.without = {.stores = {Role::kHead}}}).failure, torn);
  EXPECT_EQ(RingAlone({8}, 1, {.without = {.loads = {Role::kHead}}}).failure, torn);
}

TEST(RingModel, FindsARecordThatIsWrittenOverWhileItIsRead) {
  const std::string torn = "written while it was read";
  EXPECT_EQ(RingAlone(kFullAndFiller, 1, {.without = {.stores = {Role::kTail}}}).failure, torn);
  EXPECT_EQ(RingAlone(kFullAndFiller, 1, {.without = {.loads = {Role::kTail}}}).failure, torn);
}

TEST(RingModel, FindsAReaderThatSleepsForEver) {
  const std::string lost = "sleeps for ever";
  EXPECT_EQ(WithBell({{8}}, {.without = {.unfenced = {0}}}).failure, lost);
  EXPECT_EQ(WithBell({{8}}, {.without = {.unfenced = {1}}}).failure, lost);
  EXPECT_EQ(WithBell({{8}}, {.without = {.rings_stay = true}}).failure, lost);
}

// A wrong writer and a wrong reader, to see that the books are checked.
void WriteUncounted(World& world) {
  OneRing& mine = world.rings[0];
  Put end(mine.header, mine.ring.data(), kCapacity);
  constexpr std::array<uint8_t, 8> kPayload{1, 1, 1, 1, 1, 1, 1, 1};
  end.Begin();
  end.Finish();  // before the record
  end.Put(RecordType::kRequest, kPayload);
  Model::Current().Unlock();
}

TEST(RingModel, FindsALossThatNoCountBounds) {
  Stage stage;
  const auto found = Model::Explore({.killable = 0}, [&] {
    Model::Script script = stage.Script(1);
    script.threads = {[&] { WriteUncounted(stage.world); },
                      [&] { ReadToTheEnd(stage.world, stage.had[0]); }};
    script.check = [&] { return WhatIsLost(stage.had[0], stage.world.rings[0].header, 1); };
    return script;
  });
  EXPECT_EQ(found.failure, "a record lost without a word");
}

TEST(RingModel, FindsARecordThatIsTakenTwice) {
  Stage stage;
  const auto found = Model::Explore({.killable = 1}, [&] {
    Model::Script script = stage.Script(1);
    script.threads = {[&] { WriteAll(stage.world, 0, {8}, With::kNoBell); },
                      [&] {
                        ReadSome(stage.world, stage.had[0], 1);
                        Model::Current().Unlock();
                      },
                      [&] {
                        Model::Current().Await(1);
                        stage.had[0].next = 0;  // forgets to ask the trail
                        ReadToTheEnd(stage.world, stage.had[0]);
                      }};
    script.check = [&] { return WhatIsLost(stage.had[0], stage.world.rings[0].header, 1); };
    return script;
  });
  EXPECT_EQ(found.failure, "a record taken twice");
}

}  // namespace
}  // namespace garant::spool

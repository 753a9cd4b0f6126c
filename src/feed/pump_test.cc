#include "feed/pump.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;
using std::chrono::milliseconds;

class FakeSource final : public Source {
 public:
  Result<Page> Read(uint64_t from) override {
    Page page;
    for (uint64_t i = from; i < end && page.entries.size() < 10; ++i) {
      trail::Entry entry;
      entry.index = i;
      entry.header.kind = "event";
      page.entries.push_back(std::move(entry));
    }
    page.next = std::min(end, from + 10);
    page.last = page.next == end;
    return page;
  }
  bool HasMore() override {
    if (end >= grows_to) return false;
    end += 15;
    return true;
  }

  uint64_t end = 100;
  uint64_t grows_to = 0;
};

// A receiver: what it has read is its own for good; what lies in between is lost with a connection.
class FakeReceiver final : public Destination {
 public:
  Status Connect() override {
    ++connections;
    between_.clear();
    read_ = 0;
    if (refuses > 0 && refuses-- > 0) return Error{Code::kIo, {"refused", "refusé"}, {}};
    return Ok{};
  }
  Status Send(std::string_view bytes) override {
    if (chance_ && chance_(4)) return Error{Code::kIo, {"lost", "perdu"}, {}};
    between_ += bytes;
    return Ok{};
  }
  Result<uint64_t> Taken() override {
    if (chance_ && chance_(8)) return Error{Code::kIo, {"lost", "perdu"}, {}};
    if (!chance_ || chance_(2)) ReadAll();
    return read_;
  }
  Status Finish() override {
    ReadAll();
    return Ok{};
  }
  [[nodiscard]] bool IsNetwork() const override { return true; }

  void FailAtTimes(std::mt19937& random) {
    chance_ = [&random](unsigned one_in) { return random() % one_in == 0; };
  }

  std::map<uint64_t, int> got;
  int connections = 0;
  int refuses = 0;

 private:
  void ReadAll() {
    read_ += between_.size();
    for (size_t at = 0; at < between_.size(); at = between_.find('\n', at) + 1)
      ++got[nlohmann::json::parse(between_.substr(at, between_.find('\n', at) - at))["index"]
                .get<uint64_t>()];
    between_.clear();
  }

  std::function<bool(unsigned)> chance_;
  std::string between_;
  uint64_t read_ = 0;
};

struct World {
  FakeSource source;
  FakeReceiver receiver;
  uint64_t kept = 0;
  int told = 0;
  int waits = 0;

  Pump Make(bool follow, int ends_after_waits = 1 << 30) {
    return {{Form::kLines, "origin", "1", "host", follow},
            source,
            receiver,
            {[this, ends_after_waits](milliseconds time) {
               return time.count() > 0 ? ++waits > ends_after_waits : false;
             },
             [this](uint64_t next) {
               // Nobody is told that something was taken which the receiver has not.
               for (uint64_t i = kept; i < next; ++i) EXPECT_TRUE(receiver.got.contains(i)) << i;
               EXPECT_GT(next, kept);
               kept = next;
               return Status(Ok{});
             },
             {},
             [this](const Error&) { ++told; }}};
  }
};

TEST(Pump, HandsOverEachEntryOnceWhereNothingFails) {
  World world;
  world.kept = 3;
  Pump pump = world.Make(false);
  ASSERT_TRUE(pump.Run(3));
  EXPECT_EQ(world.receiver.got.size(), 97U);
  for (const auto& [index, times] : world.receiver.got) EXPECT_EQ(times, 1) << index;
  EXPECT_EQ(world.kept, 100U);
  EXPECT_EQ(pump.events(), 97U);
  EXPECT_EQ(pump.repeated(), 0U);
}

TEST(Pump, NothingIsMissingHoweverOftenAConnectionIsLost) {
  uint64_t repeated = 0;
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    World world;
    world.source.grows_to = 200;
    world.receiver.FailAtTimes(random);
    Pump pump = world.Make(true, 400);
    ASSERT_TRUE(pump.Run(0)) << seed;
    for (uint64_t i = 0; i < world.kept; ++i)
      EXPECT_TRUE(world.receiver.got.contains(i)) << seed << ": " << i;
    EXPECT_GE(world.kept, 200U) << seed;
    EXPECT_EQ(pump.events(), world.source.end) << seed << ": each is counted once";
    repeated += pump.repeated();
  }
  EXPECT_GT(repeated, 0U) << "no connection was ever lost";
}

TEST(Pump, GoesOnWhereItWas) {
  World world;
  ASSERT_TRUE(world.Make(false).Run(0));
  world.source.end = 130;
  ASSERT_TRUE(world.Make(false).Run(world.kept));
  EXPECT_EQ(world.receiver.got.size(), 130U);
  for (const auto& [index, times] : world.receiver.got) EXPECT_EQ(times, 1) << index;
}

TEST(Pump, OnlyAStreamConnectsAgain) {
  World world;
  world.receiver.refuses = 3;
  EXPECT_FALSE(world.Make(false).Run(0));
  EXPECT_EQ(world.receiver.connections, 1);
  EXPECT_EQ(world.kept, 0U);
  world.receiver.refuses = 3;
  ASSERT_TRUE(world.Make(true, 8).Run(0));
  EXPECT_EQ(world.told, 3);
  EXPECT_EQ(world.kept, 100U);
}

TEST(Pump, NothingLeavesWhereItCannotBeOpenedOrKept) {
  World world;
  Pump refused({Form::kLines, "origin", "1", "host", false}, world.source, world.receiver,
               {[](milliseconds) { return false; }, [](uint64_t) { return Status(Ok{}); },
                [](const Page&) -> Result<std::vector<std::vector<Event::Part>>> {
                  return Error{Code::kPermission, {"no", "non"}, {}};
                },
                [](const Error&) {}});
  EXPECT_FALSE(refused.Run(0));
  EXPECT_TRUE(world.receiver.got.empty());
  Pump unkept({Form::kLines, "origin", "1", "host", false}, world.source, world.receiver,
              {[](milliseconds) { return false; },
               [](uint64_t) {
                 return Status(Error{Code::kIo, {"no room", "plus de place"}, {}});
               },
               {},
               [](const Error&) {}});
  const auto done = unkept.Run(0);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message.en, "no room");
}

TEST(Pump, SaysWhereItWasBrokenOff) {
  World world;
  Pump ended({Form::kLines, "origin", "1", "host", false}, world.source, world.receiver,
             {[](milliseconds) { return true; },
              [](uint64_t) { return Status(Ok{}); },
              {},
              [](const Error&) {}});
  ASSERT_TRUE(ended.Run(0));
  EXPECT_TRUE(ended.broken_off());
  EXPECT_EQ(ended.position(), 10U);
  Pump whole = world.Make(false);
  world.kept = 10;
  ASSERT_TRUE(whole.Run(10));
  EXPECT_FALSE(whole.broken_off());
}

TEST(Pump, CefTravelsInSyslog) {
  World world;
  world.source.end = 1;
  std::string got;
  class Catch final : public Destination {
   public:
    explicit Catch(std::string& into) : into_(into) {}
    Status Connect() override { return Ok{}; }
    Status Send(std::string_view bytes) override {
      into_ += bytes;
      return Ok{};
    }
    Result<uint64_t> Taken() override { return into_.size(); }
    Status Finish() override { return Ok{}; }
    [[nodiscard]] bool IsNetwork() const override { return true; }

   private:
    std::string& into_;
  } caught(got);
  Pump pump({Form::kCef, "origin", "1", "host", false}, world.source, caught,
            {[](milliseconds) { return false; }, {}, {}, [](const Error&) {}});
  ASSERT_TRUE(pump.Run(0));
  EXPECT_EQ(got.substr(got.find(' ') + 1, 7), "<110>1 ") << "CEF travels in syslog: " << got;
}

}  // namespace
}  // namespace garant::feed

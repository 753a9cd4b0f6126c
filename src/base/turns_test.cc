#include "base/turns.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <thread>

namespace garant::base {
namespace {

// The kernel's struct sched_attr, whose header and the library's exclude each other.
struct Attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t least, most;
};

Attributes Now() {
  Attributes now{};
  EXPECT_EQ(::syscall(SYS_sched_getattr, 0, &now, sizeof now, 0), 0);
  return now;
}

TEST(Turns, AreShortAndOfTheSamePriority) {
  std::thread([] {
    const Attributes before = Now();
    if (before.runtime == 0) GTEST_SKIP() << "this kernel lets nobody say how long turns are";
    TakeShortTurns();
    const Attributes after = Now();
    EXPECT_EQ(after.runtime, 100'000U);
    EXPECT_EQ(after.policy, before.policy);
    EXPECT_EQ(after.nice, before.nice);
  }).join();
}

}  // namespace
}  // namespace garant::base

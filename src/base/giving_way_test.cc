#include "base/giving_way.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <ctime>
#include <thread>

namespace garant::base {
namespace {

double CpuSeconds() {
  timespec time{};
  EXPECT_EQ(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// On one processor with a thread that never rests, each gets its part. Giving way after each 50 µs
// for a whole turn of the other would leave a fiftieth.
TEST(GivingWay, LeavesAPartToWhoGivesWay) {
  std::atomic<bool> ended = false;
  double others = 0;
  double ours = 0;
  std::thread giving([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    std::thread other([&] {  // has the same processor
      while (!ended) {
      }
      others = CpuSeconds();
    });
    GivingWay way;
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    while (std::chrono::steady_clock::now() < until) {
      const double begin = CpuSeconds();
      while (CpuSeconds() < begin + 50e-6) {
      }
      way.Offer();
    }
    ours = CpuSeconds();
    ended = true;
    other.join();
  });
  giving.join();
  EXPECT_GT(ours, others / 4) << others;
}

}  // namespace
}  // namespace garant::base

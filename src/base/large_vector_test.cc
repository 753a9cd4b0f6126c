#include "base/large_vector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace garant::base {
namespace {

constexpr size_t kMany = size_t{4} << 20U;

TEST(LargeVector, HoldsWhatIsPutWhileItGrows) {
  LargeVector<uint32_t> numbers;
  for (uint32_t i = 0; i < kMany; ++i) numbers.push_back(i);
  ASSERT_EQ(numbers.size(), kMany);
  for (uint32_t i = 0; i < kMany; i += 1001) ASSERT_EQ(numbers[i], i);
  const LargeVector<uint32_t> copy = numbers;
  numbers.clear();
  numbers.shrink_to_fit();
  EXPECT_EQ(copy.back(), kMany - 1);
}

TEST(LargeVector, IsGivenItsMemoryAgainWhereThatIsKept) {
  KeptLarge kept;
  const auto place = [] {
    const LargeVector<uint8_t> values(kMany);
    const auto at = reinterpret_cast<uintptr_t>(values.data());
    return at;
  };
  const uintptr_t first = place();
  EXPECT_EQ(place(), first);
  LargeVector<uint8_t> one(kMany);
  LargeVector<uint8_t> other(kMany);
  EXPECT_NE(one.data(), other.data()) << "nobody is given what somebody has";
  std::ranges::fill(one, 1);
  std::ranges::fill(other, 2);
  EXPECT_EQ(one.front(), 1);
  kept.Release();
  EXPECT_EQ(one.back(), 1) << "only what is free is given back";
}

TEST(LargeVector, IsGivenItsMemoryAgainForAboutTheSame) {
  const KeptLarge kept;
  const auto place = [](size_t size) {
    LargeVector<uint8_t> values;
    values.reserve(size);
    const auto at = reinterpret_cast<uintptr_t>(values.data());
    return at;
  };
  constexpr size_t kSome = size_t{130} << 20U;
  const uintptr_t first = place(kSome);
  EXPECT_EQ(place(kSome + (size_t{5} << 20U)), first);
  EXPECT_NE(place(kSome + (size_t{40} << 20U)), first);
}

// Freed by another thread than the one that keeps.
TEST(LargeVector, MayBeFreedElsewhere) {
  LargeVector<uint8_t> bytes(kMany, 3);
  std::thread([taken = std::move(bytes)] { EXPECT_EQ(taken.back(), 3); }).join();
}

}  // namespace
}  // namespace garant::base

#include "trail/entry/leb128.h"

#include <gtest/gtest.h>

#include <random>

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

// Of any lengths, from anywhere on: as taking one after the other does, and not beyond the end.
TEST(Leb128, IsPassedOverAsItIsTaken) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    Bytes bytes;
    const size_t count = 1 + random() % 40;
    const auto most = static_cast<unsigned>(1 + random() % 64);  // bits
    for (size_t i = 0; i < count; ++i) PutLeb128(bytes, random() >> (64 - 1 - random() % most));
    for (const size_t behind : {0U, 1U, 9U}) {
      Bytes all = bytes;
      all.insert(all.end(), behind, 0xff);  // ends no number
      ByteView taken(all);
      for (size_t passed = 0; passed <= count; ++passed) {
        ByteView in(all);
        ASSERT_TRUE(SkipLeb128(in, passed));
        ASSERT_EQ(in.data(), taken.data()) << passed;
        ASSERT_EQ(in.size(), taken.size());
        uint64_t number = 0;
        ASSERT_EQ(TakeLeb128(taken, number), passed < count);
      }
      ByteView in(all);
      EXPECT_FALSE(SkipLeb128(in, count + 1));
    }
  }
}

}  // namespace
}  // namespace garant::trail

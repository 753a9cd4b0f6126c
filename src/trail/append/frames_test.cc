#include "trail/append/frames.h"

#include <gtest/gtest.h>

#include "trail/append/test_frames.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Digest;

Bytes Entry(size_t number) { return Bytes(1 + number * 97 % 600, static_cast<uint8_t>(number)); }

// `count` frames from `first` on, as a log has them.
std::string Expected(size_t first, size_t count) {
  std::string text;
  for (size_t i = first; i < first + count; ++i) PutFrame(text, Entry(i), LeafHash(Entry(i)));
  return text;
}

Frames Filled(size_t count, size_t room = 0) {
  Frames frames(room);
  for (size_t i = 0; i < count; ++i) frames.Put(Entry(i));
  return frames;
}

// Of any number, some more than are hashed at once.
TEST(Frames, AreThoseOfALog) {
  ManyHashes hashes;
  for (const size_t count : {0U, 1U, 15U, 64U, 65U, 300U}) {
    Frames frames = Filled(count);
    std::vector<Digest> leaves(count);
    frames.Hash(leaves, hashes);
    EXPECT_EQ(frames.text(), Expected(0, count));
    EXPECT_EQ(frames.count(), count);
    EXPECT_EQ(frames.bytes(), frames.text().size());
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(leaves[i], LeafHash(Entry(i)));
  }
}

TEST(Frames, AreHashedAsTheyCome) {
  ManyHashes hashes;
  Frames frames;
  std::vector<Digest> leaves;
  for (size_t i = 0; i < 200; ++i) {
    frames.Put(Entry(i));
    leaves.emplace_back();
    if (i % 70 == 3) frames.Hash(leaves, hashes);
  }
  frames.Hash(leaves, hashes);
  EXPECT_EQ(frames.text(), Expected(0, 200));
  for (size_t i = 0; i < 200; ++i) EXPECT_EQ(leaves[i], LeafHash(Entry(i)));
}

TEST(Frames, TakeThoseBehindSomeOfOthers) {
  ManyHashes hashes;
  std::vector<Digest> leaves(10);
  Frames others = Filled(10);
  others.Hash(leaves, hashes);
  Frames frames;
  frames.Put(Entry(6), leaves[6]);
  frames.Append(others, 7);
  frames.Append(others, 10);
  EXPECT_EQ(frames.text(), Expected(6, 4));
  std::vector<ByteView> entries;
  frames.AddEntries(3, entries);
  others.AddEntries(20, entries);
  ASSERT_EQ(entries.size(), 13U);
  for (size_t i = 0; i < entries.size(); ++i) {
    const Bytes expected = Entry(i < 3 ? 6 + i : i - 3);
    EXPECT_TRUE(std::ranges::equal(entries[i], expected)) << i;
  }
}

TEST(FramePool, GivesMemoryThatWasGivenBack) {
  constexpr size_t kRoom = size_t{1} << 20U;
  FramePool pool;
  Frames first = pool.Take(kRoom);
  ASSERT_GE(first.room(), kRoom);
  first.Put(Entry(5));
  const char* const place = first.text().data();
  pool.Give(std::move(first));
  Frames small = pool.Take(100);  // for which that would be a waste
  small.Put(Entry(1));
  EXPECT_NE(small.text().data(), place);
  Frames again = pool.Take(kRoom - 1000);
  EXPECT_EQ(again.count(), 0U);
  EXPECT_TRUE(again.text().empty());
  again.Put(Entry(7));
  EXPECT_EQ(again.text().data(), place);
  EXPECT_LT(pool.Take(kRoom).room(), 2 * kRoom);  // another, of which there is none left
  ManyHashes hashes;
  std::vector<Digest> leaves(1);
  again.Hash(leaves, hashes);
  EXPECT_EQ(again.text(), Expected(7, 1));
}

TEST(FramePool, GivesNoneOfManyTimesWhatIsWanted) {
  constexpr size_t kRoom = size_t{1} << 20U;
  FramePool pool;
  pool.Give(pool.Take(16 * kRoom));
  EXPECT_LT(pool.Take(kRoom).room(), 4 * kRoom);
  EXPECT_GE(pool.Take(8 * kRoom).room(), 16 * kRoom);
}

TEST(FramePool, KeepsSomeAndNothingOnceItIsReleased) {
  constexpr size_t kRoom = size_t{64} << 20U;
  FramePool pool;
  const auto count = [&pool] {  // of those that are left, each of twice what is taken for new
    size_t left = 0;
    while (pool.Take(kRoom / 2).room() >= kRoom) ++left;
    return left;
  };
  const auto give = [&pool](size_t number) {
    for (size_t i = 0; i < number; ++i) pool.Give(Frames(kRoom));
  };
  give(3);
  EXPECT_EQ(count(), 3U);
  give(9);
  EXPECT_EQ(count(), 4U);  // 256 MiB
  give(2);
  pool.Release();
  EXPECT_EQ(count(), 0U);
  give(9);
  EXPECT_EQ(count(), 4U);
}

}  // namespace
}  // namespace garant::trail

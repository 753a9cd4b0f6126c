#include "trail/many_hashes.h"

#include <gtest/gtest.h>

#include <vector>

#include "trail/log_file.h"

namespace garant::trail {
namespace {

// Lengths about each end of a block, in an order that no lane likes.
TEST(ManyHashes, AreThoseOfOneAfterTheOther) {
  ManyHashes hashes;
  std::vector<base::Bytes> messages;
  for (size_t i = 0; i < 1000; ++i) messages.emplace_back(i * 89 % 700, static_cast<uint8_t>(i));
  for (int round = 0; round < 2; ++round) {
    std::vector<base::Digest> out(messages.size());
    for (size_t i = 0; i < messages.size(); ++i) hashes.Add(messages[i], out[i]);
    hashes.Finish();
    for (size_t i = 0; i < messages.size(); ++i)
      ASSERT_EQ(out[i], base::Sha256(messages[i])) << messages[i].size();
  }
}

TEST(ManyHashes, ReachTheLongestEntry) {
  ManyHashes hashes;
  const base::Bytes message(65'536, 7);
  base::Digest out{};
  hashes.Add(message, out);
  hashes.Finish();
  EXPECT_EQ(out, base::Sha256(message));
  hashes.Finish();  // of nothing
}

// Frames of any number, some more than are hashed at once.
TEST(ManyHashes, FillFrames) {
  ManyHashes hashes;
  for (const size_t count : {0U, 1U, 15U, 64U, 65U, 300U}) {
    std::string expected;
    std::string frames;
    for (size_t i = 0; i < count; ++i) {
      const base::Bytes entry(1 + i * 97 % 600, static_cast<uint8_t>(i));
      PutFrame(expected, entry, LeafHash(entry));
      PutFrameUnhashed(frames, entry);
    }
    std::vector<Digest> leaves(count);
    HashFrames(base::AsWritableBytes(frames), leaves, hashes);
    EXPECT_EQ(frames, expected);
    for (size_t i = 0; i < count; ++i)
      EXPECT_EQ(leaves[i], LeafHash(base::Bytes(1 + i * 97 % 600, static_cast<uint8_t>(i))));
  }
}

}  // namespace
}  // namespace garant::trail

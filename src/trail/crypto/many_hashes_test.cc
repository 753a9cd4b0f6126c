#include "trail/crypto/many_hashes.h"

#include <gtest/gtest.h>

#include <vector>

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

}  // namespace
}  // namespace garant::trail

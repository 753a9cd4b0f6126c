#include "trail/store/thin_checkpoints.h"

#include <gtest/gtest.h>

#include "trail/crypto/crypto.h"
#include "trail/tree/checkpoint.h"

namespace garant::trail {
namespace {

TEST(ThinCheckpoints, KeepsTheFirstEachSixteenthAndTheLast) {
  std::string all;
  for (int i = 0; i < 5000; ++i) {
    const std::string number = std::to_string(i);
    all += "log.example\n" + number + "\nroot\n\nsignature\n";
  }
  const std::string kept = ThinCheckpoints(all);
  const auto has = [&kept](int i) {
    return kept.find("\n" + std::to_string(i) + "\nroot") != std::string::npos;
  };
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(has(i), i % 16 == 0 || i >= 5000 - 2048) << i;
  EXPECT_EQ(ThinCheckpoints(""), "");
  EXPECT_EQ(ThinCheckpoints("a\n1\nb\n\nc\n"), "a\n1\nb\n\nc\n");
}

}  // namespace
}  // namespace garant::trail

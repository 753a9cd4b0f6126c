#include "trail/keys/token_cache.h"

#include <gtest/gtest.h>

#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

Token TokenNumber(uint32_t number) {
  Token token{};
  for (size_t i = 0; i < 4; ++i) token[i] = static_cast<uint8_t>(number >> (8 * i));
  return token;
}

TEST(TokenCache, FindsWhatWasPut) {
  TokenCache cache;
  EXPECT_EQ(cache.Find(cache.NameOf({"a", "b"})), nullptr);
  cache.Put(cache.NameOf({"a", "b"}), TokenNumber(7));
  ASSERT_NE(cache.Find(cache.NameOf({"a", "b"})), nullptr);
  EXPECT_EQ(*cache.Find(cache.NameOf({"a", "b"})), TokenNumber(7));
  cache.Put(cache.NameOf({"a", "b"}), TokenNumber(8));
  EXPECT_EQ(*cache.Find(cache.NameOf({"a", "b"})), TokenNumber(8));
  cache.Clear();
  EXPECT_EQ(cache.Find(cache.NameOf({"a", "b"})), nullptr);
}

// An issuer and a subject are two texts: no other pair may be mistaken for them.
TEST(TokenCache, KnowsWhereATextEnds) {
  TokenCache cache;
  cache.Put(cache.NameOf({"ab", "c"}), TokenNumber(1));
  EXPECT_EQ(cache.Find(cache.NameOf({"a", "bc"})), nullptr);
  EXPECT_EQ(cache.Find(cache.NameOf({"abc", ""})), nullptr);
  EXPECT_EQ(cache.Find(cache.NameOf({"abc"})), nullptr);
  EXPECT_EQ(cache.Find(cache.NameOf({std::string_view("ab\0", 3), "c"})), nullptr);
}

TEST(TokenCache, KnowsLongTexts) {
  TokenCache cache;
  for (const size_t size : {243U, 244U, 245U, 246U, 1000U}) {
    const std::string long_one(size, 'x');
    const std::string other = long_one.substr(1) + "y";
    EXPECT_EQ(cache.Find(cache.NameOf({long_one, "s"})), nullptr);
    cache.Put(cache.NameOf({long_one, "s"}), TokenNumber(static_cast<uint32_t>(size)));
    ASSERT_NE(cache.Find(cache.NameOf({long_one, "s"})), nullptr);
    EXPECT_EQ(*cache.Find(cache.NameOf({long_one, "s"})), TokenNumber(static_cast<uint32_t>(size)));
    EXPECT_EQ(cache.Find(cache.NameOf({other, "s"})), nullptr);
  }
}

TEST(TokenCache, ForgetsAndNeverMistakes) {
  TokenCache cache;
  constexpr uint32_t kMany = 400'000;
  uint32_t known = 0;
  for (uint32_t i = 0; i < kMany; ++i)
    cache.Put(cache.NameOf({std::to_string(i), "x"}), TokenNumber(i));
  for (uint32_t i = 0; i < kMany; ++i) {
    const Token* const found = cache.Find(cache.NameOf({std::to_string(i), "x"}));
    if (found == nullptr) continue;
    ASSERT_EQ(*found, TokenNumber(i));
    ++known;
  }
  EXPECT_GT(known, 50'000U);
  EXPECT_LT(known, kMany);
}

}  // namespace
}  // namespace garant::trail

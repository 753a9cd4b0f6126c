#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace garant::base {
namespace {

TEST(Text, FindsTheNearestKnownWord) {
  constexpr std::array<std::string_view, 3> kWords = {"stores", "systems", "sharing"};
  EXPECT_EQ(Nearest("store", kWords.data(), kWords.size()), "stores");
  EXPECT_EQ(Nearest("sytems", kWords.data(), kWords.size()), "systems");
  EXPECT_EQ(Nearest("cookies", kWords.data(), kWords.size()), "");
  EXPECT_EQ(Nearest(std::string(100'000, 'a'), kWords.data(), kWords.size()), "");
}

TEST(Text, TellsUtf8FromOtherBytes) {
  EXPECT_TRUE(IsUtf8("Permis de stationnement résidentiel"));
  EXPECT_FALSE(IsUtf8("r\xe9sidentiel"));
  EXPECT_FALSE(IsUtf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(IsUtf8("\xe2\x82"));          // cut
}

}  // namespace
}  // namespace garant::base

#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

#include "base/result.h"

namespace garant::base {
namespace {

TEST(Text, FindsTheNearestKnownWord) {
  constexpr std::array<std::string_view, 3> kWords = {"stores", "systems", "sharing"};
  EXPECT_EQ(Nearest("store", kWords.data(), kWords.size()), "stores");
  EXPECT_EQ(Nearest("sytems", kWords.data(), kWords.size()), "systems");
  EXPECT_EQ(Nearest("cookies", kWords.data(), kWords.size()), "");
  EXPECT_EQ(Nearest(std::string(100'000, 'a'), kWords.data(), kWords.size()), "");
}

TEST(Text, FillsBothLanguagesEachInItsOrder) {
  const Text colour{"red", "rouge"};
  const Text filled = Filled("{} {} of {}", "{1} {0} sur {2}", {colour, "door", uint64_t{7}});
  EXPECT_EQ(filled, (Text{"red door of 7", "door rouge sur 7"}));
  EXPECT_EQ(Filled("{}, again {0}", "{0}, encore {0}", {"{}"}),
            (Text{"{}, again {}", "{}, encore {}"}));
  EXPECT_EQ(Filled("", "rien", {}), (Text{"", "rien"}));
}

TEST(Error, SaysWhereAndWhatInBothLanguages) {
  const Error placed{Code::kInvalid, {"it is bad", "c’est mauvais"}, {"garant.yaml", 3, 5}};
  EXPECT_EQ(placed.ToString(Language::kEnglish), "garant.yaml:3:5: it is bad");
  EXPECT_EQ(placed.ToString(Language::kFrench), "garant.yaml:3:5: c’est mauvais");
  const Error nowhere{Code::kInvalid, {"it is bad", "c’est mauvais"}, {}};
  EXPECT_EQ(nowhere.ToString(Language::kEnglish), "it is bad");
  EXPECT_EQ(nowhere.ToString(Language::kFrench), "c’est mauvais");
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

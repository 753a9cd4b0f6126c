#include "report/phrases.h"

#include <gtest/gtest.h>

#include <set>

namespace garant::report {
namespace {

// Words that read alike in both languages; every other phrase must differ.
const std::set<std::string_view> kAlike = {"Contradictions", "alpha", "Source"};

std::multiset<std::string> Places(std::string_view words) {
  std::multiset<std::string> places;
  for (size_t i = 0; i + 2 < words.size(); ++i)
    if (words[i] == '{' && words[i + 2] == '}') places.insert(std::string(words.substr(i, 3)));
  return places;
}

TEST(PhrasesTest, EveryPhraseIsThereInBothLanguages) {
  for (size_t i = 0; i < static_cast<size_t>(Phrase::kCount); ++i) {
    const Words words = WordsOf(static_cast<Phrase>(i));
    EXPECT_FALSE(words.en.empty()) << i;
    EXPECT_FALSE(words.fr.empty()) << words.en;
    EXPECT_TRUE(base::IsUtf8(words.fr)) << words.en;
    EXPECT_EQ(words.en == words.fr, kAlike.contains(words.en)) << words.en;
    EXPECT_EQ(Places(words.en), Places(words.fr)) << words.en;
  }
}

TEST(PhrasesTest, FrenchIsSetAsFrench) {
  for (size_t i = 0; i < static_cast<size_t>(Phrase::kCount); ++i) {
    const std::string_view fr = WordsOf(static_cast<Phrase>(i)).fr;
    EXPECT_EQ(fr.find('\''), std::string_view::npos) << fr;
    EXPECT_EQ(fr.find(" :"), std::string_view::npos) << fr << ": a no-break space, U+00A0";
  }
}

TEST(PhrasesTest, FillsIn) {
  EXPECT_EQ(Say(Phrase::kHeadline, {std::string("3"), std::string("9")}).en,
            "3 of 9 items due now are met or excused.");
  EXPECT_EQ(Say(Phrase::kWithoutExcuse, {base::Text{"unmet", "non satisfait"}}).fr,
            "sans la dispense : non satisfait");
  // What is filled in is not read again.
  EXPECT_EQ(Say(Phrase::kHelps, {std::string("{0}")}).en, "for {0}");
}

}  // namespace
}  // namespace garant::report

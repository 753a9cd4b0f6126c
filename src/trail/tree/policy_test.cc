#include "trail/tree/policy.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace garant::trail {
namespace {

std::string Key(uint8_t fill, KeyType type = KeyType::kCosignature) {
  std::array<uint8_t, 32> seed{};
  seed.fill(fill);
  return VerifierKey::FromSeed("name" + std::to_string(fill), seed, type)->ToString();
}

std::optional<Policy> Read(std::string_view text) {
  base::Diagnostics faults;
  auto policy = Policy::Parse(text, "p", faults);
  EXPECT_TRUE(faults.empty()) << faults.front().ToString(base::Language::kEnglish);
  return policy;
}

std::string Faults(std::string_view text) {
  base::Diagnostics faults;
  EXPECT_FALSE(Policy::Parse(text, "p", faults));
  std::string all;
  for (const base::Diagnostic& one : faults) all += one.ToString(base::Language::kEnglish) + "\n";
  return all;
}

TEST(Policy, IsThatOfThePage) {
  const auto page = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/checkpoint.md");
  ASSERT_TRUE(page);
  const size_t at = page->find("```\n", page->find("## Which witnesses count")) + 4;
  const auto policy = Read(page->substr(at, page->find("```", at) - at));
  ASSERT_TRUE(policy);
  ASSERT_EQ(policy->witnesses().size(), 1U);
  EXPECT_EQ(policy->witnesses()[0].name, "city");
  EXPECT_EQ(policy->witnesses()[0].key.name, "witness.example/w1");
  EXPECT_EQ(policy->witnesses()[0].url, "https://witness.example/");
  EXPECT_TRUE(policy->IsQuorum({true}));
  EXPECT_FALSE(policy->IsQuorum({false}));
  EXPECT_FALSE(policy->IsQuorum({}));
}

TEST(Policy, CountsGroupsOfGroups) {
  const auto policy =
      Read("log " + Key(9, KeyType::kEd25519) + " https://log.example\n" + "witness X1 " + Key(1) +
           "\nwitness X2 " + Key(2) + "\n  witness\tX3 " + Key(3) +
           "  \n# a comment\n\ngroup X 2 X1 X2 X3\nwitness Y1 " + Key(4) + "\nwitness Y2 " +
           Key(5) + "\ngroup Y any Y1 Y2\ngroup both all X Y\n" + "quorum both");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->logs()[0].url, "https://log.example");
  size_t quorums = 0;
  for (unsigned set = 0; set < 32; ++set) {
    std::vector<bool> cosigned;
    unsigned of_x = 0;
    for (unsigned i = 0; i < 5; ++i) cosigned.push_back((set >> i & 1U) == 1);
    for (unsigned i = 0; i < 3; ++i) of_x += cosigned[i] ? 1 : 0;
    const bool expected = of_x >= 2 && (cosigned[3] || cosigned[4]);
    EXPECT_EQ(policy->IsQuorum(cosigned), expected) << set;
    quorums += expected ? 1 : 0;
  }
  EXPECT_EQ(quorums, 12U);
}

TEST(Policy, OfNoneIsNeverAQuorum) {
  const auto policy = Read("witness a " + Key(1) + "\nquorum none\n");
  ASSERT_TRUE(policy);
  EXPECT_FALSE(policy->IsQuorum({true}));
}

TEST(Policy, TakesSixtyFourLinesOfAKindAndNoMore) {
  std::string witnesses;
  std::string groups;
  for (uint8_t i = 1; i <= kMostPolicyLines; ++i) {
    const std::string number = std::to_string(i);
    witnesses += "witness w" + number + " " + Key(i) + "\n";
    groups += "group g" + number + " any w" + number + "\n";
  }
  ASSERT_TRUE(Read(witnesses + groups + "quorum g64\n"));
  EXPECT_NE(
      Faults(witnesses + "witness more " + Key(65) + "\nquorum w1\n").find("p:65:14: at most 64"),
      std::string::npos);
  EXPECT_NE(Faults(witnesses + groups + "group more any g1\nquorum g1\n").find("at most 64"),
            std::string::npos);
}

TEST(Policy, TellsEveryFaultWithItsPlace) {
  EXPECT_EQ(Faults("witnes a b\nquorum x\nlog\n"),
            "p:1:1: a line begins with log, witness, group or quorum, not 'witnes'\n"
            "p:2:8: no line above defines 'x'\n"
            "p:3:1: its form is: log VKEY [URL]\n");
  const std::string a = "witness a " + Key(1) + "\n";
  const std::pair<std::string, const char*> kCases[] = {
      {"", "no quorum"},
      {a, "no quorum"},
      {a + "quorum a\nquorum a\n", "p:3:1: a second"},
      {a + a + "quorum a\n", "p:2:9: the name 'a' is taken"},
      {a + "witness b " + Key(1) + "\nquorum a\n", "p:2:11: this public key"},
      {"witness none " + Key(1) + "\nquorum none\n", "taken"},
      {a + "group g all a a\nquorum g\n", "already stands in a group"},
      {a + "group g all a\ngroup h any a\nquorum g\n", "already stands in a group"},
      {a + "group g 2 a\nquorum g\n", "a number from 1 to 1"},
      {a + "group g 0 a\nquorum g\n", "a number from 1 to 1"},
      {a + "group g 01 a\nquorum g\n", "a number from 1 to 1"},
      {a + "group g all\nquorum a\n", "its form is"},
      {a + "group g all g\nquorum g\n", "no line above defines 'g'"},
      {a + "group g all none\nquorum g\n", "no line above defines 'none'"},
      {"group g all a\n" + a + "quorum g\n", "no line above defines 'a'"},
      {"witness a " + Key(1, KeyType::kEd25519) + "\nquorum none\n", "p:1:11: a witness's"},
      {"log " + Key(1) + "\nquorum none\n", "p:1:5: a verifier key of another type"},
      {"witness a " + Key(1) + " u v\nquorum none\n", "its form is"},
      {"quorum\x01 none\n", "p:1:7: a control character"},
      {"quorum none\r\n", "a control character"},
      {std::string(kLargestPolicy + 1, ' '), "larger"},
  };
  for (const auto& [text, says] : kCases)
    EXPECT_NE(Faults(text).find(says), std::string::npos) << text << ": " << Faults(text);
}

}  // namespace
}  // namespace garant::trail

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/report.h"
#include "report/test_view.h"

namespace garant::report {
namespace {

using assess::State;
using base::Language;
using Json = nlohmann::json;

class SarifTest : public testing::Test {
 protected:
  Json Run(Language language = Language::kEnglish) const {
    const Json json = Json::parse(RenderSarif(test_->AsView(), language), nullptr, false);
    EXPECT_EQ(json["version"], "2.1.0");
    EXPECT_EQ(json["runs"].size(), 1U);
    return json["runs"][0];
  }
  std::unique_ptr<TestCase> test_ = MakeTestCase();
};

TEST_F(SarifTest, HasWhatTheStandardRequires) {
  const Json run = Run();
  const Json& driver = run["tool"]["driver"];
  EXPECT_EQ(driver["name"], "Garant");
  ASSERT_EQ(driver["rules"].size(), 97U);
  for (const Json& rule : driver["rules"]) {
    EXPECT_TRUE(rule["id"].is_string());
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
  }
  ASSERT_FALSE(run["results"].empty());
  for (const Json& result : run["results"]) {
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
    ASSERT_EQ(result["locations"].size(), 1U);
    EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              "examples/parking%20permits/garant.yaml");
  }
}

TEST_F(SarifTest, OnlyWhatIsDueAndDoesNotHold) {
  std::set<std::string> expected;
  for (const assess::Verdict& verdict : test_->judgement.verdicts)
    if (verdict.due == assess::Due::kNow && verdict.state < State::kExcused)
      expected.insert(test_->standard.items[verdict.item].id);
  std::set<std::string> found;
  const Json run = Run();
  for (const Json& result : run["results"]) found.insert(result["ruleId"].get<std::string>());
  EXPECT_EQ(found, expected);
}

TEST_F(SarifTest, LevelsFollowTheState) {
  const Json run = Run();
  for (const Json& result : run["results"]) {
    const std::string state = result["properties"]["state"];
    EXPECT_EQ(result["level"],
              state == "contradicted" ? "error" : (state == "unmet" ? "warning" : "note"));
  }
}

TEST_F(SarifTest, PointsAtTheDeclaration) {
  const size_t item = test_->First(State::kContradicted);
  const Json run = Run();
  for (const Json& result : run["results"]) {
    if (result["ruleIndex"] != item) continue;
    const Json& region = result["locations"][0]["physicalLocation"]["region"];
    EXPECT_EQ(region["startLine"], 100 + item);
    EXPECT_EQ(region["startColumn"], 5);
  }
}

TEST_F(SarifTest, FingerprintsStayWhenLinesMoveAndDifferBetweenItems) {
  const Json before = Run();
  for (auto& explanation : test_->explanations)
    for (auto& proof : explanation.proofs)
      for (auto& reason : proof.reasons)
        for (auto& origin : reason.origins) origin.line += 17;
  const Json after = Run(Language::kFrench);
  std::set<std::string> prints;
  ASSERT_EQ(before["results"].size(), after["results"].size());
  for (size_t i = 0; i < before["results"].size(); ++i) {
    EXPECT_EQ(before["results"][i]["partialFingerprints"],
              after["results"][i]["partialFingerprints"]);
    prints.insert(before["results"][i]["partialFingerprints"]["garantItem/v1"].get<std::string>());
  }
  EXPECT_EQ(prints.size(), before["results"].size());
}

TEST_F(SarifTest, TextIsNoLinkAndNoArgument) {
  const size_t item = test_->First(State::kContradicted);
  test_->explanations[item].summary.en = "[go](https://evil.example) {0}";
  const Json run = Run();
  for (const Json& result : run["results"]) {
    if (result["ruleIndex"] != item) continue;
    const std::string text = result["message"]["text"];
    EXPECT_NE(text.find("\\[go\\](https"), std::string::npos) << text;
    EXPECT_NE(text.find("{{0}}"), std::string::npos) << text;
  }
}

TEST_F(SarifTest, AbsolutePathsAreFileUris) {
  View view = test_->AsView();
  view.service_file = "/srv/garant.yaml";
  const Json json = Json::parse(RenderSarif(view, Language::kEnglish));
  EXPECT_EQ(json["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"],
            (Json{{"uri", "file:///srv/garant.yaml"}}));
}

TEST_F(SarifTest, SpeaksFrench) {
  const Json run = Run(Language::kFrench);
  EXPECT_EQ(run["tool"]["driver"]["language"], "fr-CA");
  EXPECT_NE(run["results"][0]["message"]["text"].get<std::string>().find("Ce qui a été vu"),
            std::string::npos);
}

}  // namespace
}  // namespace garant::report

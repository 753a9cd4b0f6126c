#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/report.h"
#include "report/test_view.h"

namespace garant::report {
namespace {

using assess::State;
using Json = nlohmann::json;

class JsonTest : public testing::Test {
 protected:
  Json Render() const { return Json::parse(RenderJson(test_->AsView()), nullptr, false); }
  std::unique_ptr<TestCase> test_ = MakeTestCase();
};

TEST_F(JsonTest, HoldsEveryItemInTheStandardsOrder) {
  const Json json = Render();
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["format"], "garant-verdicts/1");
  EXPECT_EQ(json["as_of"], "2026-11-23T20:30:00Z");
  EXPECT_EQ(json["stage"], "beta");
  EXPECT_EQ(json["trial"], true);
  EXPECT_EQ(json["all_due_met"], false);
  EXPECT_EQ(json["trail"]["entries"], 142);
  EXPECT_EQ(json["trail"]["witnessed"], false);
  ASSERT_EQ(json["items"].size(), 97U);
  for (size_t i = 0; i < 97; ++i) {
    EXPECT_EQ(json["items"][i]["id"], test_->standard.items[i].id);
    EXPECT_EQ(json["items"][i]["state"], assess::StateName(test_->judgement.verdicts[i].state));
    EXPECT_EQ(json["items"][i]["proofs"].size(), 2U);
  }
}

TEST_F(JsonTest, CountsAddUp) {
  const Json json = Render();
  size_t total = 0;
  for (const char* due : {"now", "next", "later"}) {
    const Json& counts = json["counts"][due];
    size_t sum = 0;
    for (const char* state : {"contradicted", "unmet", "unknown", "excused", "met"})
      sum += counts[state].get<size_t>();
    EXPECT_EQ(counts["total"], sum);
    total += sum;
  }
  EXPECT_EQ(total, 97U);
}

TEST_F(JsonTest, NamesReasonsAndPlaces) {
  const size_t item = test_->First(State::kContradicted);
  const Json proof = Render()["items"][item]["proofs"][0];
  EXPECT_EQ(proof["state"], "contradicted");
  const Json& reason = proof["reasons"][0];
  EXPECT_EQ(reason["origins"][0],
            (Json{{"world", "declared"}, {"line", 100 + item}, {"column", 5}}));
  EXPECT_EQ(reason["origins"][1], (Json{{"world", "observed"}, {"entry", 40 + item}}));
  EXPECT_TRUE(proof.contains("next"));
  const Json unknown = Render()["items"][test_->First(State::kUnknown)]["proofs"][0];
  EXPECT_EQ(unknown["why"], "no-observer");
  EXPECT_EQ(unknown["what"], "http-cookie");
}

TEST_F(JsonTest, KeepsHostileTextAsText) {
  const Json item = Render()["items"][test_->First(State::kExcused)];
  EXPECT_EQ(item["excuse"]["reason"], "The partner joins in March. " + std::string(kHostile));
}

TEST_F(JsonTest, BytesThatAreNotUtf8DoNotStopIt) {
  test_->acts[0].statement = "\xFF\xC3";
  EXPECT_FALSE(Render().is_discarded());
}

TEST_F(JsonTest, SameViewSameBytesWhateverTheOrderOfActs) {
  const auto again = MakeTestCase();
  std::swap(again->acts[0], again->acts[2]);
  EXPECT_EQ(RenderJson(test_->AsView()), RenderJson(again->AsView()));
}

TEST_F(JsonTest, ReadsBackAndWritesAlike) {
  const std::string text = RenderJson(test_->AsView());
  EXPECT_EQ(Json::parse(text).dump(2) + "\n", text);
}

TEST_F(JsonTest, AChangedVerdictChangesIt) {
  const std::string before = RenderJson(test_->AsView());
  test_->judgement.verdicts[50].state = State::kMet;
  EXPECT_NE(RenderJson(test_->AsView()), before);
}

}  // namespace
}  // namespace garant::report

#include "proof/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expr/expression.h"
#include "proof/test_facts.h"
#include "trail/entry/observation_kinds.h"

namespace garant::proof {
namespace {

using expr::Truth;

using Items = FactsTest;

TEST_F(Items, SeeTheActsThatCountAndWhetherTheySpeakOfThem) {
  Act act;
  act.standing = Standing::kCounts;
  act.kind = "review";
  act.unchanged = true;
  act.item = "9.2-01";
  Act claimed = act;
  claimed.standing = Standing::kClaimed;
  acts_ = {act, claimed};
  ASSERT_TRUE(True("size(acts) == 1"));
  const expr::Value& root = facts_->Root();
  base::Diagnostics diagnostics;
  const auto here = expr::Expression::CompileCondition("some a in acts: a.here and a.current", {},
                                                       {&FactTypes::Get().RootType()}, diagnostics);
  ASSERT_TRUE(here);
  standard::Item item;
  item.id = "9.2-01";
  const expr::Options options{.now = kAsOf, .horizon = kAsOf};
  EXPECT_EQ(here->Evaluate(facts_->RootFor(item), options).truth, Truth::kTrue);
  EXPECT_TRUE(here->Evaluate(root, options).rests_on_act);
  item.id = "9.2-02";
  EXPECT_EQ(here->Evaluate(facts_->RootFor(item), options).truth, Truth::kFalse);
}

TEST_F(Items, KnowTheEquivalentsOfTheServicesJurisdictionOnly) {
  True("has service.id");
  standard::Item item;
  EXPECT_FALSE(facts_->HasEquivalent(item));
  item.equivalents = {{"ca", {"Act", "Loi"}}};
  EXPECT_FALSE(facts_->HasEquivalent(item));
  item.equivalents.push_back({"ca-on", {"Act of Ontario", "Loi de l’Ontario"}});
  EXPECT_TRUE(facts_->HasEquivalent(item));
}

TEST(FactTypesTest, NameTheObservationsBehindEachList) {
  using testing::ElementsAre;
  EXPECT_THAT(FactTypes::Get().ObservationsBehind("web.routes"),
              ElementsAre("crawl", "http-route"));
  EXPECT_THAT(FactTypes::Get().ObservationsBehind("observed.patch"), ElementsAre("patch"));
  EXPECT_TRUE(FactTypes::Get().ObservationsBehind("cookies").empty());
  // Every name behind a list is a kind that exists.
  for (const std::string group : {"web", "parts", "observed"}) {
    const expr::RecordType& root = FactTypes::Get().RootType();
    const auto& type = *root.fields[static_cast<size_t>(root.Find(group))].type.record;
    for (const expr::FieldType& list : type.fields)
      for (const std::string& kind : FactTypes::Get().ObservationsBehind(group + "." + list.name))
        EXPECT_NE(trail::FindObservationKind(kind), nullptr) << kind;
  }
}

}  // namespace
}  // namespace garant::proof

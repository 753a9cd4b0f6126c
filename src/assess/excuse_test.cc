#include <gtest/gtest.h>

#include "assess/judge.h"
#include "proof/facts.h"

namespace garant::assess {
namespace {

constexpr const char* kService = R"(garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: alpha
  environment: production
  organization: { en: City, fr: Ville }
  jurisdictions: [ca]
people:
  - { id: owner, role: owner, contact: a@example.org }
  - { id: siro, role: siro, contact: b@example.org }
systems:
  - { id: web, kind: web-application, agency: A, internet: true }
)";

class Excuses : public testing::Test {
 protected:
  void SetUp() override {
    base::Diagnostics diagnostics;
    model_ = service::Model::Parse(kService, "garant.yaml", diagnostics);
    ASSERT_NE(model_, nullptr);
    item_.id = "9.4-01";
    act_.id = "act:1";
    act_.standing = proof::Standing::kCounts;
    act_.kind = "excuse";
    act_.mode = "accepted";
    act_.item = item_.id;
    act_.by = "owner";
    act_.approved_by = "siro";
    act_.unchanged = true;
    act_.at = as_of_ - std::chrono::days{1};
    act_.expires = act_.at + std::chrono::days{366};
  }

  [[nodiscard]] bool Excused() const {
    const std::vector<proof::Act> acts = {act_};
    const proof::ServiceFacts facts(
        *model_, proof::Evidence{.observations = {}, .acts = acts, .as_of = as_of_});
    return FindExcuse(item_, facts).has_value();
  }

  const base::Time as_of_ = *base::ParseTime("2026-11-23T12:00:00Z");
  std::unique_ptr<const service::Model> model_;
  standard::Item item_;
  proof::Act act_;
};

TEST_F(Excuses, LastAYearAtMost) {
  EXPECT_TRUE(Excused());
  act_.expires += std::chrono::seconds{1};
  EXPECT_FALSE(Excused());
  act_.expires = *base::ParseTime("2261-01-01");
  EXPECT_FALSE(Excused());
}

TEST_F(Excuses, NeedSomebodyElseAndWhatWasExcused) {
  act_.approved_by.clear();
  EXPECT_FALSE(Excused());
  SetUp();
  act_.unchanged = false;
  EXPECT_FALSE(Excused());
  SetUp();
  act_.covers = {"cookies"};
  EXPECT_FALSE(Excused()) << "the item is about every section";
  SetUp();
  act_.item = "9.4-02";
  EXPECT_FALSE(Excused());
  act_.item = "-";
  EXPECT_FALSE(Excused()) << "the whole service at once";
}

TEST_F(Excuses, DoNotPutAsideWhatApplies) {
  act_.mode = "not-applicable";
  EXPECT_TRUE(Excused());
  item_.equivalents = {{.jurisdiction = "ca", .name = {"PIA", "EFVP"}}};
  EXPECT_FALSE(Excused());
  item_.equivalents = {{.jurisdiction = "us", .name = {"PIA", "PIA"}}};
  EXPECT_TRUE(Excused());
}

}  // namespace
}  // namespace garant::assess

#include <gtest/gtest.h>

#include "proof/test_facts.h"

namespace garant::proof {
namespace {

using expr::Unknown;

using Parts = FactsTest;

TEST_F(Parts, HoldWhatIsDeclaredWithItsObservedSideUnknown) {
  EXPECT_TRUE(True("size(parts.systems) == 2"));
  EXPECT_EQ(Why("every s in parts.systems: not s.drift.drifted"), Unknown::kNoObserver);
  every_observer_ = true;
  EXPECT_EQ(Why("every s in parts.systems: s.events.events > 0"), Unknown::kNeverObserved);
  See("system-events", "web", {{"events", int64_t{4}}});
  EXPECT_EQ(Why("every s in parts.systems: s.events.events > 0"), Unknown::kNeverObserved)
      << "the database is silent";
  See("system-events", "db", {{"events", int64_t{4}}});
  EXPECT_TRUE(True("every s in parts.systems: s.events.events > 0"));
}

TEST_F(Parts, HoldWhatNobodyDeclared) {
  every_observer_ = true;
  See("system-events", "shadow", {{"events", int64_t{1}}});
  See("store-field", "main/dogs.owner",
      {{"store", std::string("main")},
       {"field", std::string("dogs.owner")},
       {"category", std::string("identity.name")}});
  See("store-field", "main/dogs.vet",
      {{"store", std::string("main")},
       {"field", std::string("dogs.vet")},
       {"category", std::string("health.condition")}});
  See("store-field", "cellar/a.b",
      {{"store", std::string("cellar")},
       {"field", std::string("a.b")},
       {"category", std::string("contact.email")}});
  See("journey-edge", "web>printer", {{"joined", true}});
  EXPECT_TRUE(True("some s in parts.systems: s.id == \"shadow\" and not s.declared"));
  EXPECT_TRUE(True("some s in parts.stores: s.id == \"cellar\" and not s.declared"));
  EXPECT_TRUE(True("some s in parts.stores: s.id == \"main\" and size(s.found) == 2"));
  EXPECT_TRUE(True("some h in parts.held: h.at == \"dogs.vet\" and not h.declared and h.personal"));
  EXPECT_TRUE(
      True("some h in parts.held: h.at == \"dogs.owner\" and h.declared and "
           "h.seen.category == \"identity.name\""));
  EXPECT_TRUE(True("some f in parts.flows: f.to == \"printer\" and not f.declared and f.crosses"));
  EXPECT_TRUE(True("some c in parts.categories: c.category == \"contact.email\" and not c.held"));
}

TEST_F(Parts, TellWhichFlowsAreEncryptedAndCross) {
  EXPECT_TRUE(
      True("some f in parts.flows: f.from == \"person\" and f.encrypted and not f.crosses"));
  EXPECT_TRUE(True("some f in parts.flows: f.to == \"db\" and not f.encrypted and f.crosses"));
}

TEST_F(Parts, GatherCategoriesFromEverywhere) {
  EXPECT_TRUE(
      True("some c in parts.categories: c.category == \"identity.name\" and c.collected and "
           "c.held and c.flows and c.shared and c.personal"));
  EXPECT_TRUE(
      True("some c in parts.categories: c.category == \"contact.phone\" and c.collected and "
           "not c.held"));
}

TEST_F(Parts, BelieveADocumentOnlyWithAnExternalActThatCounts) {
  EXPECT_TRUE(True("every f in parts.findings: f.id == \"f1\" and not f.retest-signed"));
  Act act;
  act.standing = Standing::kCounts;
  act.kind = "external";
  act.item = "9.4-52";
  act.unchanged = true;
  act.document = "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
  act.issuer = "Testers";
  acts_ = {act};
  EXPECT_TRUE(True("every f in parts.findings: f.retest-signed"));
  EXPECT_TRUE(True("some a in parts.assessments: a.id == \"again\" and a.signed"));
  EXPECT_TRUE(True("some a in parts.assessments: a.id == \"test\" and not a.signed"));
  for (const Standing standing : {Standing::kClaimed, Standing::kForged, Standing::kExpired,
                                  Standing::kReplayed, Standing::kNotYet}) {
    acts_[0].standing = standing;
    EXPECT_FALSE(True("some a in parts.assessments: a.signed"));
  }
  acts_[0] = act;
  acts_[0].unchanged = false;
  EXPECT_FALSE(True("some a in parts.assessments: a.signed")) << "the file says something else now";
  acts_[0] = act;
  acts_[0].issuer = "The team";
  EXPECT_FALSE(True("some a in parts.assessments: a.signed")) << "the file names another assessor";
  acts_[0] = act;
  acts_[0].covers = {"cookies"};
  EXPECT_FALSE(True("some a in parts.assessments: a.signed")) << "not over the assessments";
  acts_[0] = act;
  acts_[0].kind = "review";
  EXPECT_FALSE(True("some a in parts.assessments: a.signed"));
}

TEST_F(Parts, BelieveASharingOnlyAsItReadWhenItsAgreementWasSigned) {
  EXPECT_TRUE(True("every s in parts.sharing: s.until > now and not s.signed"));
  Act act;
  act.standing = Standing::kCounts;
  act.kind = "external";
  act.item = "9.1-01";
  act.unchanged = true;
  act.covers = {"sharing"};
  act.issuer = "Province";
  act.document = "sha256:486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7";
  acts_ = {act};
  EXPECT_TRUE(True("every s in parts.sharing: s.id == \"province\" and s.signed"));
  acts_[0].unchanged = false;  // until was moved on
  EXPECT_FALSE(True("some s in parts.sharing: s.signed"));
  acts_[0] = act;
  acts_[0].covers = {"assessments"};
  EXPECT_FALSE(True("some s in parts.sharing: s.signed"));
}

}  // namespace
}  // namespace garant::proof

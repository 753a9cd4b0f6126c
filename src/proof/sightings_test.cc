#include <gtest/gtest.h>

#include <algorithm>

#include "proof/test_facts.h"

namespace garant::proof {
namespace {

using expr::Truth;
using expr::Unknown;
using trail::Vantage;

using Sightings = FactsTest;

TEST_F(Sightings, TheLatestOfEachSubjectCounts) {
  See("http-cookie", "a", {{"secure", false}}, 3 * kHour);
  See("http-cookie", "a", {{"secure", true}}, kHour);
  See("http-cookie", "a", {{"secure", false}}, 2 * kHour);
  See("http-cookie", "b", {{"secure", true}}, 4 * kHour);
  EXPECT_TRUE(True("every c in observed.http-cookie: c.secure"));
  EXPECT_TRUE(True("size(observed.http-cookie) == 2"));
}

TEST_F(Sightings, OfTwoAtOneMomentTheLaterEntryCountsInWhateverOrder) {
  See("http-cookie", "a", {{"secure", true}});
  See("http-cookie", "a", {{"secure", false}});
  EXPECT_FALSE(True("every c in observed.http-cookie: c.secure"));
  std::reverse(observations_.begin(), observations_.end());
  EXPECT_FALSE(True("every c in observed.http-cookie: c.secure"));
  std::swap(observations_[0].entry, observations_[1].entry);
  EXPECT_TRUE(True("every c in observed.http-cookie: c.secure"));
}

TEST_F(Sightings, LaterThanTheMomentOfJudgementAreLeftOut) {
  See("http-cookie", "a", {{"secure", true}}, -std::chrono::nanoseconds(1));
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kNeverObserved);
  See("http-cookie", "a", {{"secure", true}}, base::Duration{0});
  EXPECT_TRUE(True("every c in observed.http-cookie: c.secure"));
}

TEST_F(Sightings, TooOldIsUnknownNotFalse) {
  See("http-cookie", "a", {{"secure", false}}, 25 * kHour);
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kStale);
  EXPECT_EQ(Why("some c in observed.http-cookie: not c.secure"), Unknown::kStale);
}

TEST_F(Sightings, AnAttributeThatWasNotYieldedIsUnknownNotFalse) {
  See("http-cookie", "a", {{"secure", true}});
  EXPECT_EQ(Why("every c in observed.http-cookie: c.http-only"), Unknown::kNeverObserved);
  EXPECT_EQ(Why("every c in observed.http-cookie: not c.http-only"), Unknown::kNeverObserved);
}

TEST_F(Sightings, WhatNothingInThisBuildObservesDoesNotCount) {
  See("rule-check", "x", {{"enforced", true}});
  EXPECT_EQ(Why("every c in observed.rule-check: c.enforced"), Unknown::kNoObserver);
  EXPECT_EQ(what_, "rule-check");
  every_observer_ = true;
  EXPECT_TRUE(True("every c in observed.rule-check: c.enforced"));
}

TEST_F(Sightings, NeverObservedNamesTheKind) {
  EXPECT_EQ(Why("every c in observed.http-cookie, if any: c.secure"), Unknown::kNeverObserved);
  EXPECT_EQ(what_, "http-cookie");
}

TEST_F(Sightings, FromLoopbackProveNothingInProduction) {
  See("http-cookie", "a", {{"secure", true}}).vantage = Vantage::kLoopback;
  EXPECT_TRUE(True("every c in observed.http-cookie: c.secure")) << "in a trial";
  Production();
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kLoopbackOnly);
  observations_[0].vantage = Vantage::kInside;
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kLoopbackOnly);
  // A later look from loopback does not hide what was seen from outside.
  See("http-cookie", "a", {{"secure", false}}, 2 * kHour);
  EXPECT_FALSE(True("every c in observed.http-cookie: c.secure"));
}

TEST_F(Sightings, UnderAnotherDeclarationOfWhereTheServiceIsProveNothingInProduction) {
  Production();
  See("crawl", "example:443", {{"declaration", std::string("sha256:0")}}, 2 * kHour);
  See("http-cookie", "a", {{"secure", true}}, 2 * kHour);
  See("origin-direct", "web", {{"answers", false}}, 2 * kHour).vantage = Vantage::kInside;
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kElsewhere);
  EXPECT_EQ(Why("every o in observed.origin-direct: not o.answers"), Unknown::kElsewhere);
  EXPECT_EQ(Why("every c in web.cookies: c.seen.secure"), Unknown::kElsewhere);
  observations_[0].facts.clear();
  EXPECT_EQ(Why("every c in observed.http-cookie: c.secure"), Unknown::kElsewhere)
      << "a run that does not say under which";
  model_ = ModelOf(ServiceText("trial"));
  EXPECT_TRUE(True("every c in observed.http-cookie: c.secure")) << "in a trial";
  // A run under this declaration counts, and what another one saw later does not change it.
  Production();
  Crawl(3 * kHour);
  See("http-cookie", "a", {{"secure", false}}, 3 * kHour);
  EXPECT_EQ(Ask("every c in observed.http-cookie: c.secure").truth, Truth::kFalse);
}

TEST_F(Sightings, OfAnOriginCountFromInside) {
  Production();
  See("origin-direct", "web", {{"answers", false}}).vantage = Vantage::kInside;
  EXPECT_TRUE(True("every o in observed.origin-direct: not o.answers"));
}

TEST_F(Sightings, KeepTimesAndLists) {
  See("tls-endpoint", "example:443",
      {{"certificate-expires", int64_t{1'900'000'000}},
       {"versions", std::vector<std::string>{"TLSv1.2", "TLSv1.3"}}});
  EXPECT_TRUE(True("every e in observed.tls-endpoint: e.certificate-expires > now + P30D"));
  EXPECT_TRUE(
      True("every e in observed.tls-endpoint: all-in(e.versions, [\"TLSv1.2\", "
           "\"TLSv1.3\"])"));
  EXPECT_TRUE(True("every e in observed.tls-endpoint: e.vantage == \"outside\""));
}

}  // namespace
}  // namespace garant::proof

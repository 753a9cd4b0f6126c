#include <gtest/gtest.h>

#include "proof/test_facts.h"

namespace garant::proof {
namespace {

using expr::Truth;
using expr::Unknown;
using trail::Vantage;

using Web = FactsTest;

TEST_F(Web, IsUnknownWhereTheProbeNeverRan) {
  See("http-route", "/apply", {{"https", true}});
  EXPECT_EQ(Why("every r in web.routes, if any: r.declared"), Unknown::kNeverObserved);
  EXPECT_EQ(what_, "crawl");
  Production();
  Crawl();
  observations_.back().vantage = Vantage::kLoopback;
  EXPECT_EQ(Why("every r in web.routes, if any: r.declared"), Unknown::kLoopbackOnly);
}

TEST_F(Web, IsTooOldWhereTheProbeRanTooLongAgo) {
  Crawl(25 * kHour);
  EXPECT_EQ(Why("no r in web.routes: r.match == \"/x\""), Unknown::kStale);
}

TEST_F(Web, HoldsWhatIsDeclaredAndWhatWasSeen) {
  Crawl();
  See("http-route", "/apply", {{"https", true}});
  See("http-route", "/surprise", {{"https", true}});
  EXPECT_TRUE(True("size(web.routes) == 3"));
  EXPECT_TRUE(True("some r in web.routes: r.match == \"/surprise\" and not r.declared"));
  EXPECT_TRUE(
      True("some r in web.routes: r.match == \"/apply\" and r.declared and r.seen.https "
           "and r.assurance == 2 and r.personal"));
  // What was never looked at is not fine, whichever way it is asked.
  EXPECT_EQ(Why("every r in web.routes: r.seen.https"), Unknown::kNeverObserved);
  EXPECT_EQ(Why("every r in web.routes where r.match == \"/hidden\": not r.seen.https"),
            Unknown::kNeverObserved);
  EXPECT_EQ(Ask("every r in web.routes where not r.declared: r.assurance >= 0").truth,
            Truth::kAbsent);
}

TEST_F(Web, AnOlderRunDoesNotCount) {
  Crawl(2 * kHour);
  See("http-route", "/apply", {{"https", true}}, 2 * kHour);
  See("http-route", "/gone", {{"https", false}}, 2 * kHour);
  Crawl(kHour);
  See("http-route", "/hidden", {{"https", true}}, kHour);
  EXPECT_TRUE(True("no r in web.routes: r.match == \"/gone\"")) << "it was taken away";
  EXPECT_EQ(Why("every r in web.routes where r.match == \"/apply\": r.seen.https"),
            Unknown::kNeverObserved)
      << "the latest run did not see it";
  EXPECT_TRUE(True("every r in web.routes where r.match == \"/hidden\": r.seen.https"));
}

TEST_F(Web, WhatWasSeenAfterTheRunDoesNotVanish) {
  Crawl(2 * kHour);
  See("http-route", "/surprise", {{"https", true}}, 2 * kHour);
  See("http-route", "/surprise", {{"https", true}}, kHour);
  EXPECT_TRUE(True("some r in web.routes: r.match == \"/surprise\" and not r.declared"));
}

TEST_F(Web, JoinsCookies) {
  Crawl();
  See("http-cookie", "session", {{"secure", true}});
  See("http-cookie", "tracker", {{"secure", true}});
  EXPECT_TRUE(True("size(web.cookies) == 3"));
  EXPECT_TRUE(True("some c in web.cookies: c.name == \"tracker\" and not c.declared"));
  EXPECT_TRUE(
      True("some c in web.cookies: c.name == \"session\" and c.declared and c.seen.secure "
           "and c.keep-for == PT0S"));
  EXPECT_TRUE(True("some c in web.cookies: c.name == \"kept\" and c.keep-for == P30D"));
  EXPECT_EQ(Why("every c in web.cookies: c.seen.secure"), Unknown::kNeverObserved);
}

TEST_F(Web, JoinsFormsAndFields) {
  Crawl();
  See("http-form", "/apply#1", {{"route", std::string("/apply")}, {"notice", true}});
  See("http-form", "/other#1", {{"route", std::string("/other")}, {"notice", false}});
  const auto field = [&](const char* route, const char* name, const char* category) {
    See("http-field", std::string(route) + "#1." + name,
        {{"route", std::string(route)},
         {"name", std::string(name)},
         {"category", std::string(category)}});
  };
  field("/apply", "name", "identity.name");
  field("/apply", "email", "contact.email");
  field("/other", "colour", "");
  EXPECT_TRUE(True("size(web.forms) == 2"));
  EXPECT_TRUE(True("some f in web.forms: f.route == \"/apply\" and f.declared and f.notice"));
  EXPECT_TRUE(True("some f in web.forms: f.route == \"/other\" and not f.declared"));
  EXPECT_TRUE(True("size(web.fields) == 4"));
  EXPECT_TRUE(True("some f in web.fields: f.name == \"name\" and f.declared and f.held"));
  EXPECT_TRUE(True("some f in web.fields: f.name == \"email\" and not f.declared and not f.held"));
  EXPECT_TRUE(True("some f in web.fields: f.name == \"phone\" and f.declared and not f.held"));
  EXPECT_EQ(Why("every f in web.fields where f.name == \"phone\": has f.seen.name"),
            Unknown::kNeverObserved);
  EXPECT_EQ(Ask("every f in web.fields where f.name == \"colour\": f.held").truth, Truth::kAbsent)
      << "nobody could tell what it holds, which is neither yes nor no";
}

TEST_F(Web, ReadsEveryCollectionOfARoute) {
  std::string text = ServiceText("trial");
  const std::string first = "    notice: { en: We ask why., fr: Nous disons pourquoi. }\n";
  text.erase(text.find(first), first.size());
  text.insert(text.find("access:"),
              "  - id: renew\n    route: /apply\n    purpose: issue\n" + first +
                  "    fields: [ { name: name, data: identity.name }, { name: tag, data: "
                  "contact.email } ]\n");
  model_ = ModelOf(text);
  Crawl();
  See("http-form", "/apply#1", {{"route", std::string("/apply")}, {"notice", false}});
  for (const char* name : {"name", "phone", "tag"})
    See("http-field", std::string("/apply#1.") + name,
        {{"route", std::string("/apply")},
         {"name", std::string(name)},
         {"category", std::string()}});
  EXPECT_TRUE(True("size(web.forms) == 2"));
  EXPECT_TRUE(True("some f in web.forms: f.notice and not f.seen.notice"));
  EXPECT_TRUE(True("every f in web.fields: f.declared and has f.seen.name"));
  EXPECT_TRUE(True("size(web.fields) == 4")) << "name is declared by both";
  EXPECT_TRUE(True("some f in web.fields: f.name == \"tag\" and f.data == \"contact.email\""));
}

TEST_F(Web, ReadsEveryPlainPort) {
  Crawl();
  See("tls-endpoint", "example:443", {{"answers", true}});
  See("http-plain", "example:80", {{"answers", true}, {"redirects", true}});
  See("http-plain", "example:8080", {{"answers", true}, {"redirects", false}});
  EXPECT_TRUE(True("size(web.endpoints) == 2 and (every e in web.endpoints: e.tls.answers)"));
  EXPECT_TRUE(True("some e in web.endpoints: e.at == \"example:8080\" and not e.plain.redirects"));
  See("tls-endpoint", "example:8443", {{"answers", false}});
  EXPECT_TRUE(True("some e in web.endpoints: e.at == \"example:8443\" and not e.tls.answers"));
  EXPECT_EQ(Ask("every e in web.endpoints: e.plain.redirects").truth, Truth::kFalse);
}

TEST_F(Web, KeepsAFormThatWasDeclaredAndNotSeen) {
  Crawl();
  EXPECT_TRUE(True("some f in web.forms: f.route == \"/apply\" and f.declared"));
  EXPECT_EQ(Why("every f in web.forms: f.seen.notice"), Unknown::kNeverObserved);
}

TEST_F(Web, JoinsEndpointsPoliciesAndOrigins) {
  Crawl();
  See("tls-endpoint", "example:443", {{"answers", true}});
  See("http-policy", "cookies", {{"answers", true}});
  See("origin-direct", "db", {{"answers", true}});
  EXPECT_TRUE(True("every e in web.endpoints: e.at == \"example:443\" and e.tls.answers"));
  EXPECT_EQ(Why("every e in web.endpoints: e.plain.redirects"), Unknown::kNeverObserved);
  EXPECT_TRUE(True("every p in web.policies: p.id == \"cookies\" and not p.declared"));
  EXPECT_TRUE(True("some o in web.origins: o.system == \"db\" and not o.declared"));
  EXPECT_TRUE(True("some o in web.origins: o.system == \"web\" and o.declared"));
  EXPECT_EQ(Why("every o in web.origins: not o.seen.answers and o.system == \"web\""),
            Unknown::kNone)
      << "the database's origin answers: that is false, whatever is unknown of the other";
}

TEST_F(Web, JudgesEveryAddressOfAHost) {
  Crawl();
  See("tls-endpoint", "example:443@192.0.2.1", {{"answers", true}});
  See("tls-endpoint", "example:443@192.0.2.2", {{"answers", true}});
  See("http-plain", "example:80@192.0.2.1", {{"answers", true}, {"redirects", true}});
  See("http-plain", "example:80@192.0.2.2", {{"answers", true}, {"redirects", false}});
  EXPECT_TRUE(True("size(web.endpoints) == 2"));
  EXPECT_TRUE(
      True("some e in web.endpoints: e.at == \"example:443@192.0.2.2\" and not "
           "e.plain.redirects"));
  EXPECT_FALSE(True("every e in web.endpoints: not e.plain.answers or e.plain.redirects"));
}

TEST_F(Web, LeavesOutAnAddressThatServesNobodyButNotOneThatIsNotKnown) {
  Crawl();
  See("tls-endpoint", "example:443@192.0.2.1", {{"answers", true}});
  See("http-plain", "example:80@192.0.2.1", {{"answers", false}});
  See("tls-endpoint", "example:443@::1", {{"connects", false}, {"answers", false}});
  See("http-plain", "example:80@::1", {{"connects", false}, {"answers", false}});
  EXPECT_TRUE(True("every e in web.endpoints: e.tls.answers"));
  See("tls-endpoint", "example:443@192.0.2.9", {{"connects", true}, {"answers", false}});
  See("http-plain", "example:80@192.0.2.9", {{"connects", false}, {"answers", false}});
  EXPECT_FALSE(True("every e in web.endpoints: e.tls.answers")) << "it takes connections";
  observations_.resize(observations_.size() - 2);
  See("tls-endpoint", "example:443@192.0.2.3", {});
  EXPECT_EQ(Why("every e in web.endpoints: e.tls.answers"), Unknown::kNeverObserved);
  See("tls-endpoint", "example:443@192.0.2.4", {{"answers", false}});
  See("http-plain", "example:80@192.0.2.4", {});
  EXPECT_FALSE(True("every e in web.endpoints: e.tls.answers"));
}

TEST_F(Web, AnAddressSeenFromLoopbackIsNotKnownBesideOneSeenFromOutside) {
  Production();
  Crawl();
  See("tls-endpoint", "example:443@192.0.2.1", {{"answers", true}});
  EXPECT_TRUE(True("every e in web.endpoints: e.tls.answers"));
  See("tls-endpoint", "example:443@192.0.2.2", {{"answers", true}}).vantage = Vantage::kLoopback;
  EXPECT_EQ(Why("every e in web.endpoints: e.tls.answers"), Unknown::kLoopbackOnly);
}

TEST_F(Web, WhereNothingAnswersAtAllThatIsSaid) {
  Crawl();
  See("tls-endpoint", "example:443@192.0.2.1", {{"answers", false}});
  See("http-plain", "example:80@192.0.2.1", {{"answers", false}});
  EXPECT_TRUE(True("size(web.endpoints) == 1"));
}

TEST_F(Web, WhatABoundLeftOutIsNotFine) {
  See("crawl", "example:443", {{"pages", int64_t{3}}, {"bounded", true}});
  See("http-route", "/elsewhere", {{"https", true}});
  See("http-cookie", "visit", {{"secure", true}});
  EXPECT_EQ(Why("every r in web.routes where r.match == \"/elsewhere\": r.seen.https"),
            Unknown::kBounded);
  EXPECT_EQ(Why("every c in web.cookies where c.name == \"visit\": c.seen.secure"),
            Unknown::kBounded);
  EXPECT_EQ(Why("no f in web.forms: f.route == \"/elsewhere\""), Unknown::kBounded);
  EXPECT_EQ(Why("no f in web.fields: f.name == \"health-number\""), Unknown::kBounded);
  EXPECT_TRUE(True("some r in web.routes: r.match == \"/elsewhere\" and not r.declared"))
      << "what was seen is seen";
}

}  // namespace
}  // namespace garant::proof

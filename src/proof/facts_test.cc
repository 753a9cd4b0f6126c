#include "proof/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "expr/expression.h"
#include "proof/fact_types.h"
#include "service/whereabouts.h"
#include "trail/observation_kinds.h"

namespace garant::proof {
namespace {

using expr::Truth;
using expr::Unknown;
using trail::Observation;
using trail::Vantage;

const base::Time kAsOf = *base::ParseTime("2026-11-23T12:00:00Z");
constexpr auto kHour = std::chrono::hours(1);

constexpr const char* kService = R"(garant: 1
service:
  id: dog-licences
  name: { en: Dog licences, fr: Permis de chien }
  stage: alpha
  environment: ENVIRONMENT
  url: https://example
  organization: { en: City, fr: Ville }
  jurisdictions: [ca-on]
people: [ { id: owner, role: owner, contact: a@example.org } ]
systems:
  - { id: web, kind: web-application, agency: A, internet: true, origin: "https://10.0.0.5" }
  - { id: db, kind: database-server, agency: A, internet: false }
purposes:
  - { id: issue, text: { en: To issue it., fr: Le délivrer. }, authority: by-law 1 }
stores:
  - id: main
    system: db
    engine: sqlite
    connect: env:MAIN
    holds: [ { at: dogs.owner, data: identity.name, purpose: issue, keep: P1Y, then: erase } ]
flows:
  - { id: ask, from: person, to: web, data: [identity.name], over: https }
  - { id: save, from: web, to: db, data: [identity.name], over: http }
collection:
  - id: apply
    route: /apply
    purpose: issue
    notice: { en: We ask why., fr: Nous disons pourquoi. }
    fields: [ { name: name, data: identity.name }, { name: phone, data: contact.phone } ]
access:
  methods: [oidc]
  routes: [ { match: /apply, assurance: 2 }, { match: /hidden, assurance: 3 } ]
cookies:
  - { name: session, purpose: essential, keep: session }
  - { name: kept, purpose: essential, keep: P30D }
sharing:
  - id: province
    with: Province
    data: [identity.name]
    purpose: issue
    authority: by-law 1
    over: mtls
    until: 2027-03-31
    agreement:
      document: agreement.pdf
      digest: sha256:486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7
      signed: 2026-01-15
assessments:
  - id: test
    kind: security-test
    by: Testers
    third-party: true
    dated: 2026-10-01
    scope: [web]
    document: test.pdf
    digest: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    findings:
      - { id: f1, severity: high, text: { en: A hole., fr: Un trou. }, status: closed, retest: again }
  - id: again
    kind: retest
    by: Testers
    third-party: true
    dated: 2026-11-01
    scope: [web]
    document: again.pdf
    digest: sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
    findings: []
)";

std::unique_ptr<const service::Model> ModelOf(const std::string& text) {
  base::Diagnostics diagnostics;
  auto model = service::Model::Parse(text, "garant.yaml", diagnostics);
  for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString(base::Language::kEnglish);
  return model;
}
std::unique_ptr<const service::Model> Model(const std::string& environment) {
  std::string text = kService;
  text.replace(text.find("ENVIRONMENT"), 11, environment);
  return ModelOf(text);
}

// What is true of a service of which these things were seen.
class FactsTest : public testing::Test {
 protected:
  Observation& See(const std::string& kind, const std::string& subject,
                   std::vector<trail::Fact> facts = {}, base::Duration age = kHour) {
    Observation one;
    one.kind = kind;
    one.subject = subject;
    one.vantage = Vantage::kOutside;
    one.method = "test";
    one.time = kAsOf - age;
    one.facts = std::move(facts);
    one.entry = observations_.size();
    observations_.push_back(std::move(one));
    return observations_.back();
  }
  void Crawl(base::Duration age = kHour) {
    See("crawl", "example:443",
        {{"pages", int64_t{3}},
         {"declaration", base::FormatDigest(service::DigestOfWhereabouts(*model_))}},
        age);
  }

  expr::Outcome Ask(const std::string& condition) {
    facts_.emplace(*model_, Evidence{.observations = observations_,
                                     .acts = acts_,
                                     .as_of = kAsOf,
                                     .every_observer = every_observer_});
    base::Diagnostics diagnostics;
    const auto expression = expr::Expression::CompileCondition(
        condition, {"test", 1, 1}, {&FactTypes::Get().RootType()}, diagnostics);
    for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString(base::Language::kEnglish);
    if (!expression) return {};
    expr::Options options;
    options.now = kAsOf;
    options.horizon = kAsOf - std::chrono::hours(24);
    expr::Outcome outcome = expression->Evaluate(facts_->Root(), options);
    what_ = outcome.what;
    outcome.what = what_;
    return outcome;
  }
  bool True(const std::string& condition) { return Ask(condition).truth == Truth::kTrue; }
  // Why it is unknown; kNone where it is not.
  Unknown Why(const std::string& condition) {
    const expr::Outcome outcome = Ask(condition);
    return outcome.truth == Truth::kUnknown ? outcome.why : Unknown::kNone;
  }

  void Production() { model_ = Model("production"); }

  std::unique_ptr<const service::Model> model_ = Model("trial");
  std::vector<Observation> observations_;
  std::vector<Act> acts_;
  bool every_observer_ = false;
  std::optional<ServiceFacts> facts_;
  std::string what_;
};

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
  model_ = Model("trial");
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
  std::string text = kService;
  text.replace(text.find("ENVIRONMENT"), 11, "trial");
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

using Parts = FactsTest;

TEST_F(Parts, HoldWhatIsDeclaredWithItsObservedSideUnknown) {
  EXPECT_TRUE(True("size(parts.systems) == 2"));
  EXPECT_EQ(Why("every s in parts.systems: s.events.events > 0"), Unknown::kNoObserver);
  every_observer_ = true;
  EXPECT_EQ(Why("every s in parts.systems: s.events.events > 0"), Unknown::kNeverObserved);
  See("system-events", "web", {{"events", int64_t{4}}});
  EXPECT_EQ(Why("every s in parts.systems: s.events.events > 0"), Unknown::kNeverObserved)
      << "the database is silent";
  See("system-events", "db", {{"events", int64_t{4}}});
  EXPECT_TRUE(True("every s in parts.systems: s.events.events > 0"));
}

TEST(FactKinds, GiveNoFieldOfAnObservationTwice) {
  for (const expr::FieldType& kind : Types::Get().observed.fields) {
    std::set<std::string> names;
    for (const expr::FieldType& field : Types::Get().Kind(kind.name)->fields)
      EXPECT_TRUE(names.insert(field.name).second) << kind.name << "." << field.name;
  }
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

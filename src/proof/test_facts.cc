#include "proof/test_facts.h"

#include "service/whereabouts.h"

namespace garant::proof {
namespace {

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

}  // namespace

std::string ServiceText(const std::string& environment) {
  std::string text = kService;
  text.replace(text.find("ENVIRONMENT"), 11, environment);
  return text;
}

std::unique_ptr<const service::Model> ModelOf(const std::string& text) {
  base::Diagnostics diagnostics;
  auto model = service::Model::Parse(text, "garant.yaml", diagnostics);
  for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString(base::Language::kEnglish);
  return model;
}

trail::Observation& FactsTest::See(const std::string& kind, const std::string& subject,
                                   std::vector<trail::Fact> facts, base::Duration age) {
  trail::Observation one;
  one.kind = kind;
  one.subject = subject;
  one.vantage = trail::Vantage::kOutside;
  one.method = "test";
  one.time = kAsOf - age;
  one.facts = std::move(facts);
  one.entry = observations_.size();
  observations_.push_back(std::move(one));
  return observations_.back();
}

void FactsTest::Crawl(base::Duration age) {
  See("crawl", "example:443",
      {{"pages", int64_t{3}},
       {"declaration", base::FormatDigest(service::DigestOfWhereabouts(*model_))}},
      age);
}

expr::Outcome FactsTest::Ask(const std::string& condition) {
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

expr::Unknown FactsTest::Why(const std::string& condition) {
  const expr::Outcome outcome = Ask(condition);
  return outcome.truth == expr::Truth::kUnknown ? outcome.why : expr::Unknown::kNone;
}

}  // namespace garant::proof

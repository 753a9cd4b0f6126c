#include "assess/assess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standard/test_folder.h"

namespace garant::assess {
namespace {

using standard::Stage;
using trail::Observation;
using trail::Vantage;

const base::Time kAsOf = *base::ParseTime("2026-11-23T12:00:00Z");
constexpr auto kHour = std::chrono::hours(1);

constexpr const char* kAbout = R"(standard: 1
id: small
version: "1"
name: { en: Small, fr: Petit }
source: { en: Here, fr: Ici }
guidelines: [ { id: "1", title: { en: One, fr: Un } } ]
sources: [ { id: us, name: { en: Us, fr: Nous } } ]
)";

// 1-01 declared; 1-02 its part, seen; 1-03 with a floor whose seeing proof takes no for an answer;
// 1-04 reviewed; 1-05 to 1-07 by stage; 1-08 of another country.
constexpr const char* kItems = R"(
- { id: 1-01, stage: all, source: us, verb: list, floor: none, covers: [cookies],
    text: { en: List., fr: Énumérer. }, proofs: [listed] }
- { id: 1-02, stage: all, source: us, verb: list, floor: none, covers: [cookies], parent: 1-01,
    text: { en: Look., fr: Regarder. }, proofs: [seen] }
- { id: 1-03, stage: all, source: us, verb: test, floor: seen,
    text: { en: Test., fr: Essayer. }, proofs: [listed, either] }
- { id: 1-04, stage: all, source: us, verb: review, floor: none, covers: [cookies],
    text: { en: Review., fr: Réviser. }, proofs: [reviewed] }
- { id: 1-05, stage: alpha, source: us, verb: a, floor: none, text: { en: A., fr: A. }, proofs: [listed] }
- { id: 1-06, stage: beta, source: us, verb: b, floor: none, text: { en: B., fr: B. }, proofs: [listed] }
- { id: 1-07, stage: live, source: us, verb: c, floor: none, text: { en: C., fr: C. }, proofs: [listed] }
- { id: 1-08, stage: all, source: us, verb: d, floor: none, covers: [cookies],
    text: { en: D., fr: D. }, proofs: [listed],
    equivalents: [ { jurisdiction: ca-on, name: { en: Act, fr: Loi } } ] }
- { id: 1-09, stage: all, source: us, verb: e, floor: none, text: { en: E., fr: E. },
    proofs: [listed, seen] }
- { id: 1-10, stage: all, source: us, verb: f, floor: none, text: { en: F., fr: F. },
    proofs: [unseeable] }
- { id: 1-11, stage: all, source: us, verb: g, floor: none, covers: [cookies],
    text: { en: G., fr: G. }, proofs: [listed, reviewed] }
)";

constexpr const char* kProofs = R"(
- id: listed
  kind: declared
  asks: { en: Listed., fr: Énumérés. }
  must: "every c in cookies, if any: has c.why"
  fails: { en: "{c.name} has no reason.", fr: "{c.name} n’a pas de raison." }
  next: { en: Say why., fr: Dites pourquoi. }
- id: seen
  kind: observed
  fresh: P1D
  asks: { en: None hidden., fr: Aucun caché. }
  must: "every c in web.cookies, if any: c.declared and c.seen.secure"
  contradicted: "some c in web.cookies: not c.declared"
  fails: { en: "{c.name} is not safe.", fr: "{c.name} n’est pas sûr." }
  contradicts: { en: "{c.name} was seen.", fr: "{c.name} a été vu." }
  next: { en: Mend it., fr: Corrigez. }
- id: either
  kind: observed
  fresh: P1D
  asks: { en: Declared or seen., fr: Déclaré ou vu. }
  must: "has service.id or size(observed.http-cookie) > 0"
  fails: { en: "Nothing.", fr: "Rien." }
  next: { en: Look., fr: Regardez. }
- id: reviewed
  kind: recorded
  asks: { en: Reviewed., fr: Révisé. }
  must: 'some a in acts: a.here and a.current and a.kind == "review"'
  fails: { en: "No review.", fr: "Aucune révision." }
  next: { en: Review it., fr: Révisez. }
- id: unseeable
  kind: exercised
  fresh: P1D
  asks: { en: Exercised., fr: Exercé. }
  must: "every r in observed.rule-check: r.enforced"
  fails: { en: "Not enforced.", fr: "Non appliquée." }
  next: { en: Wait., fr: Attendez. }
)";

std::string ServiceText(const std::string& environment, const std::string& rest) {
  return "garant: 1\nservice:\n  id: dog-licences\n"
         "  name: { en: Dog licences, fr: Permis de chien }\n"
         "  stage: alpha\n  environment: " +
         environment +
         "\n  url: https://example\n  organization: { en: City, fr: Ville }\n"
         "  jurisdictions: [ca-on]\n"
         "people:\n"
         "  - { id: owner, role: owner, contact: a@example.org }\n"
         "systems:\n"
         "  - { id: web, kind: web-application, agency: A, internet: true }\n" +
         rest;
}

class AssessTest : public testing::Test {
 protected:
  AssessTest() {
    const standard::TestFolder folder(
        {{"standard.yaml", kAbout}, {"items/a.yaml", kItems}, {"proofs/a.yaml", kProofs}});
    base::Diagnostics diagnostics;
    standard_ = standard::Load(folder.path(), proof::FactTypes::Get(), diagnostics);
    Check(diagnostics);
    Declare(kListed);
  }

  static void Check(const base::Diagnostics& diagnostics) {
    for (const auto& one : diagnostics) ADD_FAILURE() << one.ToString(base::Language::kEnglish);
  }
  void Declare(const std::string& rest, const std::string& environment = "trial") {
    base::Diagnostics diagnostics;
    model_ = service::Model::Parse(ServiceText(environment, rest), "garant.yaml", diagnostics);
    Check(diagnostics);
  }
  void See(const std::string& kind, const std::string& subject, std::vector<trail::Fact> facts,
           base::Duration age = kHour, Vantage vantage = Vantage::kOutside) {
    Observation one;
    one.kind = kind;
    one.subject = subject;
    one.vantage = vantage;
    one.method = "harden.probe";
    one.time = kAsOf - age;
    one.facts = std::move(facts);
    one.entry = observations_.size();
    observations_.push_back(std::move(one));
  }
  // The probe ran and saw these cookies.
  void Run(std::initializer_list<const char*> cookies, base::Duration age = kHour,
           Vantage vantage = Vantage::kOutside) {
    See("crawl", "example:443", {{"pages", int64_t{3}}}, age, vantage);
    for (const char* cookie : cookies) See("http-cookie", cookie, {{"secure", true}}, age, vantage);
  }
  proof::Act& Sign(const std::string& kind, const std::string& item) {
    proof::Act act;
    act.id = "act:" + std::to_string(acts_.size());
    act.standing = proof::Standing::kCounts;
    act.kind = kind;
    act.item = item;
    act.by = "owner";
    act.at = kAsOf - kHour;
    act.expires = kAsOf + 24 * kHour;
    act.unchanged = true;
    act.statement = "For now.";
    act.entry = 100 + acts_.size();
    acts_.push_back(act);
    return acts_.back();
  }
  proof::Act& Excused(const std::string& item) {
    proof::Act& act = Sign("excuse", item);
    act.mode = "accepted";
    act.approved_by = "legal";
    act.approval = "act:approval";
    return act;
  }

  Judgement Judge(std::optional<Stage> stage = {}) {
    facts_.emplace(*model_,
                   proof::Evidence{.observations = observations_, .acts = acts_, .as_of = kAsOf});
    options_ = {.as_of = kAsOf, .stage = stage, .trust = {}};
    return Assess(*standard_, *facts_, options_);
  }
  const Verdict& Of(const Judgement& judgement, std::string_view item) const {
    return judgement
        .verdicts[static_cast<size_t>(standard_->FindItem(item) - standard_->items.data())];
  }
  State StateOf(std::string_view item) { return Of(Judge(), item).state; }
  Explanation Why(std::string_view item) {
    const Judgement judgement = Judge();
    return Explain(*standard_, *facts_, options_, judgement, Of(judgement, item).item);
  }

  static constexpr const char* kListed =
      "cookies: [ { name: a, purpose: essential, keep: session, "
      "why: { en: To sign in., fr: Ouvrir une session. } } ]\n";
  static constexpr const char* kUnlisted =
      "cookies: [ { name: a, purpose: essential, keep: session } ]\n";

  std::unique_ptr<const standard::Standard> standard_;
  std::unique_ptr<const service::Model> model_;
  std::vector<Observation> observations_;
  std::vector<proof::Act> acts_;
  std::optional<proof::ServiceFacts> facts_;
  Options options_;
};

TEST(StateTest, IsOrderedWorstFirst) {
  EXPECT_LT(State::kContradicted, State::kUnmet);
  EXPECT_LT(State::kUnmet, State::kUnknown);
  EXPECT_LT(State::kUnknown, State::kExcused);
  EXPECT_LT(State::kExcused, State::kMet);
}

TEST_F(AssessTest, EachAnswerGivesItsVerdict) {
  Run({"a"});
  EXPECT_EQ(StateOf("1-02"), State::kMet);
  Declare("");
  EXPECT_EQ(StateOf("1-05"), State::kUnmet) << "absent";
  Declare(kUnlisted);
  EXPECT_EQ(StateOf("1-05"), State::kUnmet);
  observations_.clear();
  EXPECT_EQ(StateOf("1-02"), State::kUnknown);
  EXPECT_EQ(StateOf("1-10"), State::kUnknown);
  EXPECT_EQ(Of(Judge(), "1-10").proofs[0].why, expr::Unknown::kNoObserver);
  Run({"a", "tracker"});
  EXPECT_EQ(StateOf("1-02"), State::kContradicted);
}

TEST_F(AssessTest, AnItemTakesTheWorstOfItsProofs) {
  EXPECT_EQ(StateOf("1-09"), State::kUnknown) << "met and unknown";
  Declare(kUnlisted);
  EXPECT_EQ(StateOf("1-09"), State::kUnmet) << "unmet and unknown";
  Run({"a", "tracker"});
  EXPECT_EQ(StateOf("1-09"), State::kContradicted) << "unmet and contradicted";
  Declare(kListed);
  observations_.clear();
  Run({"a"});
  EXPECT_EQ(StateOf("1-09"), State::kMet);
}

TEST_F(AssessTest, AParentIsNoBetterThanItsParts) {
  const Judgement judgement = Judge();
  const Verdict& parent = Of(judgement, "1-01");
  EXPECT_EQ(parent.own, State::kMet);
  EXPECT_EQ(parent.state, State::kUnknown);
  ASSERT_TRUE(parent.worst_child);
  EXPECT_EQ(standard_->items[*parent.worst_child].id, "1-02");
  EXPECT_THAT(Why("1-01").summary.en, testing::HasSubstr("1-02"));
  Excused("1-02");
  EXPECT_EQ(StateOf("1-02"), State::kExcused);
  EXPECT_EQ(StateOf("1-01"), State::kExcused);
  Run({"a", "tracker"});
  EXPECT_EQ(StateOf("1-01"), State::kContradicted);
  observations_.clear();
  Run({"a"});
  EXPECT_EQ(StateOf("1-01"), State::kMet);
}

TEST_F(AssessTest, AFloorIsNotReachedByWhatIsOnlyDeclared) {
  // `either` comes out true of the declaration alone, though its kind is to see.
  const Judgement judgement = Judge();
  EXPECT_EQ(Of(judgement, "1-03").state, State::kUnknown);
  Run({"a"});
  EXPECT_EQ(StateOf("1-03"), State::kUnknown) << "the declaration still decides";
  Declare(kUnlisted);
  EXPECT_EQ(StateOf("1-03"), State::kUnmet);
}

TEST_F(AssessTest, ARecordedProofNeedsAnActThatCounts) {
  EXPECT_EQ(StateOf("1-04"), State::kUnmet);
  Sign("review", "1-04");
  EXPECT_EQ(StateOf("1-04"), State::kMet);
  acts_[0].unchanged = false;
  EXPECT_EQ(StateOf("1-04"), State::kUnmet);
  acts_[0].unchanged = true;
  acts_[0].item = "1-05";
  EXPECT_EQ(StateOf("1-04"), State::kUnmet);
  acts_[0].item = "-";
  EXPECT_EQ(StateOf("1-04"), State::kMet) << "it speaks of the whole service";
  for (const proof::Standing standing :
       {proof::Standing::kClaimed, proof::Standing::kForged, proof::Standing::kExpired,
        proof::Standing::kReplayed, proof::Standing::kOtherService, proof::Standing::kNotYet,
        proof::Standing::kUnknownPerson, proof::Standing::kUnreadable}) {
    acts_[0].standing = standing;
    EXPECT_EQ(StateOf("1-04"), State::kUnmet);
  }
}

TEST_F(AssessTest, ObservationsGrowOld) {
  Run({"a"}, 25 * kHour);
  const Judgement judgement = Judge();
  EXPECT_EQ(Of(judgement, "1-02").state, State::kUnknown);
  EXPECT_EQ(Of(judgement, "1-02").proofs[0].why, expr::Unknown::kStale);
}

TEST_F(AssessTest, WhatIsTooOldContradictsNothing) {
  Run({"tracker"}, 25 * kHour);
  EXPECT_EQ(StateOf("1-02"), State::kUnknown);
}

TEST_F(AssessTest, LoopbackProvesNothingInProduction) {
  Run({"a"}, kHour, Vantage::kLoopback);
  EXPECT_EQ(StateOf("1-02"), State::kMet);
  EXPECT_TRUE(Judge().trial);
  Declare(kListed, "production");
  const Judgement judgement = Judge();
  EXPECT_FALSE(judgement.trial);
  EXPECT_EQ(Of(judgement, "1-02").state, State::kUnknown);
  EXPECT_EQ(Of(judgement, "1-02").proofs[0].why, expr::Unknown::kLoopbackOnly);
}

TEST_F(AssessTest, StagesSayWhatIsDue) {
  const auto due = [&](std::optional<Stage> stage) {
    const Judgement judgement = Judge(stage);
    return std::vector<Due>{Of(judgement, "1-01").due, Of(judgement, "1-05").due,
                            Of(judgement, "1-06").due, Of(judgement, "1-07").due};
  };
  using testing::ElementsAre;
  EXPECT_THAT(due({}), ElementsAre(Due::kNow, Due::kNow, Due::kNext, Due::kLater));
  EXPECT_THAT(due(Stage::kBeta), ElementsAre(Due::kNow, Due::kNow, Due::kNow, Due::kNext));
  EXPECT_THAT(due(Stage::kLive), ElementsAre(Due::kNow, Due::kNow, Due::kNow, Due::kNow));
  EXPECT_EQ(Judge(Stage::kLive).stage, Stage::kLive);
}

TEST_F(AssessTest, OnlyWhatIsDueCounts) {
  Judgement judgement;
  judgement.verdicts.resize(2);
  judgement.verdicts[0].state = State::kMet;
  judgement.verdicts[1].state = State::kUnmet;
  judgement.verdicts[1].due = Due::kNext;
  EXPECT_TRUE(judgement.AllDueMet());
  judgement.verdicts[1].due = Due::kNow;
  for (const State state : {State::kContradicted, State::kUnmet, State::kUnknown}) {
    judgement.verdicts[1].state = state;
    EXPECT_FALSE(judgement.AllDueMet());
  }
  judgement.verdicts[1].state = State::kExcused;
  EXPECT_TRUE(judgement.AllDueMet());
}

TEST_F(AssessTest, AnExcuseStandsInForUnmetAndUnknownButNeverForContradicted) {
  Excused("1-02");
  EXPECT_EQ(StateOf("1-02"), State::kExcused);
  EXPECT_EQ(Of(Judge(), "1-02").own, State::kUnknown);
  Run({"a", "tracker"});
  EXPECT_EQ(StateOf("1-02"), State::kContradicted);
  observations_.clear();
  Run({"a"});
  EXPECT_EQ(StateOf("1-02"), State::kMet) << "what is met needs no excuse";
  Declare(kUnlisted);
  Excused("1-05").covers = {};
  EXPECT_EQ(StateOf("1-05"), State::kExcused);
  EXPECT_EQ(StateOf("1-06"), State::kUnmet) << "it excuses one item";
}

TEST_F(AssessTest, AnExcuseThatDoesNotHoldExcusesNothingAndSaysWhy) {
  Declare(kUnlisted);
  const auto why_not = [&](auto change) {
    acts_.clear();
    change(Excused("1-08"));
    EXPECT_EQ(StateOf("1-08"), State::kUnmet);
    std::string told;
    for (const ProofExplanation& proof : Why("1-08").proofs)
      for (const Reason& reason : proof.reasons) told += reason.text.en + "\n";
    return told;
  };
  using testing::HasSubstr;
  EXPECT_THAT(why_not([](proof::Act& act) { act.approved_by = ""; }),
              HasSubstr("nobody else has approved it"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.unchanged = false; }), HasSubstr("changed since"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.covers = {"systems"}; }),
              HasSubstr("changed since"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.standing = proof::Standing::kExpired; }),
              HasSubstr("expired"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.standing = proof::Standing::kForged; }),
              HasSubstr("forged"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.standing = proof::Standing::kClaimed; }),
              HasSubstr("not signed"));
  EXPECT_THAT(why_not([](proof::Act& act) { act.mode = "not-applicable"; }),
              HasSubstr("an equivalent is named"));
  acts_.clear();
  Excused("1-08");
  EXPECT_EQ(StateOf("1-08"), State::kExcused) << "accepted for a time";
  Excused("1-05").mode = "not-applicable";
  EXPECT_EQ(StateOf("1-05"), State::kExcused) << "no equivalent is named";
  EXPECT_THAT(Why("1-05").summary.en, HasSubstr("Not applicable"));
}

TEST_F(AssessTest, OfSeveralExcusesTheLatestThatHoldsCounts) {
  Declare(kUnlisted);
  Excused("1-05").at = kAsOf - 3 * kHour;
  Excused("1-05").at = kAsOf - 2 * kHour;
  Excused("1-05").approved_by = "";
  const Judgement judgement = Judge();
  ASSERT_TRUE(Of(judgement, "1-05").excuse);
  EXPECT_EQ(Of(judgement, "1-05").excuse->act, "act:1");
}

TEST_F(AssessTest, AnApprovalOrAReviewIsNoExcuse) {
  Declare(kUnlisted);
  Excused("1-05").kind = "review";
  EXPECT_EQ(StateOf("1-05"), State::kUnmet);
  Excused("-");
  EXPECT_EQ(StateOf("1-05"), State::kUnmet) << "nobody excuses the whole service";
}

TEST_F(AssessTest, WhatCameLaterChangesNothing) {
  Run({"a"});
  const State before = StateOf("1-02");
  Run({"a", "tracker"}, -kHour);
  EXPECT_EQ(StateOf("1-02"), before);
}

TEST_F(AssessTest, TheOrderOfObservationsChangesNothing) {
  Run({"a", "tracker"});
  Run({"a"}, 2 * kHour);
  const auto states = [&] {
    std::vector<State> all;
    for (const Verdict& verdict : Judge().verdicts) all.push_back(verdict.state);
    return all;
  };
  const auto first = states();
  std::reverse(observations_.begin(), observations_.end());
  EXPECT_EQ(states(), first);
}

TEST_F(AssessTest, ExplainsInBothLanguagesWithPlacesAndWhatToDo) {
  Run({"a", "tracker", "spy"});
  const Explanation why = Why("1-02");
  ASSERT_EQ(why.proofs.size(), 1U);
  std::set<std::string> told;
  for (const Reason& reason : why.proofs[0].reasons) {
    told.insert(reason.text.en);
    EXPECT_NE(reason.text.fr, reason.text.en);
    EXPECT_TRUE(std::any_of(reason.origins.begin(), reason.origins.end(), [](const auto& origin) {
      return origin.world == expr::World::kObserved;
    }));
  }
  EXPECT_THAT(told, testing::ElementsAre("spy was seen.", "tracker was seen.")) << "each of them";
  EXPECT_EQ(why.proofs[0].next.en, "Mend it.");
  Declare(kUnlisted);
  EXPECT_THAT(Why("1-05").summary.en, testing::HasSubstr("a has no reason."));
  EXPECT_THAT(Why("1-05").summary.fr, testing::HasSubstr("a n’a pas de raison."));
}

TEST_F(AssessTest, TellsOfAnActThatDoesNotCountWhereItWasAskedFor) {
  Declare(kUnlisted);
  const auto told_with = [&](const std::string& kind) {
    acts_.clear();
    Sign(kind, "1-11").standing = proof::Standing::kClaimed;
    std::vector<std::string> proofs;
    for (const ProofExplanation& proof : Why("1-11").proofs)
      for (const Reason& reason : proof.reasons)
        if (reason.text.en == "An act does not count: " + kind +
                                  " by owner: " + proof::StandingText(proof::Standing::kClaimed).en)
          proofs.push_back(proof.id);
    return proofs;
  };
  EXPECT_THAT(told_with("review"), testing::ElementsAre("reviewed"));
  EXPECT_THAT(told_with("attestation"), testing::IsEmpty()) << "no proof asks for one";
  EXPECT_THAT(told_with("excuse"), testing::ElementsAre("listed")) << "it is for the whole item";
  acts_.clear();
  const std::string review = Sign("review", "1-11").id;
  Sign("approval", "1-11").of = review;
  acts_.back().standing = proof::Standing::kForged;
  for (const ProofExplanation& proof : Why("1-11").proofs)
    for (const Reason& reason : proof.reasons)
      EXPECT_THAT(reason.text.en, testing::Not(testing::HasSubstr("does not count")))
          << "the review is met without it";
}

TEST(VerdictWords, ExistInBothLanguages) {
  for (const State state :
       {State::kContradicted, State::kUnmet, State::kUnknown, State::kExcused, State::kMet}) {
    EXPECT_EQ(StateText(state).en, StateName(state));
    EXPECT_NE(StateText(state).fr, StateText(state).en);
  }
}

}  // namespace
}  // namespace garant::assess

#include "report/test_view.h"

#include <array>
#include <string>

namespace garant::report {
namespace {

using assess::Due;
using assess::State;
using base::Text;
using standard::Stage;

base::Time At(std::string_view text) { return *base::ParseTime(text); }

void AddGuidelines(standard::Standard& standard) {
  standard.guidelines = {
      {"9.1", {"Manage risk in proportion", "Gérer les risques avec mesure"}},
      {"9.2",
       {"Improve while people can trust that data stays private",
        "S’améliorer tout en méritant la confiance du public quant à ses données"}},
      {"9.3", {"Keep security out of people’s way", "Rendre la sécurité discrète"}},
      {"9.4",
       {"Meet every requirement of law and regulation",
        "Satisfaire à toutes les exigences des lois et des règlements"}}};
}

void AddItems(standard::Standard& standard) {
  constexpr std::array kHowMany = {size_t{1}, size_t{12}, size_t{15}, size_t{69}};
  const std::array kText = {
      Text{"Answer over HTTPS only, and nowhere else",
           "Répondre par HTTPS seulement, et nulle part "
           "ailleurs"},
      Text{"Document how personal data is collected, kept and disposed of, and have it reviewed",
           "Documenter comment les données personnelles sont recueillies, conservées et détruites, "
           "et faire réviser le tout"},
      Text{"Identify threats to security and privacy, and tested ways of reducing them",
           "Cerner les menaces à la sécurité et à la vie privée, et des moyens éprouvés de les "
           "réduire"}};
  for (size_t g = 0; g < kHowMany.size(); ++g) {
    for (size_t n = 1; n <= kHowMany[g]; ++n) {
      standard::Item item;
      item.id = standard.guidelines[g].id + (n < 10 ? "-0" : "-") + std::to_string(n);
      item.stage = std::array{Stage::kAll, Stage::kAlpha, Stage::kBeta, Stage::kLive}[n % 4];
      item.source = n % 3 == 0 ? "OneGC" : "ON";
      item.floor = n % 5 == 0 ? standard::Floor::kSeen : standard::Floor::kNone;
      item.text = kText[n % kText.size()];
      if (n % 11 == 3) {
        item.parent = standard.items.size() - 1;
        standard.items.back().children.push_back(standard.items.size());
      }
      standard.items.push_back(std::move(item));
    }
  }
  standard.items[0].equivalents = {{"ca",
                                    {"Privacy Act",
                                     "Loi sur la protection des renseignements "
                                     "personnels"}}};
}

assess::ProofExplanation ProofIn(State state, size_t number) {
  assess::ProofExplanation proof;
  proof.id = "example.proof-" + std::to_string(number % 9);
  proof.kind = static_cast<standard::ProofKind>(number % 7);
  proof.state = state;
  proof.asks = {"Every cookie that is set is declared.", "Chaque témoin déposé est déclaré."};
  proof.summary = {"The answer was found.", "La réponse a été trouvée."};
  const auto line = static_cast<uint32_t>(100 + number);
  if (state != State::kMet) {
    proof.reasons.push_back(
        {{"The service sets a cookie that nobody declared: " + std::string(kHostile),
          "Le service dépose un témoin que personne n’a déclaré : " + std::string(kHostile)},
         "every c in web.cookies: c.declared and 1 < 2",
         {{.world = expr::World::kDeclared, .line = line, .column = 5},
          {.world = expr::World::kObserved, .entry = 40 + number},
          {.world = expr::World::kDeclared, .line = line, .column = 5},
          {.world = expr::World::kActed, .entry = 7},
          {.world = expr::World::kDerived}}});
    const std::string which = std::to_string(number % 6);
    proof.next = {"Declare the cookie, or stop setting it (" + which + ").",
                  "Déclarez le témoin ou cessez de le déposer (" + which + ")."};
  }
  return proof;
}

void AddVerdicts(TestCase& test) {
  constexpr std::array kPattern = {State::kUnknown, State::kUnmet,   State::kMet,
                                   State::kUnknown, State::kUnmet,   State::kContradicted,
                                   State::kMet,     State::kUnknown, State::kExcused};
  for (size_t i = 0; i < test.standard.items.size(); ++i) {
    assess::Verdict verdict;
    verdict.item = i;
    verdict.own = verdict.state = kPattern[i % kPattern.size()];
    const Stage stage = test.standard.items[i].stage;
    verdict.due = stage == Stage::kLive ? Due::kNext : Due::kNow;
    assess::Explanation explanation;
    explanation.summary = {"What was seen decides here.", "Ce qui a été vu décide ici."};
    if (verdict.state == State::kExcused) {
      verdict.own = State::kUnmet;
      verdict.excuse = std::make_shared<const assess::Excuse>(
          assess::Excuse{.not_applicable = i % 2 == 0,
                         .act = "act:00112233445566aa",
                         .approval = "act:00112233445566bb",
                         .owner = "owner",
                         .approver = "privacy",
                         .reason = "The partner joins in March. " + std::string(kHostile),
                         .expires = At("2027-05-20")});
    }
    if (verdict.state == State::kContradicted && test.standard.items[i].children.size() > 0)
      verdict.worst_child = test.standard.items[i].children[0];
    verdict.proofs = {{i % 9, verdict.own, expr::Unknown::kNone, {}}, {0, State::kMet, {}, {}}};
    if (verdict.own == State::kUnknown) {
      verdict.proofs[0].why = expr::Unknown::kNoObserver;
      verdict.proofs[0].what = "http-cookie";
    }
    explanation.proofs = {ProofIn(verdict.own, i), ProofIn(State::kMet, i + 3)};
    test.judgement.verdicts.push_back(std::move(verdict));
    test.explanations.push_back(std::move(explanation));
  }
}

proof::Act ActIn(proof::Standing standing, uint64_t entry) {
  proof::Act act;
  act.id = "act:00112233445566" + std::to_string(10 + entry);
  act.standing = standing;
  act.kind = "review";
  act.item = entry % 2 == 0 ? "9.2-01" : "-";
  act.by = "privacy";
  act.role = "privacy-officer";
  act.at = At("2026-11-20T09:00:00Z");
  act.expires = At("2027-11-20");
  act.statement = "Read and found complete. " + std::string(kHostile);
  act.entry = entry;
  return act;
}

}  // namespace

View TestCase::AsView() const {
  return {.standard = standard,
          .judgement = judgement,
          .explanations = explanations,
          .service_name = {"Residential parking permits", "Permis de stationnement résidentiel"},
          .organization = {"City of Rivermouth", "Ville de Rivermouth"},
          .service_file = "examples/parking permits/garant.yaml",
          .trail_folder = ".garant/trail",
          .version = "0.1.0",
          .acts = acts};
}

size_t TestCase::First(State state) const {
  for (const assess::Verdict& verdict : judgement.verdicts)
    if (verdict.state == state && verdict.due == Due::kNow) return verdict.item;
  return standard.items.size();
}

std::unique_ptr<TestCase> MakeTestCase() {
  auto test = std::make_unique<TestCase>();
  test->standard.id = "digital-playbook-9";
  test->standard.version = "2026-11";
  test->standard.name = {"Digital Playbook (draft), guideline 9",
                         "Guide numérique (ébauche), ligne directrice 9"};
  AddGuidelines(test->standard);
  AddItems(test->standard);
  test->judgement.service = "parking-permits";
  test->judgement.standard = test->standard.id;
  test->judgement.standard_version = test->standard.version;
  test->judgement.stage = Stage::kBeta;
  test->judgement.as_of = At("2026-11-23T20:30:00Z");
  test->judgement.trial = true;
  test->judgement.trust = {.witnessed = false, .through = 0, .entries = 142};
  AddVerdicts(*test);
  test->acts = {ActIn(proof::Standing::kForged, 9), ActIn(proof::Standing::kCounts, 7),
                ActIn(proof::Standing::kClaimed, 8)};
  return test;
}

}  // namespace garant::report

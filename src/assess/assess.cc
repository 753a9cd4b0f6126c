#include "assess/assess.h"

#include <algorithm>

#include "assess/judge.h"

namespace garant::assess {
namespace {

using expr::Outcome;
using expr::Truth;
using standard::Item;
using standard::Proof;
using standard::ProofKind;
using standard::Stage;
using standard::Standard;

// Longer is not for a time; a year, leap or not.
constexpr std::chrono::days kLongestExcuse{366};

bool Sees(ProofKind kind) { return kind == ProofKind::kObserved || kind == ProofKind::kExercised; }
bool RestsOnActs(ProofKind kind) {
  return kind == ProofKind::kExternal || kind == ProofKind::kRecorded ||
         kind == ProofKind::kAttested;
}

Due DueAt(Stage item, Stage service) {
  if (item == Stage::kAll || item <= service) return Due::kNow;
  const int distance = static_cast<int>(item) - static_cast<int>(service);
  return distance == 1 ? Due::kNext : Due::kLater;
}

class Sitting {
 public:
  Sitting(const Standard& standard, const proof::ServiceFacts& facts, const Options& options)
      : standard_(standard),
        facts_(facts),
        options_(options),
        excused_(standard.items.size()),
        shared_(standard.proofs.size()) {}

  Judgement Judge() {
    Judgement judgement;
    judgement.service = std::string(facts_.model().id());
    judgement.standard = standard_.id;
    judgement.standard_version = standard_.version;
    judgement.stage = options_.stage.value_or(
        standard::ParseStage(facts_.model().stage()).value_or(Stage::kAlpha));
    judgement.as_of = options_.as_of;
    judgement.trial = facts_.model().trial();
    judgement.trust = options_.trust;
    for (const proof::Act* act : facts_.excuses())
      if (const Item* item = standard_.FindItem(act->item))
        excused_[static_cast<size_t>(item - standard_.items.data())] = true;
    judgement.verdicts.resize(standard_.items.size());
    for (size_t i = 0; i < standard_.items.size(); ++i) {
      Verdict& verdict = judgement.verdicts[i];
      verdict.item = i;
      verdict.due = DueAt(standard_.items[i].stage, judgement.stage);
      JudgeOwn(standard_.items[i], verdict);
    }
    std::vector<bool> done(standard_.items.size());
    for (size_t i = 0; i < standard_.items.size(); ++i) Combine(i, judgement.verdicts, done);
    return judgement;
  }

 private:
  void JudgeOwn(const Item& item, Verdict& verdict) {
    const bool own = std::any_of(item.proofs.begin(), item.proofs.end(),
                                 [&](size_t index) { return standard_.proofs[index].reads_item; });
    const expr::Value& root = own ? facts_.RootFor(item) : facts_.Root();
    bool seen = false;
    verdict.proofs.reserve(item.proofs.size());
    for (const size_t index : item.proofs) {
      const Proof& proof = standard_.proofs[index];
      const ProofVerdict*& shared = shared_[index];
      const ProofVerdict& one = verdict.proofs.emplace_back(
          shared != nullptr ? *shared : JudgeProof(proof, index, root, options_.as_of));
      if (!proof.reads_item) shared = &one;
      verdict.own = std::min(verdict.own, one.state);
      seen = seen || (one.state == State::kMet && Sees(proof.kind));
    }
    if (item.floor == standard::Floor::kSeen && verdict.own == State::kMet && !seen) {
      verdict.own = State::kUnknown;
      verdict.floor_not_reached = true;
    }
    if (!excused_[verdict.item]) return;
    if (auto excuse = FindExcuse(item, facts_))
      verdict.excuse = std::make_shared<const Excuse>(*std::move(excuse));
  }

  // A parent is as bad as its worst child; the reader made sure that there are no rings.
  State Combine(size_t index, std::vector<Verdict>& verdicts, std::vector<bool>& done) {
    Verdict& verdict = verdicts[index];
    if (done[index]) return verdict.state;
    verdict.state = verdict.own;
    for (const size_t child : standard_.items[index].children) {
      const State state = Combine(child, verdicts, done);
      if (state < verdict.state) {
        verdict.state = state;
        verdict.worst_child = child;
      }
    }
    const bool excusable = verdict.state == State::kUnmet || verdict.state == State::kUnknown;
    if (excusable && verdict.excuse) verdict.state = State::kExcused;
    done[index] = true;
    return verdict.state;
  }

  const Standard& standard_;
  const proof::ServiceFacts& facts_;
  const Options& options_;
  std::vector<bool> excused_;  // by item: some act says so, whether it counts or not
  // Of proofs that do not depend on the item; each stands in the first verdict that asked for it.
  std::vector<const ProofVerdict*> shared_;
};

}  // namespace

expr::Options ExpressionOptions(const Proof& proof, base::Time as_of) {
  expr::Options options;
  options.now = as_of;
  options.horizon = as_of - proof.fresh;
  return options;
}

ProofVerdict JudgeProof(const Proof& proof, size_t index, const expr::Value& root,
                        base::Time as_of) {
  const expr::Options options = ExpressionOptions(proof, as_of);
  ProofVerdict verdict;
  verdict.proof = index;
  if (proof.contradicted) {
    const Outcome against = proof.contradicted->Evaluate(root, options);
    // Without an observation there is nothing that could contradict: then `must` decides alone.
    if (against.truth == Truth::kTrue && against.rests_on_observation) {
      verdict.state = State::kContradicted;
      return verdict;
    }
  }
  const Outcome outcome = proof.must.Evaluate(root, options);
  switch (outcome.truth) {
    case Truth::kFalse:
    case Truth::kAbsent:
      verdict.state = State::kUnmet;
      break;
    case Truth::kUnknown:
      verdict.state = State::kUnknown;
      verdict.why = outcome.why;
      verdict.what = outcome.what;
      break;
    case Truth::kTrue:
      verdict.state = State::kMet;
      if (Sees(proof.kind) && !outcome.rests_on_observation) {
        verdict.state = State::kUnknown;
        verdict.why = expr::Unknown::kNeverObserved;
      } else if (RestsOnActs(proof.kind) && !outcome.rests_on_act) {
        verdict.state = State::kUnmet;
      }
      break;
  }
  return verdict;
}

std::optional<Excuse> FindExcuse(const Item& item, const proof::ServiceFacts& facts) {
  std::optional<Excuse> best;
  base::Time best_at{};
  for (const proof::Act* excuse : facts.excuses()) {
    const proof::Act& act = *excuse;
    if (act.item != item.id || WhyNoExcuse(act, item, facts)) continue;
    if (best && act.at <= best_at) continue;
    best_at = act.at;
    best = Excuse{.not_applicable = act.mode == "not-applicable",
                  .act = act.id,
                  .approval = act.approval,
                  .owner = act.by,
                  .approver = act.approved_by,
                  .reason = act.statement,
                  .expires = act.expires};
  }
  return best;
}

std::optional<base::Text> WhyNoExcuse(const proof::Act& act, const Item& item,
                                      const proof::ServiceFacts& facts) {
  if (act.standing != proof::Standing::kCounts) return proof::StandingText(act.standing);
  if (!proof::IsCurrent(act, item))
    return base::Text{"what it was signed over has changed since",
                      "ce sur quoi il a été signé a changé depuis"};
  if (act.expires - act.at > kLongestExcuse)
    return base::Text{"it is to last longer than a year", "il doit durer plus d’un an"};
  if (act.approved_by.empty())
    return base::Text{"nobody else has approved it", "personne d’autre ne l’a approuvé"};
  if (act.mode == "not-applicable" && facts.HasEquivalent(item))
    return base::Text{
        "an equivalent is named for this jurisdiction, so the item applies",
        "un équivalent est nommé pour cette administration, donc l’élément s’applique"};
  return std::nullopt;
}

Judgement Assess(const Standard& standard, const proof::ServiceFacts& facts,
                 const Options& options) {
  return Sitting(standard, facts, options).Judge();
}

}  // namespace garant::assess

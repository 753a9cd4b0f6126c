#include <algorithm>
#include <set>

#include "assess/assess.h"
#include "assess/judge.h"

namespace garant::assess {
namespace {

using base::Language;
using base::Text;
using expr::Cause;
using expr::Unknown;
using standard::Item;
using standard::Proof;
using standard::Standard;

Text operator+(const Text& a, const Text& b) { return {a.en + b.en, a.fr + b.fr}; }

// What a quantified element is called: the first text in its record, such as a route or an id.
std::string NameOf(const expr::Value& value) {
  if (value.kind() == expr::Kind::kText) return std::string(value.text());
  if (value.kind() != expr::Kind::kRecord) return {};
  for (const expr::Value& field : value.record().fields)
    if (field.kind() == expr::Kind::kText) return std::string(field.text());
  return {};
}

std::string Subject(const Cause& cause) {
  std::string subject;
  for (const auto& [name, value] : cause.bindings) {
    const std::string called = NameOf(value);
    if (!called.empty()) subject += (subject.empty() ? "" : " · ") + called;
  }
  return subject;
}

using Group = std::vector<Cause>;

bool SameElement(const expr::Value& a, const expr::Value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.kind() == expr::Kind::kRecord) return &a.record() == &b.record();
  return a.kind() == expr::Kind::kText && a.text() == b.text();
}

// The elements that `a` speaks of are the first of those that `b` speaks of.
bool LeadsTo(const Cause& a, const Cause& b) {
  if (a.bindings.size() > b.bindings.size()) return false;
  for (size_t i = 0; i < a.bindings.size(); ++i)
    if (a.bindings[i].first != b.bindings[i].first ||
        !SameElement(a.bindings[i].second, b.bindings[i].second))
      return false;
  return true;
}

// One group for each element that decided: what was said of one route stands together, and what was
// said on the way to it (of the flow that the route belongs to) stands with it.
std::vector<Group> GroupByElement(std::vector<Cause> causes) {
  std::stable_sort(causes.begin(), causes.end(), [](const Cause& a, const Cause& b) {
    return a.bindings.size() > b.bindings.size();
  });
  std::vector<Group> groups;
  for (Cause& cause : causes) {
    bool taken = false;
    for (Group& group : groups)
      if (LeadsTo(cause, group.front()) &&
          (!cause.bindings.empty() || group.front().bindings.empty())) {
        const bool said = std::any_of(group.begin(), group.end(), [&](const Cause& one) {
          return one.says.en == cause.says.en;
        });
        if (!said) group.push_back(cause);
        taken = true;
      }
    if (!taken) groups.push_back({std::move(cause)});
  }
  return groups;
}

Text WhyUnknown(Unknown why, std::string_view what) {
  const std::string about = what.empty() ? "" : " (" + std::string(what) + ")";
  switch (why) {
    case Unknown::kNoObserver:
      return {"No observer: nothing in this version of Garant can observe this yet" + about + ".",
              "Aucun observateur : rien dans cette version de Garant ne peut encore l’observer" +
                  about + "."};
    case Unknown::kLoopbackOnly:
      return {"It was seen only from the loopback address, which proves nothing about outside" +
                  about + ".",
              "Cela n’a été vu que de l’adresse de bouclage, ce qui ne prouve rien de l’extérieur" +
                  about + "."};
    case Unknown::kElsewhere:
      return {"What was seen was made under another declaration of where the service is" + about +
                  ": look again with garant probe.",
              "Ce qui a été vu l’a été sous une autre déclaration de l’endroit où est le service" +
                  about + " : regardez de nouveau avec garant probe."};
    case Unknown::kBounded:
      return {"The look ended at its bound: there was more than was seen" + about + ".",
              "Le parcours s’est arrêté à sa limite : il y avait plus que ce qui a été vu" + about +
                  "."};
    case Unknown::kStale:
      return {"The observation is too old" + about + ".",
              "L’observation est trop ancienne" + about + "."};
    case Unknown::kOverflow:
    case Unknown::kCost:
      return {"The proof would cost too much to work out on this model.",
              "La preuve serait trop coûteuse à établir sur ce modèle."};
    case Unknown::kNone:
    case Unknown::kNeverObserved:
      return {"It was never observed" + about + ".", "Cela n’a jamais été observé" + about + "."};
  }
  return {};
}

class ProofExplainer {
 public:
  ProofExplainer(const Proof& proof, const ProofVerdict& verdict, const expr::Value& root,
                 base::Time as_of)
      : proof_(proof), verdict_(verdict), root_(root), options_(ExpressionOptions(proof, as_of)) {}

  ProofExplanation Explain() {
    ProofExplanation explanation;
    explanation.id = proof_.id;
    explanation.kind = proof_.kind;
    explanation.state = verdict_.state;
    explanation.asks = proof_.asks;
    const bool against = verdict_.state == State::kContradicted;
    const expr::Expression& expression = against ? *proof_.contradicted : proof_.must;
    for (const Group& group : GroupByElement(expression.Explain(root_, options_)))
      explanation.reasons.push_back(ToReason(group));
    explanation.summary = Summary(explanation.reasons);
    if (verdict_.state != State::kMet) explanation.next = proof_.next;
    return explanation;
  }

 private:
  // A reason of a contradiction is its sentence: the values are those that the proof looked for.
  Reason ToReason(const Group& group) const {
    const Cause& cause = group.front();
    Reason reason;
    Text says;
    for (const Cause& one : group) {
      says = says.en.empty() ? one.says : says + Text{"; " + one.says.en, "; " + one.says.fr};
      reason.expression += (reason.expression.empty() ? "" : "; ") + one.source;
      for (const expr::Origin& origin : one.origins)
        if (std::find(reason.origins.begin(), reason.origins.end(), origin) == reason.origins.end())
          reason.origins.push_back(origin);
    }
    const bool against = verdict_.state == State::kContradicted;
    const auto& en = against ? proof_.contradicts_en : proof_.fails_en;
    const auto& fr = against ? proof_.contradicts_fr : proof_.fails_fr;
    const bool tells = against || verdict_.state == State::kUnmet;
    if (tells && en && fr && en->SpeaksOf(cause) && fr->SpeaksOf(cause)) {
      reason.text = {en->Render(root_, cause, options_, Language::kEnglish),
                     fr->Render(root_, cause, options_, Language::kFrench)};
      if (!against && !says.en.empty())
        reason.text = reason.text + Text{" (" + says.en + ")", " (" + says.fr + ")"};
      return reason;
    }
    const std::string subject = Subject(cause);
    const Text prefix = subject.empty() ? Text{} : Text{subject + ": ", subject + " : "};
    reason.text = prefix + says;
    // Without an element to name, what was asked for is what is missing.
    if (tells) reason.text = proof_.asks + Text{" – ", " – "} + reason.text;
    return reason;
  }

  Text Summary(const std::vector<Reason>& reasons) const {
    switch (verdict_.state) {
      case State::kMet:
        return {"It holds.", "Elle tient."};
      case State::kUnknown:
        return WhyUnknown(verdict_.why, verdict_.what);
      case State::kContradicted:
        return {"The declaration says one thing, and the trail shows another.",
                "La déclaration dit une chose et le journal en montre une autre."};
      default:
        break;
    }
    if (!reasons.empty()) return reasons.front().text;
    return {"Nothing here proves it.", "Rien ici ne le prouve."};
  }

  const Proof& proof_;
  const ProofVerdict& verdict_;
  const expr::Value& root_;
  expr::Options options_;
};

Text ExcuseText(const Excuse& excuse) {
  const std::string until = base::FormatDate(excuse.expires);
  const Text how = excuse.not_applicable ? Text{"Not applicable", "Sans objet"}
                                         : Text{"Accepted for a time", "Accepté pour un temps"};
  return how + Text{", until " + until + ": " + excuse.reason + " (" + excuse.owner +
                        ", approved by " + excuse.approver + ")",
                    ", jusqu’au " + until + " : " + excuse.reason + " (" + excuse.owner +
                        ", approuvé par " + excuse.approver + ")"};
}

// The worst proof speaks for the item.
const ProofExplanation* Worst(const std::vector<ProofExplanation>& proofs) {
  const auto worst = std::min_element(
      proofs.begin(), proofs.end(), [](const auto& a, const auto& b) { return a.state < b.state; });
  return worst == proofs.end() ? nullptr : &*worst;
}

Text Summary(const Standard& standard, const Verdict& verdict,
             const std::vector<ProofExplanation>& proofs) {
  if (verdict.state == State::kExcused && verdict.excuse) return ExcuseText(*verdict.excuse);
  if (verdict.worst_child) {
    const Item& child = standard.items[*verdict.worst_child];
    return {"It is no better than " + child.id + ", a part of it.",
            "Il ne vaut pas mieux que " + child.id + ", qui en fait partie."};
  }
  if (verdict.floor_not_reached)
    return {"Everything declared holds, but nothing was seen to happen.",
            "Tout ce qui est déclaré tient, mais rien n’a été vu se produire."};
  const ProofExplanation* worst = Worst(proofs);
  if (worst == nullptr)
    return {"All of its parts are met.", "Toutes ses parties sont satisfaites."};
  if (worst->state == State::kMet)
    return {"Every proof holds and is fresh.", "Chaque preuve tient et est récente."};
  if (worst->state == State::kContradicted && !worst->reasons.empty())
    return worst->reasons.front().text;
  return worst->summary;
}

bool Quotes(const std::string& source, std::string_view word) {
  return source.find('"' + std::string(word) + '"') != std::string::npos;
}

// Whether a proof asks for such an act: it reads acts, and where it names kinds or roles of them,
// this one's too.
bool AsksFor(const Proof& proof, const proof::Act& act) {
  const std::vector<std::string>& reads = proof.must.Reads();
  const auto reads_any = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](std::string_view name) {
      return std::ranges::find(reads, name) != reads.end();
    });
  };
  if (act.kind == "external" && reads_any({"parts.assessments", "parts.findings", "parts.sharing"}))
    return true;
  if (!reads_any({"acts"})) return false;
  const expr::RecordType& type =
      *proof::FactTypes::Get()
           .RootType()
           .fields[static_cast<size_t>(proof::FactTypes::Get().RootType().Find("acts"))]
           .type.record;
  const auto names_others = [&](std::string_view field, const std::string& own) {
    const auto& allowed = type.fields[static_cast<size_t>(type.Find(field))].allowed;
    return !own.empty() && !Quotes(proof.must.source(), own) &&
           std::ranges::any_of(allowed,
                               [&](const auto& word) { return Quotes(proof.must.source(), word); });
  };
  return !names_others("kind", act.kind) && !names_others("role", act.role);
}

std::optional<Text> WhyNot(const proof::Act& act, const Item& item,
                           const proof::ServiceFacts& facts) {
  if (act.kind == "excuse") return WhyNoExcuse(act, item, facts);
  if (act.standing != proof::Standing::kCounts) return proof::StandingText(act.standing);
  // A document speaks of its own section, whatever else the item is about.
  const bool changed = act.kind == "external" ? !act.unchanged : !proof::IsCurrent(act, item);
  if (act.kind != "engagement" && changed)
    return Text{"what it was signed over has changed since",
                "ce sur quoi il a été signé a changé depuis"};
  return std::nullopt;
}

// What an act is asked for by: itself, or what it approves.
const proof::Act& Approved(const proof::Act& act, const proof::ServiceFacts& facts) {
  if (act.kind == "approval" && !act.of.empty())
    for (const proof::Act& other : facts.acts())
      if (other.id == act.of && other.kind != "approval") return other;
  return act;
}

// Acts on the item that do not count are told with the proof that asks for them. An excuse is for
// the item as a whole: it is told with the first proof that does not hold.
void TellOfActs(const Standard& standard, const Item& item, const Verdict& verdict,
                const proof::ServiceFacts& facts, std::vector<ProofExplanation>& proofs) {
  for (const proof::Act& act : facts.acts()) {
    if (act.item != item.id) continue;
    const std::optional<Text> why = WhyNot(act, item, facts);
    if (!why) continue;
    const proof::Act& asked = Approved(act, facts);
    for (size_t i = 0; i < proofs.size(); ++i) {
      if (proofs[i].state == State::kMet) continue;
      if (asked.kind != "excuse" && !AsksFor(standard.proofs[verdict.proofs[i].proof], asked))
        continue;
      Reason reason;
      reason.text = Text{"An act does not count: " + act.kind + " by " + act.by + ": ",
                         "Un acte ne compte pas : " + act.kind + ", " + act.by + " : "} +
                    *why;
      reason.origins = {{.world = expr::World::kActed, .entry = act.entry}};
      proofs[i].reasons.push_back(std::move(reason));
      break;
    }
  }
}

}  // namespace

Explanation Explain(const Standard& standard, const proof::ServiceFacts& facts,
                    const Options& options, const Judgement& judgement, size_t item) {
  const Verdict& verdict = judgement.verdicts[item];
  const expr::Value& root = facts.RootFor(standard.items[item]);
  Explanation explanation;
  for (const ProofVerdict& one : verdict.proofs)
    explanation.proofs.push_back(
        ProofExplainer(standard.proofs[one.proof], one, root, options.as_of).Explain());
  TellOfActs(standard, standard.items[item], verdict, facts, explanation.proofs);
  explanation.summary = Summary(standard, verdict, explanation.proofs);
  return explanation;
}

}  // namespace garant::assess

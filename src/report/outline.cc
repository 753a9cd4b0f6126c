#include "report/outline.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "report/phrases.h"

namespace garant::report {

using assess::State;
using base::Text;

size_t Counts::Total() const {
  return std::accumulate(by_state.begin(), by_state.end(), size_t{0});
}

size_t Counts::Fine() const { return Of(State::kMet) + Of(State::kExcused); }

Counts CountDue(const View& view, assess::Due due) {
  return Count(view, [due](const standard::Item&, const assess::Verdict& verdict) {
    return verdict.due == due;
  });
}

size_t GuidelineIndex(const standard::Standard& standard, const standard::Item& item) {
  const standard::Guideline* guideline = standard.GuidelineOf(item);
  if (guideline == nullptr) return standard.guidelines.size();
  return static_cast<size_t>(guideline - standard.guidelines.data());
}

std::vector<const assess::Verdict*> DueNow(const View& view, State state) {
  std::vector<const assess::Verdict*> due;
  for (const assess::Verdict& verdict : view.judgement.verdicts)
    if (verdict.due == assess::Due::kNow && verdict.state == state) due.push_back(&verdict);
  return due;
}

std::vector<Step> FirstSteps(const View& view) {
  std::vector<Step> steps;
  std::map<std::string, size_t> known;  // by the English text
  for (const State state : {State::kContradicted, State::kUnmet, State::kUnknown}) {
    for (const assess::Verdict* verdict : DueNow(view, state)) {
      for (const assess::ProofExplanation& proof : view.explanations[verdict->item].proofs) {
        // Of an item's proofs only the worst decide.
        if (proof.state != verdict->own || proof.next.en.empty()) continue;
        const auto [at, fresh] = known.emplace(proof.next.en, steps.size());
        if (fresh) steps.push_back({proof.next, {}, false});
        Step& step = steps[at->second];
        step.contradiction |= proof.state == State::kContradicted;
        if (step.items.empty() || step.items.back() != verdict->item)
          step.items.push_back(verdict->item);
      }
    }
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    if (a.contradiction != b.contradiction) return a.contradiction;
    return a.items.size() > b.items.size();
  });
  return steps;
}

Text StageText(standard::Stage stage) {
  switch (stage) {
    case standard::Stage::kAlpha:
      return Say(Phrase::kAlpha);
    case standard::Stage::kBeta:
      return Say(Phrase::kBeta);
    case standard::Stage::kLive:
      return Say(Phrase::kLive);
    case standard::Stage::kAll:
      return Say(Phrase::kAll);
  }
  return {};
}

Text DueText(assess::Due due) {
  switch (due) {
    case assess::Due::kNow:
      return Say(Phrase::kDueNow);
    case assess::Due::kNext:
      return Say(Phrase::kDueNext);
    case assess::Due::kLater:
      return Say(Phrase::kDueLater);
  }
  return {};
}

Text KindText(standard::ProofKind kind) {
  switch (kind) {
    case standard::ProofKind::kObserved:
      return Say(Phrase::kObserved);
    case standard::ProofKind::kExercised:
      return Say(Phrase::kExercised);
    case standard::ProofKind::kDerived:
      return Say(Phrase::kDerived);
    case standard::ProofKind::kExternal:
      return Say(Phrase::kExternal);
    case standard::ProofKind::kRecorded:
      return Say(Phrase::kRecorded);
    case standard::ProofKind::kAttested:
      return Say(Phrase::kAttested);
    case standard::ProofKind::kDeclared:
      return Say(Phrase::kDeclared);
  }
  return {};
}

Text TrustText(const assess::Trust& trust) {
  if (!trust.witnessed || trust.through == 0) return Say(Phrase::kUnwitnessed);
  return Say(Phrase::kWitnessed, {std::to_string(trust.through - 1)});
}

Text EntriesText(uint64_t entries) {
  const std::string number = std::to_string(entries);
  const Text one = Say(Phrase::kEntryOne, {number});
  const Text many = Say(Phrase::kEntries, {number});
  return {entries == 1 ? one.en : many.en, entries < 2 ? one.fr : many.fr};
}

Text Headline(const View& view) {
  const Counts due = CountDue(view, assess::Due::kNow);
  if (due.Total() == 0) return Say(Phrase::kHeadlineNothing);
  if (due.Fine() == due.Total()) return Say(Phrase::kHeadlineAll);
  return Say(Phrase::kHeadline, {std::to_string(due.Fine()), std::to_string(due.Total())});
}

std::string Moment(base::Time time) {
  const std::string full = base::FormatTime(time);  // 2026-11-23T20:30:00Z
  return full.substr(0, 10) + " " + full.substr(11, 5) + " UTC";
}

Text Place(const View& view, const expr::Origin& origin) {
  switch (origin.world) {
    case expr::World::kDeclared: {
      const base::Where where{view.service_file, origin.line, origin.column};
      return Say(Phrase::kDeclaredAt, {where.ToString()});
    }
    case expr::World::kObserved:
      return Say(Phrase::kObservedIn, {std::to_string(origin.entry)});
    case expr::World::kActed: {
      for (const proof::Act& act : view.acts)
        if (act.entry == origin.entry)
          return Say(Phrase::kActedBy,
                     {act.kind, act.by, base::FormatDate(act.at), std::to_string(act.entry)});
      return Say(Phrase::kActedIn, {std::to_string(origin.entry)});
    }
    case expr::World::kNone:
    case expr::World::kDerived:
      return {};
  }
  return {};
}

std::vector<Text> Places(const View& view, const assess::Reason& reason) {
  std::vector<Text> places;
  for (const expr::Origin& origin : reason.origins) {
    Text place = Place(view, origin);
    if (!place.en.empty() && std::find(places.begin(), places.end(), place) == places.end())
      places.push_back(std::move(place));
    // Something that was seen and is not declared: where it would have to stand.
    if (origin.world != expr::World::kObserved || origin.line == 0) continue;
    const base::Where where{view.service_file, origin.line, origin.column};
    Text missing = Say(Phrase::kNotDeclaredAt, {where.ToString()});
    if (std::find(places.begin(), places.end(), missing) == places.end())
      places.push_back(std::move(missing));
  }
  return places;
}

Text ExcuseTerm(const assess::Excuse& excuse) {
  const std::string until = base::FormatDate(excuse.expires);
  if (!excuse.not_applicable) return Say(Phrase::kExcuseAccepted, {until});
  const Text none = Say(Phrase::kExcuseNone);
  const Text term = Say(Phrase::kExcuseUntil, {until});
  return {none.en + ", " + term.en, none.fr + ", " + term.fr};
}

}  // namespace garant::report

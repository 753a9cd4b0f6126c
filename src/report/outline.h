#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "report/report.h"

// What all renderings say alike: counts, order, names and places. Decides nothing.
namespace garant::report {

constexpr size_t kStates = 5;
inline constexpr std::array kWorstFirst = {assess::State::kContradicted, assess::State::kUnmet,
                                           assess::State::kUnknown, assess::State::kExcused,
                                           assess::State::kMet};
inline constexpr std::array kStages = {standard::Stage::kAlpha, standard::Stage::kBeta,
                                       standard::Stage::kLive, standard::Stage::kAll};
inline constexpr std::array kDues = {assess::Due::kNow, assess::Due::kNext, assess::Due::kLater};

struct Counts {
  std::array<size_t, kStates> by_state{};

  void Add(assess::State state) { ++by_state[static_cast<size_t>(state)]; }
  [[nodiscard]] size_t Of(assess::State state) const {
    return by_state[static_cast<size_t>(state)];
  }
  [[nodiscard]] size_t Total() const;
  [[nodiscard]] size_t Fine() const;  // met or excused
};

// Counts of the items that `keep(item, verdict)` holds for.
template <typename Keep>
[[nodiscard]] Counts Count(const View& view, Keep keep) {
  Counts counts;
  for (const assess::Verdict& verdict : view.judgement.verdicts)
    if (keep(view.standard.items[verdict.item], verdict)) counts.Add(verdict.state);
  return counts;
}
[[nodiscard]] Counts CountDue(const View& view, assess::Due due);

// The standard's index of the guideline that an item belongs to; one past the last where none.
[[nodiscard]] size_t GuidelineIndex(const standard::Standard& standard, const standard::Item& item);

// Verdicts due now in one state, in the standard's order.
[[nodiscard]] std::vector<const assess::Verdict*> DueNow(const View& view, assess::State state);

// One thing to do and the items due now that it helps: those that end contradictions first, then
// those that help most items.
struct Step {
  base::Text what;
  std::vector<size_t> items;
  bool contradiction = false;
};
[[nodiscard]] std::vector<Step> FirstSteps(const View& view);

[[nodiscard]] base::Text StageText(standard::Stage stage);
[[nodiscard]] base::Text DueText(assess::Due due);
[[nodiscard]] base::Text KindText(standard::ProofKind kind);
[[nodiscard]] base::Text TrustText(const assess::Trust& trust);
[[nodiscard]] base::Text EntriesText(uint64_t entries);
[[nodiscard]] base::Text Headline(const View& view);
// Of a judgement's moment or an act's: "2026-11-23 20:30 UTC".
[[nodiscard]] std::string Moment(base::Time time);
// Where a value came from, so that it can be checked; empty where it was only worked out.
[[nodiscard]] base::Text Place(const View& view, const expr::Origin& origin);
// Places of a reason, each once, in order.
[[nodiscard]] std::vector<base::Text> Places(const View& view, const assess::Reason& reason);
[[nodiscard]] base::Text ExcuseTerm(const assess::Excuse& excuse);

}  // namespace garant::report

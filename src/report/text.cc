#include <algorithm>

#include "report/escape.h"
#include "report/outline.h"
#include "report/phrases.h"
#include "report/report.h"
#include "report/terminal.h"
#include "report/text_item.h"

namespace garant::report {
namespace {

using assess::State;
using base::Text;

constexpr size_t kMostSteps = 7;
constexpr size_t kMostReasons = 4;
constexpr size_t kMostNamed = 6;

class Overview {
 public:
  Overview(const View& view, base::Language language, const TextOptions& options)
      : view_(view), options_(options), out_(options, language) {}

  std::string Render() && {
    Head();
    Table();
    Contradictions();
    if (options_.verbosity != Verbosity::kBrief) {
      OneLineEach(Phrase::kUnmetDue, State::kUnmet);
      OneLineEach(Phrase::kUnknownDue, State::kUnknown);
    }
    Steps();
    if (options_.verbosity == Verbosity::kFull) {
      out_.Heading(Say(Phrase::kItems));
      for (const assess::Verdict& verdict : view_.judgement.verdicts) {
        out_.Blank();
        WriteItem(view_, verdict, out_);
      }
    }
    return std::move(out_).Take();
  }

 private:
  [[nodiscard]] const std::string& In(const Text& text) const { return text.In(out_.language()); }
  [[nodiscard]] std::string SayIn(Phrase phrase) const { return In(Say(phrase)); }

  void Head() {
    const assess::Judgement& judgement = view_.judgement;
    std::string title = In(view_.service_name);
    if (!In(view_.organization).empty()) title += " · " + In(view_.organization);
    out_.Raw(out_.Styled(Style::kBold, title));
    out_.Paragraph(In(view_.standard.name) + " (" + judgement.standard_version + ") · " +
                   SayIn(Phrase::kStage) + " " + In(StageText(judgement.stage)) + " · " +
                   Moment(judgement.as_of) + " · " + In(EntriesText(judgement.trust.entries)) +
                   ", " + In(TrustText(judgement.trust)));
    if (judgement.trial)
      out_.Paragraph(SayIn(Phrase::kTrialSays), out_.Styled(Style::kUnknown, "! "), 2);
    out_.Blank();
    out_.Raw(out_.Styled(Style::kBold, In(Headline(view_))));
    if (const size_t against = DueNow(view_, State::kContradicted).size(); against > 0)
      out_.Paragraph(Say(Phrase::kHeadlineContradicted, {std::to_string(against)}));
  }

  void Row(const std::string& name, const Counts& counts, size_t due_left, size_t first_width,
           const std::vector<size_t>& widths, Style style) {
    std::string line = out_.Styled(style, PadRight(Plain(name), first_width));
    for (size_t i = 0; i < kStates; ++i) {
      const size_t count = counts.Of(kWorstFirst[i]);
      const std::string cell = PadLeft(count == 0 ? "·" : std::to_string(count), widths[i]);
      line += "  " + out_.Styled(count == 0 ? Style::kDim : StyleOf(kWorstFirst[i]), cell);
    }
    line += "  " + PadLeft(std::to_string(counts.Total()), widths[kStates]);
    line += "  " + PadLeft(due_left == 0 ? "·" : std::to_string(due_left), widths[kStates + 1]);
    out_.Raw(line);
  }

  // Guideline × stage, and for each row how many items are due now and neither met nor excused.
  void Table() {
    std::vector<size_t> widths;
    std::vector<std::string> names;
    for (const State state : kWorstFirst) names.push_back(In(assess::StateText(state)));
    names.push_back(SayIn(Phrase::kTotal));
    names.push_back(SayIn(Phrase::kToDo));
    for (const std::string& name : names) widths.push_back(Width(name));
    size_t first = Width(SayIn(Phrase::kEveryStage)) + 2;
    for (const standard::Stage stage : kStages)
      first = std::max(first, Width(In(StageText(stage))) + 2);
    std::string header = PadRight("", first);
    for (size_t i = 0; i < names.size(); ++i) header += "  " + PadLeft(names[i], widths[i]);
    out_.Blank();
    out_.Raw(out_.Styled(Style::kDim, header));

    const auto& guidelines = view_.standard.guidelines;
    for (size_t g = 0; g <= guidelines.size(); ++g) {
      const auto in_guideline = [&](const standard::Item& item) {
        return GuidelineIndex(view_.standard, item) == g;
      };
      const Counts all =
          Count(view_, [&](const auto& item, const auto&) { return in_guideline(item); });
      if (all.Total() == 0) continue;
      if (g < guidelines.size())
        out_.Raw(out_.Styled(Style::kBold, guidelines[g].id + " " + In(guidelines[g].title)));
      for (const standard::Stage stage : kStages) {
        const auto here = [&](const standard::Item& item) {
          return in_guideline(item) && item.stage == stage;
        };
        const Counts counts =
            Count(view_, [&](const auto& item, const auto&) { return here(item); });
        if (counts.Total() > 0)
          Row("  " + In(StageText(stage)), counts, DueLeft(here), first, widths, Style::kPlain);
      }
    }
    const auto everything = [](const standard::Item&) { return true; };
    Row(SayIn(Phrase::kTotal), Count(view_, [](const auto&, const auto&) { return true; }),
        DueLeft(everything), first, widths, Style::kBold);
  }

  template <typename Here>
  [[nodiscard]] size_t DueLeft(Here here) const {
    const Counts due = Count(view_, [&](const auto& item, const assess::Verdict& verdict) {
      return verdict.due == assess::Due::kNow && here(item);
    });
    return due.Total() - due.Fine();
  }

  void Contradictions() {
    const auto against = DueNow(view_, State::kContradicted);
    if (against.empty()) return;
    out_.Heading(Say(Phrase::kContradictions));
    for (const assess::Verdict* verdict : against) {
      OneLine(*verdict);
      if (verdict->worst_child && verdict->own != State::kContradicted)
        out_.Paragraph(Say(Phrase::kWorstPart, {view_.standard.items[*verdict->worst_child].id}),
                       "    ", 4);
      for (const auto& proof : view_.explanations[verdict->item].proofs)
        if (proof.state == State::kContradicted) WriteReasons(view_, proof, kMostReasons, 4, out_);
    }
  }

  void OneLine(const assess::Verdict& verdict) {
    const standard::Item& item = view_.standard.items[verdict.item];
    const std::string lead = "  " + out_.Styled(StyleOf(verdict.state), item.id) + "  ";
    out_.Paragraph(item.text, lead, Width(Plain(item.id)) + 4);
  }

  void OneLineEach(Phrase title, State state) {
    const auto due = DueNow(view_, state);
    if (due.empty()) return;
    out_.Heading(Say(title));
    for (const assess::Verdict* verdict : due) {
      OneLine(*verdict);
      const std::string& summary = In(view_.explanations[verdict->item].summary);
      if (!summary.empty()) out_.Paragraph(summary, "      – ", 8);
    }
  }

  void Steps() {
    out_.Heading(Say(Phrase::kFirst));
    const std::vector<Step> steps = FirstSteps(view_);
    if (steps.empty()) {
      const Counts due = CountDue(view_, assess::Due::kNow);
      if (due.Fine() == due.Total())
        out_.Paragraph(Say(Phrase::kNothingToDo), "  ", 2);
      else
        out_.Paragraph(Say(Phrase::kMoreInFull), "  ", 2);
    }
    for (size_t i = 0; i < std::min(steps.size(), kMostSteps); ++i) {
      std::string helped;
      for (size_t k = 0; k < std::min(steps[i].items.size(), kMostNamed); ++k)
        helped += (k == 0 ? "" : ", ") + view_.standard.items[steps[i].items[k]].id;
      if (steps[i].items.size() > kMostNamed)
        helped +=
            " " + In(Say(Phrase::kAndMore, {std::to_string(steps[i].items.size() - kMostNamed)}));
      const std::string number = PadLeft(std::to_string(i + 1) + ".", 4) + " ";
      out_.Paragraph(In(steps[i].what) + " (" + In(Say(Phrase::kHelps, {helped})) + ")", number,
                     Width(number));
    }
  }

  const View& view_;
  TextOptions options_;
  Terminal out_;
};

}  // namespace

std::string RenderText(const View& view, base::Language language, const TextOptions& options) {
  return Overview(view, language, options).Render();
}

}  // namespace garant::report

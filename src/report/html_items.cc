#include "report/escape.h"
#include "report/html_parts.h"

namespace garant::report {
namespace {

using assess::State;

class ItemMarkup {
 public:
  ItemMarkup(const View& view, const assess::Verdict& verdict)
      : view_(view),
        item_(view.standard.items[verdict.item]),
        verdict_(verdict),
        explanation_(view.explanations[verdict.item]) {}

  [[nodiscard]] std::string Render() const {
    const standard::Guideline* guideline = view_.standard.GuidelineOf(item_);
    const std::string attributes =
        Attribute("class", "item") + Attribute("id", ItemAnchor(item_)) +
        Attribute("data-state", assess::StateName(verdict_.state)) +
        Attribute("data-due", assess::DueName(verdict_.due)) +
        Attribute("data-guideline", guideline == nullptr ? "" : guideline->id) +
        Attribute("data-stage", standard::StageName(item_.stage));
    return Element("details", attributes,
                   Summary() + "<div class=\"body\">" + Facts() + Why() + Excuse() + Proofs() +
                       "</div>") +
           "\n";
  }

 private:
  [[nodiscard]] std::string Summary() const {
    return "<summary><span class=\"row\">" + StateBadge(verdict_.state) +
           "<h4><span class=\"id\">" + Html(item_.id) + "</span> " + Both(item_.text) +
           "</h4><span class=\"due\">" + Both(DueText(verdict_.due)) + "</span></span></summary>";
  }

  [[nodiscard]] std::string Facts() const {
    const assess::Judgement& judgement = view_.judgement;
    std::string out = "<ul class=\"facts\">";
    if (judgement.trial)
      out += "<li><strong class=\"stamp\">" + Both(Phrase::kTrial) + "</strong></li>";
    out += "<li>" + Both(TrustText(judgement.trust)) + "</li>";
    out += "<li>" + Both(Phrase::kStage) + " " + Both(StageText(item_.stage)) + "</li>";
    out += "<li>" + Both(Phrase::kSource) + " " + Html(item_.source) + "</li>";
    if (item_.parent)
      out += "<li>" + Both(Phrase::kPartOf, {""}) + ItemLink(view_, *item_.parent) + "</li>";
    if (!item_.children.empty()) {
      std::string parts;
      for (const size_t child : item_.children)
        parts += (parts.empty() ? " " : ", ") + ItemLink(view_, child);
      out += "<li>" + Both(Phrase::kParts) + parts + "</li>";
    }
    for (const standard::Equivalent& equivalent : item_.equivalents)
      out += "<li>" + Both(Phrase::kEquivalents) + " " + Both(equivalent.name) + " (" +
             Html(equivalent.jurisdiction) + ")</li>";
    return out + "</ul>";
  }

  [[nodiscard]] std::string Why() const {
    std::string out = "<p class=\"why\">" + Both(explanation_.summary);
    if (verdict_.worst_child)
      out += " (" + Both(Phrase::kWorstPart, {""}) + ItemLink(view_, *verdict_.worst_child) + ")";
    return out + "</p>";
  }

  [[nodiscard]] std::string Excuse() const {
    if (!verdict_.excuse) return {};
    const assess::Excuse& excuse = *verdict_.excuse;
    return "<div class=\"excuse\"><p><strong>" + Both(ExcuseTerm(excuse)) + "</strong> (" +
           Both(Say(Phrase::kWithoutExcuse, {assess::StateText(verdict_.own)})) + ")</p><p>" +
           Html(excuse.reason) + "</p><p>" +
           Both(Phrase::kExcuseBy, {excuse.owner, excuse.approver}) + " <code>" + Html(excuse.act) +
           "</code> <code>" + Html(excuse.approval) + "</code></p></div>";
  }

  [[nodiscard]] std::string Proofs() const {
    if (explanation_.proofs.empty()) return {};
    std::string out = "<h5>" + Both(Phrase::kProofs) + "</h5><ul class=\"proofs\">";
    for (const assess::ProofExplanation& proof : explanation_.proofs) out += Proof(proof);
    return out + "</ul>";
  }

  [[nodiscard]] std::string Proof(const assess::ProofExplanation& proof) const {
    std::string out = "<li><p class=\"asks\">" + StateBadge(proof.state) + " " + Both(proof.asks) +
                      "</p><p class=\"of\"><code>" + Html(proof.id) + "</code> " +
                      Both(KindText(proof.kind)) + "</p>";
    if (!proof.summary.en.empty()) out += "<p>" + Both(proof.summary) + "</p>";
    if (!proof.reasons.empty()) {
      out += "<ul class=\"reasons\">";
      for (const assess::Reason& reason : proof.reasons) out += Reason(reason);
      out += "</ul>";
    }
    if (!proof.next.en.empty())
      out += "<p class=\"next\"><strong>" + Both(Phrase::kNext) + "</strong> " + Both(proof.next) +
             "</p>";
    return out + "</li>";
  }

  [[nodiscard]] std::string Reason(const assess::Reason& reason) const {
    std::string out = "<li><p>" + Both(reason.text) + "</p>";
    const std::vector<base::Text> places = Places(view_, reason);
    if (!places.empty()) {
      out += "<ul class=\"places\">";
      for (const base::Text& place : places) out += "<li>" + Both(place) + "</li>";
      out += "</ul>";
    }
    if (!reason.expression.empty())
      out += "<p class=\"rule\">" + Both(Phrase::kRule) + " <code>" + Html(reason.expression) +
             "</code></p>";
    return out + "</li>";
  }

  const View& view_;
  const standard::Item& item_;
  const assess::Verdict& verdict_;
  const assess::Explanation& explanation_;
};

std::string Choice(std::string_view group, std::string_view value, const std::string& label) {
  return "<label><input type=\"checkbox\"" + Attribute("name", group) + Attribute("value", value) +
         "/><span>" + label + "</span></label>";
}

std::string Choices(Phrase legend, const std::string& choices) {
  return "<fieldset><legend>" + Both(legend) + "</legend><div>" + choices + "</div></fieldset>\n";
}

// Hidden until the script runs: without it nothing would happen, and every item is there anyway.
std::string Filters(const View& view) {
  std::string states;
  for (const State state : kWorstFirst)
    states += Choice("state", assess::StateName(state),
                     StateIcon(state) + Both(assess::StateText(state)));
  std::string dues;
  for (const assess::Due due : kDues)
    dues += Choice("due", assess::DueName(due), Both(DueText(due)));
  std::string guidelines;
  for (const standard::Guideline& guideline : view.standard.guidelines)
    guidelines += Choice("guideline", guideline.id, Html(guideline.id));
  std::string stages;
  for (const standard::Stage stage : kStages)
    stages += Choice("stage", standard::StageName(stage), Both(StageText(stage)));
  return "<div id=\"filters\" role=\"search\" aria-labelledby=\"filters-name\" hidden=\"hidden\">\n"
         "<h3 id=\"filters-name\">" +
         Both(Phrase::kFilters) + "</h3>\n<p><label for=\"text\">" + Both(Phrase::kSearch) +
         "</label> <input type=\"search\" id=\"text\" autocomplete=\"off\"/></p>\n" +
         Choices(Phrase::kState, states) + Choices(Phrase::kDue, dues) +
         Choices(Phrase::kGuideline, guidelines) + Choices(Phrase::kStage, stages) +
         "<p class=\"buttons\"><button type=\"button\" id=\"clear\">" + Both(Phrase::kClear) +
         "</button> <button type=\"button\" id=\"open\">" + Both(Phrase::kOpenAll) +
         "</button> <button type=\"button\" id=\"close\">" + Both(Phrase::kCloseAll) +
         "</button></p>\n<p id=\"shown\" role=\"status\">" +
         Both(Phrase::kShown, {std::to_string(view.judgement.verdicts.size()),
                               std::to_string(view.judgement.verdicts.size())}) +
         "</p>\n</div>\n";
}

}  // namespace

std::string ItemsSection(const View& view) {
  std::string out =
      "<section id=\"items\" aria-labelledby=\"items-name\">\n<h2 id=\"items-name\">" +
      Both(Phrase::kItems) + "</h2>\n" + Filters(view);
  const auto& guidelines = view.standard.guidelines;
  for (size_t g = 0; g <= guidelines.size(); ++g) {
    std::string items;
    for (const assess::Verdict& verdict : view.judgement.verdicts)
      if (GuidelineIndex(view.standard, view.standard.items[verdict.item]) == g)
        items += ItemMarkup(view, verdict).Render();
    if (items.empty()) continue;
    const std::string anchor = "guideline-" + std::to_string(g);
    const std::string title = g < guidelines.size()
                                  ? Html(guidelines[g].id) + " " + Both(guidelines[g].title)
                                  : Both(Phrase::kItems);
    out += "<section class=\"guideline\" id=\"" + anchor + "\" aria-labelledby=\"" + anchor +
           "-name\">\n<h3 id=\"" + anchor + "-name\">" + title + "</h3>\n" + items + "</section>\n";
  }
  return out + "<p id=\"none\" hidden=\"hidden\">" + Both(Phrase::kNoneShown) +
         "</p>\n</section>\n";
}

}  // namespace garant::report

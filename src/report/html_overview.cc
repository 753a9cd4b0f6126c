#include <algorithm>

#include "report/escape.h"
#include "report/html_parts.h"

namespace garant::report {
namespace {

using assess::State;

constexpr size_t kMostSteps = 10;

// Where a number of the overview leads: the script turns the attributes into a filter; without it
// the link still goes to the guideline's items.
struct Filter {
  std::string_view guideline;
  std::string_view stage;
  std::string_view due;
  std::string_view target;
};

std::string CountLink(State state, size_t count, const Filter& filter) {
  std::string attributes = Attribute("href", "#" + std::string(filter.target)) +
                           Attribute("class", "count " + std::string(assess::StateName(state))) +
                           Attribute("data-state", assess::StateName(state));
  if (!filter.guideline.empty()) attributes += Attribute("data-guideline", filter.guideline);
  if (!filter.stage.empty()) attributes += Attribute("data-stage", filter.stage);
  if (!filter.due.empty()) attributes += Attribute("data-due", filter.due);
  return Element("a", attributes,
                 StateIcon(state) + "<b>" + std::to_string(count) + "</b> <span class=\"word\">" +
                     Both(assess::StateText(state)) + "</span>");
}

std::string Cell(const Counts& counts, const Filter& filter) {
  if (counts.Total() == 0)
    return "<td class=\"empty\"><span aria-hidden=\"true\">–</span><span class=\"unseen\">" +
           Both(Phrase::kNone) + "</span></td>";
  std::string list;
  for (const State state : kWorstFirst)
    if (counts.Of(state) > 0) list += "<li>" + CountLink(state, counts.Of(state), filter) + "</li>";
  return "<td>" + Bar(counts) + "<ul class=\"counts\">" + list + "</ul></td>";
}

std::string Matrix(const View& view) {
  std::string head = "<th scope=\"col\">" + Both(Phrase::kGuideline) + "</th>";
  for (const standard::Stage stage : kStages)
    head += "<th scope=\"col\">" + Both(StageText(stage)) + "</th>";
  head += "<th scope=\"col\">" + Both(Phrase::kTotal) + "</th>";

  std::string rows;
  const auto& guidelines = view.standard.guidelines;
  for (size_t g = 0; g < guidelines.size(); ++g) {
    const std::string target = "guideline-" + std::to_string(g);
    std::string row = "<th scope=\"row\"><a href=\"#" + target + "\">" + Html(guidelines[g].id) +
                      "</a> " + Both(guidelines[g].title) + "</th>";
    const auto here = [&](const standard::Item& item) {
      return GuidelineIndex(view.standard, item) == g;
    };
    for (const standard::Stage stage : kStages)
      row += Cell(
          Count(view, [&](const standard::Item& item,
                          const assess::Verdict&) { return item.stage == stage && here(item); }),
          {guidelines[g].id, standard::StageName(stage), {}, target});
    row += Cell(Count(view, [&](const auto& item, const auto&) { return here(item); }),
                {guidelines[g].id, {}, {}, target});
    rows += "<tr>" + row + "</tr>\n";
  }
  return "<p class=\"hint\">" + Both(Phrase::kTableHint) +
         "</p>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
         "aria-labelledby=\"matrix-name\">"
         "<table class=\"matrix\"><caption class=\"unseen\" id=\"matrix-name\">" +
         Both(Phrase::kGuideline) + " × " + Both(Phrase::kStage) + "</caption><thead><tr>" + head +
         "</tr></thead><tbody>\n" + rows + "</tbody></table></div>";
}

}  // namespace

std::string OverviewSection(const View& view) {
  std::string out = "<section id=\"overview\" aria-labelledby=\"overview-name\">\n";
  out += "<h2 id=\"overview-name\">" + Both(Phrase::kOverview) + "</h2>\n";
  out += "<p class=\"headline\">" + Both(Headline(view));
  if (const size_t against = DueNow(view, State::kContradicted).size(); against > 0)
    out += " " + Both(Phrase::kHeadlineContradicted, {std::to_string(against)});
  out += "</p>\n";
  const Counts due = CountDue(view, assess::Due::kNow);
  std::string list;
  for (const State state : kWorstFirst)
    list += "<li>" + CountLink(state, due.Of(state), {{}, {}, "now", "items"}) + "</li>";
  out += "<div class=\"now\">" + Bar(due) + "<ul class=\"counts\">" + list + "</ul></div>\n";
  return out + Matrix(view) + "</section>\n";
}

std::string StepsSection(const View& view) {
  std::string out =
      "<section id=\"first\" aria-labelledby=\"first-name\">\n<h2 id=\"first-name\">" +
      Both(Phrase::kFirst) + "</h2>\n";
  const std::vector<Step> steps = FirstSteps(view);
  if (steps.empty()) {
    const Counts due = CountDue(view, assess::Due::kNow);
    const bool fine = due.Fine() == due.Total();
    return out + "<p>" + Both(fine ? Phrase::kNothingToDo : Phrase::kMoreInFull) +
           "</p></section>\n";
  }
  out += "<ol class=\"steps\">\n";
  for (size_t i = 0; i < std::min(steps.size(), kMostSteps); ++i) {
    std::string items;
    for (const size_t item : steps[i].items)
      items += (items.empty() ? "" : ", ") + ItemLink(view, item);
    out += "<li><p>" + Both(steps[i].what) + "</p><p class=\"helps\">" +
           (steps[i].contradiction ? StateBadge(State::kContradicted) + " " : "") + items +
           "</p></li>\n";
  }
  out += "</ol>\n";
  if (steps.size() > kMostSteps)
    out += "<p>" + Both(Phrase::kAndMore, {std::to_string(steps.size() - kMostSteps)}) + "</p>\n";
  return out + "</section>\n";
}

}  // namespace garant::report

#include <algorithm>

#include "report/escape.h"
#include "report/html_parts.h"

namespace garant::report {
namespace {

std::string Row(const View& view, const proof::Act& act) {
  const auto& items = view.standard.items;
  const auto item =
      std::find_if(items.begin(), items.end(), [&](const auto& it) { return it.id == act.item; });
  std::string about = Html(act.item);
  if (item != items.end()) about = ItemLink(view, static_cast<size_t>(item - items.begin()));
  if (act.item == "-") about = Both(Phrase::kWholeService);
  const bool counts = act.standing == proof::Standing::kCounts;
  const bool readable = act.standing != proof::Standing::kUnreadable;
  return "<tr><td>" + std::to_string(act.entry) + "</td><td>" + Html(act.kind) + "</td><td>" +
         about + "</td><td>" + Html(act.by) +
         (act.role.empty() ? "" : " (" + Html(act.role) + ")") + "</td><td>" +
         (readable ? base::FormatDate(act.at) : "–") + "</td><td>" +
         (readable ? base::FormatDate(act.expires) : "–") + "</td><td>" +
         Element("span", Attribute("class", counts ? "counts-yes" : "counts-no"),
                 Both(proof::StandingText(act.standing))) +
         "</td><td>" + Html(act.statement) + "</td></tr>\n";
}

}  // namespace

std::string ActsSection(const View& view) {
  std::string out = "<section id=\"acts\" aria-labelledby=\"acts-name\">\n<h2 id=\"acts-name\">" +
                    Both(Phrase::kActs) + "</h2>\n";
  if (view.acts.empty()) return out + "<p>" + Both(Phrase::kNoActs) + "</p></section>\n";
  std::string head;
  for (const Phrase phrase :
       {Phrase::kEntry, Phrase::kKind, Phrase::kItem, Phrase::kBy, Phrase::kSigned,
        Phrase::kExpires, Phrase::kStanding, Phrase::kStatement})
    head += "<th scope=\"col\">" + Both(phrase) + "</th>";
  std::vector<const proof::Act*> acts;
  for (const proof::Act& act : view.acts) acts.push_back(&act);
  std::stable_sort(acts.begin(), acts.end(),
                   [](const auto* a, const auto* b) { return a->entry < b->entry; });
  std::string rows;
  for (const proof::Act* act : acts) rows += Row(view, *act);
  return out + "<p class=\"hint\">" + Both(Phrase::kActsSay) +
         "</p>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
         "aria-labelledby=\"acts-table\">"
         "<table class=\"acts\"><caption class=\"unseen\" id=\"acts-table\">" +
         Both(Phrase::kActsTable) + "</caption><thead><tr>" + head + "</tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n</section>\n";
}

std::string ReadingSection(const View& view) {
  std::string out =
      "<section id=\"reading\" aria-labelledby=\"reading-name\">\n<h2 id=\"reading-name\">" +
      Both(Phrase::kReading) + "</h2>\n<dl class=\"meanings\">";
  const std::pair<assess::State, Phrase> meanings[] = {
      {assess::State::kContradicted, Phrase::kContradictedMeans},
      {assess::State::kUnmet, Phrase::kUnmetMeans},
      {assess::State::kUnknown, Phrase::kUnknownMeans},
      {assess::State::kExcused, Phrase::kExcusedMeans},
      {assess::State::kMet, Phrase::kMetMeans}};
  for (const auto& [state, phrase] : meanings)
    out += "<div><dt>" + StateBadge(state) + "</dt><dd>" + Both(phrase) + "</dd></div>\n";
  out += "</dl>\n<p>" + Both(Phrase::kKindsMean) + "</p>\n";
  if (view.judgement.trial) out += "<p>" + Both(Phrase::kTrialSays) + "</p>\n";
  if (!view.judgement.trust.witnessed) out += "<p>" + Both(Phrase::kUnwitnessedSays) + "</p>\n";
  return out + "<p>" + Both(Phrase::kVerdictMeans) + "</p>\n</section>\n";
}

}  // namespace garant::report

#include "base/bytes.h"
#include "report/assets.h"
#include "report/escape.h"
#include "report/html_parts.h"

namespace garant::report {
namespace {

// Comments that hide the marks of a CDATA section from CSS and JavaScript: the page reads as XML
// too.
std::string InCdata(std::string_view text) {
  return "/*<![CDATA[*/\n" + std::string(text) + "/*]]>*/";
}

std::string HashSource(std::string_view text) {
  return "'sha256-" + base::ToBase64(base::Sha256(base::AsBytes(text))) + "'";
}

std::string Head(const View& view, base::Language language) {
  const std::string style = InCdata(kStyleSheet);
  const std::string script = InCdata(kScript);
  const base::Text report = Say(Phrase::kReport);
  const base::Text title = {view.service_name.en + " · " + report.en,
                            view.service_name.fr + " · " + report.fr};
  return "<!DOCTYPE html>\n<html" +
         Attribute("lang", language == base::Language::kFrench ? "fr" : "en") +
         Attribute("data-title-en", title.en) + Attribute("data-title-fr", title.fr) +
         ">\n<head>\n<meta charset=\"utf-8\"/>\n"
         "<meta http-equiv=\"Content-Security-Policy\"" +
         Attribute("content", HtmlPolicy()) +
         "/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
         "<meta name=\"color-scheme\" content=\"light dark\"/>\n<meta name=\"generator\"" +
         Attribute("content", "Garant " + view.version) +
         "/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>" +
         Html(title.In(language)) + "</title>\n<link rel=\"icon\" href=\"data:,\"/>\n<style>" +
         style + "</style>\n<script>" + script + "</script>\n</head>\n";
}

// One shape for each state, so that none is told by its colour alone.
constexpr std::string_view kShapes = R"(<svg class="shapes" aria-hidden="true">
<symbol id="shape-contradicted" viewBox="0 0 16 16"><path d="M8 0 16 8 8 16 0 8Z" fill="currentColor"/><path class="on" d="M5 6.6h6M5 9.4h6M9.6 4.6 6.4 11.4"/></symbol>
<symbol id="shape-unmet" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="1.5" fill="currentColor"/><path class="on" d="M5 5l6 6M11 5l-6 6"/></symbol>
<symbol id="shape-unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.7" class="line" stroke-dasharray="3 2.2"/><path class="line" d="M5.9 6.2a2.1 2.1 0 1 1 2.9 2c-.6.2-.8.6-.8 1.2M8 11.3v.6"/></symbol>
<symbol id="shape-excused" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.7" class="line"/><path class="line" d="M4.8 8h6.4"/></symbol>
<symbol id="shape-met" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.4" fill="currentColor"/><path class="on" d="M4.6 8.3 7 10.7l4.6-5.2"/></symbol>
</svg>
)";

std::string Banner(const View& view) {
  const assess::Judgement& judgement = view.judgement;
  const auto fact = [](Phrase name, const std::string& value) {
    return "<div><dt>" + Both(name) + "</dt><dd>" + value + "</dd></div>\n";
  };
  std::string out =
      "<header>\n<div class=\"top\"><p class=\"brand\">Garant</p>\n"
      "<div id=\"languages\" role=\"group\" aria-labelledby=\"languages-name\" "
      "hidden=\"hidden\"><span class=\"unseen\" id=\"languages-name\">" +
      Both(Phrase::kLanguages) +
      "</span><button type=\"button\" lang=\"en\" data-language=\"en\">English</button>"
      "<button type=\"button\" lang=\"fr\" data-language=\"fr\">Français</button>"
      "</div></div>\n<h1>" +
      Both(view.service_name) + "</h1>\n";
  out += "<p class=\"organization\">" + Both(view.organization) + "</p>\n";
  if (judgement.trial) out += "<p class=\"trial\">" + Both(Phrase::kTrialSays) + "</p>\n";
  out += "<dl class=\"about\">\n";
  out += fact(Phrase::kStandard,
              Both(view.standard.name) + " (" + Html(judgement.standard_version) + ")");
  out += fact(Phrase::kStage, Both(StageText(judgement.stage)));
  out += fact(Phrase::kAsOf, "<time" + Attribute("datetime", base::FormatTime(judgement.as_of)) +
                                 ">" + Moment(judgement.as_of) + "</time>");
  out += fact(Phrase::kEvidence,
              Both(EntriesText(judgement.trust.entries)) + ", " + Both(TrustText(judgement.trust)));
  out += fact(Phrase::kServiceFile, "<code>" + Html(view.service_file) + "</code>");
  out += fact(Phrase::kTrail, view.trail_folder.empty()
                                  ? Both(Phrase::kNoTrail)
                                  : "<code>" + Html(view.trail_folder) + "</code>");
  return out + "</dl>\n</header>\n";
}

std::string Contents() {
  const std::pair<std::string_view, Phrase> sections[] = {{"overview", Phrase::kOverview},
                                                          {"first", Phrase::kFirst},
                                                          {"items", Phrase::kItems},
                                                          {"acts", Phrase::kActs},
                                                          {"reading", Phrase::kReading}};
  std::string list;
  for (const auto& [id, phrase] : sections)
    list += "<li><a href=\"#" + std::string(id) + "\">" + Both(phrase) + "</a></li>";
  return "<nav aria-labelledby=\"contents-name\"><span class=\"unseen\" id=\"contents-name\">" +
         Both(Phrase::kContents) + "</span><ul>" + list + "</ul></nav>\n";
}

}  // namespace

std::string HtmlPolicy() {
  return "default-src 'none'; style-src " + HashSource(InCdata(kStyleSheet)) + "; script-src " +
         HashSource(InCdata(kScript)) + "; img-src data:; base-uri 'none'; form-action 'none'";
}

std::string RenderHtml(const View& view, base::Language language) {
  return Head(view, language) + "<body>\n<a class=\"skip\" href=\"#main\">" + Both(Phrase::kSkip) +
         "</a>\n" + std::string(kShapes) + Banner(view) + Contents() +
         "<main id=\"main\" tabindex=\"-1\">\n" + OverviewSection(view) + StepsSection(view) +
         ItemsSection(view) + ActsSection(view) + ReadingSection(view) + "</main>\n<footer><p>" +
         Both(Phrase::kMadeBy, {view.version}) + "</p></footer>\n</body>\n</html>\n";
}

}  // namespace garant::report

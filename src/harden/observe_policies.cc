#include <algorithm>
#include <cctype>
#include <set>

#include "harden/notice.h"
#include "harden/observe.h"
#include "harden/route_template.h"
#include "harden/words.h"
#include "service/route.h"

namespace garant::harden {
namespace {

std::string Key(const Url& url) { return url.path + "?" + url.query; }

bool IsTokenByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool Mentions(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const size_t end = at + name.size();
    if ((at == 0 || !IsTokenByte(text[at - 1])) && (end == text.size() || !IsTokenByte(text[end])))
      return true;
  }
  return false;
}

bool TimeIsOver(const Survey& survey, bool& late) {
  late = late || TimeLeft(survey.deadline).count() == 0;
  return late;
}

// A page that nobody declared but that a link announces, and that answers.
std::string FindUndeclared(const Survey& survey, bool privacy, bool& late) {
  for (const Visit& visit : survey.crawl.visits) {
    if (TimeIsOver(survey, late)) break;
    for (const Link& link : visit.page.links) {
      const std::string words = link.text + " " + link.to.path;
      if (!survey.site.Holds(link.to) || !(privacy ? AnnouncesPrivacy : AnnouncesCookies)(words))
        continue;
      for (const Visit& other : survey.crawl.visits)
        if (other.url.path == link.to.path && other.shows_page()) return other.route;
    }
  }
  return {};
}

std::vector<const Visit*> VersionsOf(const Survey& survey, const std::string& route) {
  std::set<std::string> keys;
  for (const Visit& visit : survey.crawl.visits) {
    if (visit.route != route || visit.facts.status != 200) continue;
    keys.insert(Key(visit.url));
    for (const Link& link : visit.page.links)
      if (survey.site.Holds(link.to) &&
          (link.language.starts_with("en") || link.language.starts_with("fr")))
        keys.insert(Key(link.to));
  }
  std::vector<const Visit*> versions;
  for (const Visit& visit : survey.crawl.visits)
    if (visit.facts.status == 200 && keys.contains(Key(visit.url))) versions.push_back(&visit);
  return versions;
}

std::vector<std::string> CookiesNamed(const Survey& survey, const ProbeTarget& target,
                                      const std::vector<const Visit*>& versions, bool& late) {
  std::set<std::string> names(target.cookies.begin(), target.cookies.end());
  for (const Visit& visit : survey.crawl.visits)
    for (const SetCookie& cookie : visit.facts.cookies) names.insert(SafeName(cookie.name));
  std::vector<std::string> named;
  for (const std::string& name : names) {
    if (TimeIsOver(survey, late)) break;
    if (!name.empty() && !versions.empty() &&
        std::all_of(versions.begin(), versions.end(),
                    [&](const Visit* visit) { return Mentions(visit->page.text, name); }))
      named.push_back(name);
  }
  return named;
}

}  // namespace

PolicyLook FindPolicy(const Survey& survey, const ProbeTarget& target, bool privacy) {
  PolicyLook look;
  look.route = privacy ? target.privacy_route : target.cookies_route;
  look.declared = !look.route.empty();
  if (!look.declared) look.route = FindUndeclared(survey, privacy, look.late);
  if (look.route.empty()) return look;
  const auto versions = VersionsOf(survey, look.route);
  look.answers = !versions.empty();
  std::set<std::string> languages;
  for (const Visit* visit : versions) {
    look.addresses.push_back(Key(visit->url));
    languages.insert(visit->page.languages.begin(), visit->page.languages.end());
  }
  look.languages.assign(languages.begin(), languages.end());
  look.cookies = CookiesNamed(survey, target, versions, look.late);
  for (const Visit& visit : survey.crawl.visits) {
    if (!visit.shows_page()) continue;
    if (TimeIsOver(survey, look.late)) break;
    ++look.pages;
    const bool links =
        std::any_of(visit.page.links.begin(), visit.page.links.end(), [&](const Link& link) {
          return survey.site.Holds(link.to) && service::MatchesTemplate(look.route, link.to.path);
        });
    if (links || visit.route == look.route) ++look.linked;
  }
  return look;
}

Observations ObservePolicies(const Survey& survey, const ProbeTarget& target, base::Time time,
                             Omissions& omitted) {
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  Observations all;
  for (const bool privacy : {true, false}) {
    const PolicyLook look = FindPolicy(survey, target, privacy);
    if (look.late)
      omitted.Add(std::string("the time of this run was over before the ") +
                      (privacy ? "privacy" : "cookie") + " policy was read in full",
                  std::string("le temps de ce parcours était écoulé avant que la politique ") +
                      (privacy ? "de confidentialité" : "des témoins") + " ait été lue en entier");
    if (look.route.empty()) continue;
    auto seen = Observe("http-policy", privacy ? "privacy" : "cookies", VantageOf(endpoint), time);
    seen.facts = {{"answers", look.answers}, {"languages", look.languages}};
    if (!look.late) {  // a part of the counts and names would read as the whole
      seen.numerator = look.linked;
      seen.denominator = look.pages;
      seen.facts.push_back({"linked", static_cast<int64_t>(look.linked)});
      seen.facts.push_back({"pages", static_cast<int64_t>(look.pages)});
      seen.facts.push_back({"names-cookies", Capped(look.cookies, "names-cookies", omitted)});
    }
    all.push_back(std::move(seen));
  }
  return all;
}

}  // namespace garant::harden

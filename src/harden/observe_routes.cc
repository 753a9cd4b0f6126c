#include <algorithm>
#include <map>
#include <set>

#include "harden/observe.h"
#include "harden/route_template.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

using Visits = std::vector<const Visit*>;

struct RouteLook {
  const Visits& visits;
  const Survey& survey;

  // The answers that speak for the route: its pages, else what is there, else what came.
  [[nodiscard]] std::vector<const AnswerFacts*> LookedAt(
      const std::vector<const AnswerFacts*>& answers) const {
    for (const auto& better : {+[](const AnswerFacts& f) { return f.html && f.status == 200; },
                               +[](const AnswerFacts& f) { return f.status < 400; }}) {
      std::vector<const AnswerFacts*> chosen;
      for (const AnswerFacts* facts : answers)
        if (better(*facts)) chosen.push_back(facts);
      if (!chosen.empty()) return chosen;
    }
    return answers;
  }
};

bool All(const std::vector<const AnswerFacts*>& answers, bool AnswerFacts::*holds) {
  return std::all_of(answers.begin(), answers.end(),
                     [holds](const AnswerFacts* facts) { return facts->*holds; });
}

bool GoesSecure(const AnswerFacts& facts) { return facts.location && facts.location->secure(); }

void AddHeaders(const std::vector<const AnswerFacts*>& all,
                const std::vector<const AnswerFacts*>& looked_at, bool scripts_by_meta,
                trail::Observation& seen) {
  Hsts least{INT64_MAX, true};
  for (const AnswerFacts* facts : all) {
    const Hsts hsts = facts->hsts.value_or(Hsts{});
    least.max_age = std::min(least.max_age, hsts.max_age);
    least.subdomains = least.subdomains && hsts.subdomains;
  }
  seen.facts.push_back({"status", int64_t{looked_at.front()->status}});
  seen.facts.push_back({"hsts", least.max_age});
  seen.facts.push_back({"hsts-subdomains", least.subdomains});
  seen.facts.push_back(
      {"csp", scripts_by_meta || All(looked_at, &AnswerFacts::scripts_restricted)});
  seen.facts.push_back({"nosniff", All(looked_at, &AnswerFacts::nosniff)});
  seen.facts.push_back({"framing", All(looked_at, &AnswerFacts::framing_restricted)});
  seen.facts.push_back({"referrer-policy", All(looked_at, &AnswerFacts::referrer_kept)});
  seen.facts.push_back({"no-store", All(looked_at, &AnswerFacts::no_store)});
  seen.facts.push_back({"html", std::any_of(looked_at.begin(), looked_at.end(),
                                            [](const AnswerFacts* f) { return f->html; })});
}

trail::Observation ObserveRoute(const std::string& route, const Visits& visits,
                                const Survey& survey, base::Time time) {
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  auto seen = Observe("http-route", route, VantageOf(endpoint), time);
  const auto found = survey.second.find(route);
  const SecondLook* second = found == survey.second.end() ? nullptr : &found->second;

  std::vector<const AnswerFacts*> answers;
  bool scripts_by_meta = true;
  std::set<std::string> hosts;
  for (const Visit* visit : visits) {
    answers.push_back(&visit->facts);
    scripts_by_meta =
        scripts_by_meta && (visit->page.scripts_restricted || visit->facts.scripts_restricted);
    hosts.insert(visit->page.third_parties.begin(), visit->page.third_parties.end());
  }
  const bool secure = survey.crawled_secure || (second != nullptr && second->facts);
  std::optional<bool> plain;
  if (survey.crawled_secure) {
    if (second != nullptr && second->settled) plain = second->facts && !GoesSecure(*second->facts);
  } else {
    plain = !std::all_of(answers.begin(), answers.end(),
                         [](const AnswerFacts* facts) { return GoesSecure(*facts); });
    if (secure) answers = {&*second->facts};
  }
  seen.numerator = visits.size();
  seen.denominator = visits.size();
  seen.facts.push_back({"https", secure});
  const auto lowest = survey.tls.LowestVersion();
  if (!secure)
    seen.facts.push_back({"tls", int64_t{0}});
  else if (lowest)
    seen.facts.push_back({"tls", int64_t{*lowest}});
  if (plain) seen.facts.push_back({"plain", *plain});
  const RouteLook look{visits, survey};
  AddHeaders(answers, look.LookedAt(answers), scripts_by_meta, seen);
  seen.facts.push_back({"third-parties", Capped({hosts.begin(), hosts.end()})});
  return seen;
}

struct CookieLook {
  SetCookie worst;
  bool first_visit = false;
  uint64_t answers = 0;
};

int Strictness(const std::string& same_site) {
  return same_site == "Strict" ? 2 : same_site == "Lax" ? 1 : 0;
}

void Merge(const SetCookie& cookie, bool first, CookieLook& look) {
  if (look.answers++ == 0) look.worst = cookie;
  look.worst.secure = look.worst.secure && cookie.secure;
  look.worst.http_only = look.worst.http_only && cookie.http_only;
  look.worst.lifetime = std::max(look.worst.lifetime, cookie.lifetime);
  if (Strictness(cookie.same_site) < Strictness(look.worst.same_site))
    look.worst.same_site = cookie.same_site;
  look.first_visit = look.first_visit || first;
}

}  // namespace

Observations ObserveRoutes(const Survey& survey, const ProbeTarget& target, base::Time time) {
  std::map<std::string, Visits> by_route;
  for (const Visit& visit : survey.crawl.visits) by_route[visit.route].push_back(&visit);
  Observations all;
  for (const auto& [route, visits] : by_route) {
    const bool declared =
        std::find(target.routes.begin(), target.routes.end(), route) != target.routes.end();
    const bool nothing = std::all_of(visits.begin(), visits.end(), [](const Visit* visit) {
      return visit->facts.status == 404 || visit->facts.status == 410;
    });
    if (declared || !nothing) all.push_back(ObserveRoute(route, visits, survey, time));
  }
  return all;
}

Observations ObserveCookies(const Survey& survey, base::Time time) {
  constexpr size_t kMostCookies = 200;
  std::map<std::string, CookieLook> looks;
  const auto add = [&](const AnswerFacts& facts, bool first) {
    std::set<std::string> counted;  // an answer may set one name twice
    for (const SetCookie& cookie : facts.cookies) {
      const std::string name = SafeName(cookie.name);
      if (looks.size() >= kMostCookies && !looks.contains(name)) continue;
      Merge(cookie, first, looks[name]);
      if (!counted.insert(name).second) --looks[name].answers;
    }
  };
  uint64_t answers = 0;
  for (const Visit& visit : survey.crawl.visits) add(visit.facts, visit.first);
  answers += survey.crawl.visits.size();
  for (const auto& [route, second] : survey.second)
    if (second.facts) {
      add(*second.facts, false);
      ++answers;
    }
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  Observations all;
  for (const auto& [name, look] : looks) {
    auto seen = Observe("http-cookie", name, VantageOf(endpoint), time);
    seen.numerator = look.answers;
    seen.denominator = answers;
    seen.facts = {{"secure", look.worst.secure},       {"http-only", look.worst.http_only},
                  {"same-site", look.worst.same_site}, {"host-prefix", name.starts_with("__Host-")},
                  {"lifetime", look.worst.lifetime},   {"first-visit", look.first_visit}};
    all.push_back(std::move(seen));
  }
  return all;
}

}  // namespace garant::harden

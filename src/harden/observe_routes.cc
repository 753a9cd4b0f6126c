#include <algorithm>
#include <map>
#include <set>

#include "harden/observe.h"
#include "harden/route_template.h"
#include "harden/words.h"

namespace garant::harden {
namespace {

using Visits = std::vector<const Visit*>;

// The answers that speak for the route: its pages, else what is there, else what came.
std::vector<const AnswerFacts*> LookedAt(const std::vector<const AnswerFacts*>& answers) {
  for (const auto& better : {+[](const AnswerFacts& f) { return f.html && f.status == 200; },
                             +[](const AnswerFacts& f) { return f.status < 400; }}) {
    std::vector<const AnswerFacts*> chosen;
    for (const AnswerFacts* facts : answers)
      if (better(*facts)) chosen.push_back(facts);
    if (!chosen.empty()) return chosen;
  }
  return answers;
}

bool All(const std::vector<const AnswerFacts*>& answers, bool AnswerFacts::*holds) {
  return std::all_of(answers.begin(), answers.end(),
                     [holds](const AnswerFacts* facts) { return facts->*holds; });
}

bool GoesSecure(const AnswerFacts& facts) { return facts.location && facts.location->secure(); }

// What holds at every address only if it was seen at every one, and fails if it fails at one.
struct Everywhere {
  bool holds = true;
  bool known = true;

  void Add(bool held) { holds = holds && held; }
  void Miss() { known = false; }
  void Say(const char* name, bool as_it_is, trail::Observation& seen) const {
    if (known || !holds) seen.facts.push_back({name, holds == as_it_is});
  }
};

struct RouteLook {
  RouteLook(const std::string& of, const Survey& in) : route(of), survey(in) {}

  const std::string& route;
  const Survey& survey;
  std::vector<const AnswerFacts*> answers;  // over the channel that people should use
  Everywhere https;
  Everywhere redirected;  // nothing else than a redirect comes over plain HTTP
  std::optional<int> tls;
  bool tls_known = true;
  bool headers_known = true;
  uint64_t addresses = 1;

  void AddTls(std::optional<int> lowest) {
    if (!lowest)
      tls_known = false;
    else
      tls = std::min(tls.value_or(*lowest), *lowest);
  }
  void AddFirst(const Visits& visits);
  void AddOther(const OtherAddress& other);
  void AddOverTls(const OtherAddress& other);
  void AddInClear(const OtherAddress& other);
};

void RouteLook::AddFirst(const Visits& visits) {
  for (const Visit* visit : visits) answers.push_back(&visit->facts);
  const auto found = survey.second.find(route);
  const SecondLook* second = found == survey.second.end() ? nullptr : &found->second;
  if (survey.crawled_secure) {
    AddTls(survey.tls.LowestVersion());
    if (second == nullptr || !second->settled)
      redirected.Miss();
    else
      redirected.Add(!second->facts || GoesSecure(*second->facts));
    return;
  }
  redirected.Add(std::all_of(answers.begin(), answers.end(),
                             [](const AnswerFacts* facts) { return GoesSecure(*facts); }));
  if (second != nullptr && second->facts) {
    answers = {&*second->facts};
    AddTls(survey.tls.LowestVersion());
  } else if (survey.tls_asked && (second == nullptr || !second->settled)) {
    https.Miss();
    tls_known = headers_known = false;
  } else {
    https.Add(false);
    AddTls(0);
  }
}

void RouteLook::AddOther(const OtherAddress& other) {
  if (other.Closed()) return;
  ++addresses;
  if (!other.secure.endpoint.address.empty()) AddOverTls(other);
  if (!other.plain.endpoint.address.empty()) AddInClear(other);
}

void RouteLook::AddOverTls(const OtherAddress& other) {
  const auto found = other.over_tls.find(route);
  const SecondLook* look = found == other.over_tls.end() ? nullptr : &found->second;
  if (look != nullptr && look->facts) {
    answers.push_back(&*look->facts);
    AddTls(other.tls.LowestVersion());
  } else if (other.tls.answers == false || (look != nullptr && look->settled)) {
    https.Add(false);
    AddTls(0);
  } else {
    https.Miss();
    tls_known = headers_known = false;
  }
}

void RouteLook::AddInClear(const OtherAddress& other) {
  const auto found = other.in_clear.find(route);
  if (found != other.in_clear.end() && found->second.settled)
    redirected.Add(!found->second.facts || GoesSecure(*found->second.facts));
  else if (other.plain.late || other.plain.answers || other.plain.reach == Reach::kConnected)
    redirected.Miss();
}

void AddHeaders(const RouteLook& look, bool scripts_by_meta, trail::Observation& seen) {
  Hsts least{INT64_MAX, true};
  for (const AnswerFacts* facts : look.answers) {
    const Hsts hsts = facts->hsts.value_or(Hsts{});
    least.max_age = std::min(least.max_age, hsts.max_age);
    least.subdomains = least.subdomains && hsts.subdomains;
  }
  const auto looked_at = LookedAt(look.answers);
  seen.facts.push_back({"status", int64_t{looked_at.front()->status}});
  const auto say = [&](const char* name, bool holds) {
    if (look.headers_known || !holds) seen.facts.push_back({name, holds});
  };
  if (look.headers_known || least.max_age == 0) seen.facts.push_back({"hsts", least.max_age});
  say("hsts-subdomains", least.subdomains);
  // Pages are read at one address: what they say for themselves is not known of the others.
  const bool scripts_by_header = All(looked_at, &AnswerFacts::scripts_restricted);
  if (scripts_by_header || !scripts_by_meta || look.addresses == 1)
    say("csp", scripts_by_meta || scripts_by_header);
  say("nosniff", All(looked_at, &AnswerFacts::nosniff));
  say("framing", All(looked_at, &AnswerFacts::framing_restricted));
  say("referrer-policy", All(looked_at, &AnswerFacts::referrer_kept));
  say("no-store", All(looked_at, &AnswerFacts::no_store));
  seen.facts.push_back({"html", std::any_of(looked_at.begin(), looked_at.end(),
                                            [](const AnswerFacts* f) { return f->html; })});
}

trail::Observation ObserveRoute(const std::string& route, const Visits& visits,
                                const Survey& survey, const ProbeTarget& target, base::Time time,
                                Omissions& omitted) {
  const Endpoint& endpoint = survey.crawled_secure ? survey.secure.endpoint : survey.plain.endpoint;
  auto seen = Observe("http-route", route, VantageOf(endpoint), time);
  RouteLook look(route, survey);
  look.AddFirst(visits);
  for (const OtherAddress& other : survey.others) look.AddOther(other);
  bool scripts_by_meta = true;
  std::set<std::string> hosts;
  for (const Visit* visit : visits) {
    scripts_by_meta = scripts_by_meta && visit->page.scripts_restricted;
    for (const std::string& host : visit->page.third_parties) {
      const bool declared =
          std::find(target.hosts.begin(), target.hosts.end(), host) != target.hosts.end();
      hosts.insert(declared ? host : SafeHost(host));
    }
    if (survey.crawl.names.Hides(route)) seen.paths.push_back(visit->url.path);
  }
  seen.numerator = visits.size();
  seen.denominator = visits.size();
  look.https.Say("https", true, seen);
  if (look.tls && (look.tls_known || *look.tls < 12))
    seen.facts.push_back({"tls", int64_t{*look.tls}});
  look.redirected.Say("plain", false, seen);
  seen.facts.push_back({"addresses", static_cast<int64_t>(look.addresses)});
  AddHeaders(look, scripts_by_meta, seen);
  seen.facts.push_back(
      {"third-parties", Capped({hosts.begin(), hosts.end()}, "third-parties", omitted)});
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

Observations ObserveRoutes(const Survey& survey, const ProbeTarget& target, base::Time time,
                           Omissions& omitted) {
  std::map<std::string, Visits> by_route;
  for (const Visit& visit : survey.crawl.visits) by_route[visit.route].push_back(&visit);
  Observations all;
  for (const auto& [route, visits] : by_route) {
    const bool declared =
        std::find(target.routes.begin(), target.routes.end(), route) != target.routes.end();
    const bool nothing = std::all_of(visits.begin(), visits.end(), [](const Visit* visit) {
      return visit->facts.status == 404 || visit->facts.status == 410;
    });
    if (declared || !nothing)
      all.push_back(ObserveRoute(route, visits, survey, target, time, omitted));
  }
  return all;
}

Observations ObserveCookies(const Survey& survey, base::Time time, Omissions& omitted) {
  constexpr size_t kMostCookies = 200;
  std::map<std::string, CookieLook> looks;
  uint64_t answers = 0;
  bool dropped = false;
  const auto add = [&](const AnswerFacts& facts, bool first) {
    ++answers;
    dropped = dropped || facts.more_cookies;
    std::set<std::string> counted;  // an answer may set one name twice
    for (const SetCookie& cookie : facts.cookies) {
      const std::string name = SafeName(cookie.name);
      if (looks.size() >= kMostCookies && !looks.contains(name)) {
        dropped = true;
        continue;
      }
      Merge(cookie, first, looks[name]);
      if (!counted.insert(name).second) --looks[name].answers;
    }
  };
  for (const Visit& visit : survey.crawl.visits) add(visit.facts, visit.first);
  const auto add_all = [&](const std::map<std::string, SecondLook>& asked) {
    for (const auto& [route, second] : asked)
      if (second.facts) add(*second.facts, false);
  };
  add_all(survey.second);
  for (const OtherAddress& other : survey.others) {
    add_all(other.over_tls);
    add_all(other.in_clear);
  }
  if (dropped)
    omitted.Add("the service sets more cookies than are recorded (200 names, 100 in one answer)",
                "le service dépose plus de témoins qu’il n’en est consigné (200 noms, 100 dans une "
                "même réponse)");
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

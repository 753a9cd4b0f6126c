#include "server/api.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/report.h"
#include "server/assets.h"
#include "server/query.h"

namespace garant::server {
namespace {

using base::Language;

constexpr std::string_view kTheRest = "{tile}";

bool IsPage(const Target& target) { return target.path == "/" || target.path == "/open"; }

// What stands where a template has braces, one segment of the path and of a tile all that follow;
// empty where it has none; nothing where the path does not fit.
std::optional<std::string> Fit(std::string_view pattern, std::string_view path) {
  const size_t open = pattern.find('{');
  if (open == std::string_view::npos)
    return pattern == path ? std::optional<std::string>("") : std::nullopt;
  if (!path.starts_with(pattern.substr(0, open))) return std::nullopt;
  path.remove_prefix(open);
  const bool one = pattern.substr(open) != kTheRest;
  if (path.empty() || (one && path.find('/') != std::string_view::npos)) return std::nullopt;
  return std::string(path);
}

}  // namespace

enum class Gate {
  kAnyone,
  kTree,  // readers, where it is not public
  kReader,
  kAuditor,
  kOfficer
};
enum class Pace { kAtOnce, kJudging };
enum class Way { kGet, kPost };

struct Api::Route {
  std::string_view path;
  Gate gate;
  Pace pace;
  Reply (Api::*answer)(const Asked&) const;
  Way way = Way::kGet;
};

std::span<const Api::Route> Api::Routes() {
  static constexpr Route kRoutes[] = {
      {"/", Gate::kReader, Pace::kJudging, &Api::Page},
      {"/open", Gate::kAnyone, Pace::kAtOnce, &Api::Open},
      {"/api/v1/health", Gate::kAnyone, Pace::kAtOnce, &Api::Health},
      {"/api/v1/openapi.json", Gate::kReader, Pace::kAtOnce, &Api::OpenApi},
      {"/api/v1/verdicts", Gate::kReader, Pace::kJudging, &Api::Verdicts},
      {"/api/v1/items", Gate::kReader, Pace::kJudging, &Api::Items},
      {"/api/v1/items/{id}", Gate::kReader, Pace::kJudging, &Api::Item},
      {"/api/v1/entries", Gate::kReader, Pace::kJudging, &Api::Entries},
      {"/api/v1/entries/{index}", Gate::kReader, Pace::kJudging, &Api::Entry},
      {"/api/v1/journeys", Gate::kReader, Pace::kJudging, &Api::Journeys},
      {"/api/v1/search", Gate::kReader, Pace::kJudging, &Api::Search, Way::kPost},
      {"/api/v1/visits", Gate::kReader, Pace::kJudging, &Api::Visits, Way::kPost},
      {"/api/v1/who-looked", Gate::kReader, Pace::kJudging, &Api::WhoLooked, Way::kPost},
      {"/api/v1/readings", Gate::kOfficer, Pace::kJudging, &Api::Readings, Way::kPost},
      {"/checkpoint", Gate::kTree, Pace::kJudging, &Api::Checkpoint},
      {"/tile/entries/{tile}", Gate::kAuditor, Pace::kJudging, &Api::Bundle},
      {"/tile/{tile}", Gate::kTree, Pace::kJudging, &Api::Tile},
  };
  return kRoutes;
}

std::vector<std::string_view> Api::Paths() {
  std::vector<std::string_view> paths;
  for (const Route& route : Routes()) paths.push_back(route.path);
  return paths;
}

bool Api::TakesBodies(std::string_view path) {
  return std::ranges::any_of(
      Routes(), [path](const Route& one) { return one.way == Way::kPost && one.path == path; });
}

std::string SessionCookie(uint16_t port) { return "garant-session-" + std::to_string(port); }

std::optional<Access::Role> Api::RoleOf(const Ask& ask) const {
  const std::string name = SessionCookie(ask.port);
  const auto session = CookieOf(ask.cookie, name);
  return session ? access_.RoleOf(*session, Access::Clock::now()) : std::nullopt;
}

// What there is, too, is for readers alone.
std::optional<Reply> Api::Closed(const Route* route, const Ask& ask, Language language,
                                 bool page) const {
  const Gate gate = route == nullptr ? Gate::kReader : route->gate;
  if (gate == Gate::kAnyone || (gate == Gate::kTree && tree_.is_public)) return std::nullopt;
  const auto role = RoleOf(ask);
  if (!role)
    return Problem(401,
                   {"open the link that garant serve printed when it started; it can be opened "
                    "once",
                    "ouvrez le lien que garant serve a affiché à son démarrage; il ne s’ouvre "
                    "qu’une fois"},
                   language, page);
  if (gate == Gate::kOfficer && *role != Access::Role::kOfficer)
    return Problem(
        403,
        {"opening what is sealed is for whom garant serve --as names: it prints their "
         "link",
         "ouvrir ce qui est scellé est pour qui garant serve --as nomme : il affiche son "
         "lien"},
        language, page);
  if (gate != Gate::kAuditor || *role == Access::Role::kAuditor) return std::nullopt;
  return Problem(403,
                 {"entries as they are stored are for an auditor: garant serve --auditor prints "
                  "their link",
                  "les entrées telles que stockées sont pour un auditeur : garant serve "
                  "--auditor affiche son lien"},
                 language, page);
}

Api::Begun Api::Begin(const Ask& ask) const {
  const Language language = LanguageOf(ask.language);
  auto target = ParseTarget(ask.target);
  const bool page = target && IsPage(*target) && WantsPage(ask.accept);
  const auto refuse = [&](int status, const base::Text& why) {
    return Begun{Problem(status, why, language, page), {}};
  };
  const bool asks = target && TakesBodies(target->path);  // with POST, since it names people
  if (asks ? ask.method != "POST" : ask.method != "GET" && ask.method != "HEAD") {
    Begun begun = asks ? refuse(405, {"who is asked about stands in a body, never in an address: "
                                      "POST only",
                                      "au sujet de qui l’on demande figure dans un corps, jamais "
                                      "dans une adresse : POST seulement"})
                       : refuse(405, {"nothing here can be changed: GET and HEAD only",
                                      "rien ne peut être modifié ici : GET et HEAD seulement"});
    begun.reply->headers.emplace_back("Allow", asks ? "POST" : "GET, HEAD");
    return begun;
  }
  if (!target)
    return refuse(400, {"its target is no sound path with a query, or names one thing twice",
                        "sa cible n’est pas un chemin valable avec ses paramètres, ou nomme deux "
                        "fois la même chose"});
  const Route* route = nullptr;
  std::optional<std::string> part;
  for (const Route& one : Routes())
    if (!part && (part = Fit(one.path, target->path))) route = &one;
  if (auto closed = Closed(route, ask, language, page)) return {std::move(closed), {}};
  if (route == nullptr)
    return refuse(404, {"the paths are in /api/v1/openapi.json",
                        "les chemins sont dans /api/v1/openapi.json"});
  // A page of another site cannot say this without being asked first, and is refused then.
  if (asks && !IsJson(ask.media_type))
    return refuse(415,
                  {"the body is to be application/json", "le corps doit être application/json"});
  Asked asked{ask, std::move(*target), language, std::move(*part)};
  if (route->pace == Pace::kAtOnce) return {(this->*route->answer)(asked), {}};
  return {std::nullopt,
          [this, route, asked = std::move(asked)] { return (this->*route->answer)(asked); }};
}

// A link that is asked for with HEAD, as what previews links does, stays good.
Reply Api::Open(const Asked& asked) const {
  const bool page = WantsPage(asked.ask.accept);
  Query query(asked.target);
  const auto token = query.Find("token");
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, page);
  std::optional<std::string> session;
  if (token && asked.ask.method == "GET") session = access_.Redeem(*token, Access::Clock::now());
  if (!session)
    return Problem(401,
                   {"this link was opened already, is too old or was never made; start garant "
                    "serve anew for another",
                    "ce lien a déjà été ouvert, est trop ancien ou n’a jamais existé; "
                    "redémarrez garant serve pour en avoir un autre"},
                   asked.language, page);
  Reply reply;
  reply.status = 303;
  reply.media_type = "text/plain; charset=utf-8";
  reply.headers = {{"Location", "/"},
                   {"Set-Cookie", SessionCookie(asked.ask.port) + "=" + *session +
                                      "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                                      std::to_string(access_.session_lifetime().count())}};
  return reply;
}

// Says nothing of the service: it is all that anyone on this machine may ask.
Reply Api::Health(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  return JsonReply({{"status", "ok"}, {"version", version_}});
}

Reply Api::OpenApi(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  return {.body = std::string(kOpenApi)};
}

Reply Api::Page(const Asked& asked) const {
  const bool page = WantsPage(asked.ask.accept);
  Query query(asked.target);
  const auto wanted = query.Find("lang");
  if (wanted && *wanted != "en" && *wanted != "fr")
    query.Fail({"lang is en or fr", "lang vaut en ou fr"});
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, page);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, page);
  const bool french = wanted ? *wanted == "fr" : asked.language == Language::kFrench;
  return {.media_type = "text/html; charset=utf-8",
          .body = (*judged)->Page(french ? Language::kFrench : Language::kEnglish),
          .policy = report::HtmlPolicy() + "; frame-ancestors 'none'",
          .headers = {{"Vary", "Accept-Language"}}};
}

}  // namespace garant::server

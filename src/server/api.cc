#include "server/api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/trail_json.h"
#include "server/assets.h"
#include "trail/merkle.h"

namespace garant::server {
namespace {

using base::Filled;
using base::Text;
using Json = nlohmann::json;

constexpr std::string_view kTop = "/api/v1/";
constexpr uint64_t kUsualEntries = 100;
constexpr uint64_t kMostEntries = 1000;
constexpr size_t kUsualJourneys = 20;
constexpr size_t kMostJourneys = 100;
// The report brings its own stricter policy, with the digests of its style and script.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::string_view kPolicy = "default-src 'none'; frame-ancestors 'none'";

Reply Ok(const Json& json) {
  Reply reply;
  reply.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return reply;
}

std::optional<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

// The query of one request: each name must be one that the path takes.
class Query {
 public:
  explicit Query(const Target& target) : query_(target.query) {}

  [[nodiscard]] std::optional<std::string> Find(std::string_view name) {
    known_.emplace_back(name);
    const auto found = query_.find(name);
    if (found == query_.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] uint64_t Number(std::string_view name, uint64_t otherwise, uint64_t least,
                                uint64_t most) {
    const auto text = Find(name);
    if (!text) return otherwise;
    const auto number = server::Number(*text);
    if (number && *number >= least && *number <= most) return *number;
    Fail(Filled("{} takes a number from {} to {}, not '{}'",
                "{} prend un nombre de {} à {}, et non « {} »",
                {std::string(name), least, most, *text}));
    return otherwise;
  }
  [[nodiscard]] std::optional<base::Time> Time(std::string_view name) {
    const auto text = Find(name);
    if (!text) return std::nullopt;
    const auto time = base::ParseTime(*text);
    if (time) return *time;
    Fail(time.error().message);
    return std::nullopt;
  }
  void Fail(Text why) {
    if (!fault_) fault_ = std::move(why);
  }
  // What was wrong, after everything was asked for.
  [[nodiscard]] std::optional<Text> Fault() {
    for (const auto& [name, value] : query_)
      if (std::ranges::find(known_, name) == known_.end())
        Fail(Filled("this path takes no '{}'", "ce chemin ne prend pas « {} »", {name}));
    return fault_;
  }

 private:
  const std::map<std::string, std::string, std::less<>>& query_;
  std::vector<std::string> known_;
  std::optional<Text> fault_;
};

bool IsPage(const Target& target) { return target.path == "/" || target.path == "/open"; }

}  // namespace

Reply Api::Answer(const Ask& ask) const {
  const base::Language language = LanguageOf(ask.language);
  auto target = ParseTarget(ask.target);
  const bool page = target && IsPage(*target) && WantsPage(ask.accept);
  Reply reply;
  if (ask.method != "GET" && ask.method != "HEAD") {
    reply = Problem(405,
                    {"nothing here can be changed: GET and HEAD only",
                     "rien ne peut être modifié ici : GET et HEAD seulement"},
                    language, page);
    reply.headers.emplace_back("Allow", "GET, HEAD");
  } else if (!target) {
    reply = Problem(400,
                    {"its target is no sound path with a query, or names one thing twice",
                     "sa cible n’est pas un chemin valable avec ses paramètres, ou nomme deux fois "
                     "la même chose"},
                    language, page);
  } else {
    reply = Route({ask, std::move(*target), language});
  }
  const bool html = reply.media_type.starts_with("text/html");
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"Cache-Control", "no-store"},
        {"Content-Security-Policy", std::string(html ? kPagePolicy : kPolicy)},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"}})
    reply.headers.emplace_back(name, value);
  return reply;
}

Reply Api::Route(const Asked& asked) const {
  const std::string& path = asked.target.path;
  if (path == "/api/v1/health") return Health();
  if (path == "/open") return Open(asked);
  const bool page = IsPage(asked.target) && WantsPage(asked.ask.accept);
  const auto session = CookieOf(asked.ask.cookie, kSessionCookie);
  if (!session || !access_.Allows(*session, Access::Clock::now()))
    return Problem(401,
                   {"open the link that garant serve printed when it started; it can be opened "
                    "once",
                    "ouvrez le lien que garant serve a affiché à son démarrage; il ne s’ouvre "
                    "qu’une fois"},
                   asked.language, page);
  if (path == "/") return Page(asked);
  if (path == "/api/v1/openapi.json") return {.body = std::string(kOpenApi), .headers = {}};
  if (path == "/api/v1/verdicts") return Verdicts(asked);
  if (path == "/api/v1/items") return Items(asked);
  if (path == "/api/v1/entries") return Entries(asked);
  if (path == "/api/v1/journeys") return Journeys(asked);
  const auto below = [&](std::string_view part) -> std::optional<std::string_view> {
    std::string_view rest = path;
    if (!rest.starts_with(kTop)) return std::nullopt;
    rest.remove_prefix(kTop.size());
    if (!rest.starts_with(part) || rest.size() <= part.size()) return std::nullopt;
    return rest.substr(part.size());
  };
  if (const auto id = below("items/")) return Item(asked, *id);
  if (const auto index = below("entries/")) return Entry(asked, *index);
  return Problem(404,
                 {"the paths are in /api/v1/openapi.json",
                  "les chemins sont dans "
                  "/api/v1/openapi.json"},
                 asked.language, false);
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
                   {"Set-Cookie", std::string(kSessionCookie) + "=" + *session +
                                      "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                                      std::to_string(access_.session_lifetime().count())}};
  return reply;
}

// Says nothing of the service: it is all that anyone on this machine may ask.
Reply Api::Health() const { return Ok({{"status", "ok"}, {"version", version_}}); }

Reply Api::Page(const Asked& asked) const {
  const bool page = WantsPage(asked.ask.accept);
  Query query(asked.target);
  const auto wanted = query.Find("lang");
  if (wanted && *wanted != "en" && *wanted != "fr")
    query.Fail({"lang is en or fr", "lang vaut en ou fr"});
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, page);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, page);
  const bool french = wanted ? *wanted == "fr" : asked.language == base::Language::kFrench;
  return {.media_type = "text/html; charset=utf-8",
          .body = (*judged)->Page(french ? base::Language::kFrench : base::Language::kEnglish),
          .headers = {{"Vary", "Accept-Language"}}};
}

Reply Api::Verdicts(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  return Ok((*judged)->Document());
}

Reply Api::Items(const Asked& asked) const {
  Query query(asked.target);
  constexpr std::string_view kFilters[] = {"state", "due", "stage", "guideline"};
  std::vector<std::pair<std::string, std::string>> filters;
  for (const std::string_view name : kFilters)
    if (auto value = query.Find(name)) filters.emplace_back(name, std::move(*value));
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  const Json& document = (*judged)->Document();
  Json items = Json::array();
  for (const Json& item : document.at("items")) {
    const bool wanted = std::ranges::all_of(
        filters, [&](const auto& filter) { return item.at(filter.first) == filter.second; });
    if (!wanted) continue;
    Json short_form = Json::object();
    for (const char* key : {"id", "guideline", "stage", "due", "state", "own", "text", "summary"})
      short_form[key] = item.at(key);
    items.push_back(std::move(short_form));
  }
  return Ok({{"as_of", document.at("as_of")}, {"items", std::move(items)}});
}

Reply Api::Item(const Asked& asked, std::string_view id) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  const Json& document = (*judged)->Document();
  for (const Json& item : document.at("items"))
    if (item.at("id") == id) return Ok({{"as_of", document.at("as_of")}, {"item", item}});
  return Problem(404,
                 Filled("the standard has no item '{}'",
                        "le référentiel n’a pas d’élément "
                        "« {} »",
                        {std::string(id)}),
                 asked.language, false);
}

Reply Api::Entries(const Asked& asked) const {
  Query query(asked.target);
  const uint64_t from = query.Number("from", 0, 0, UINT64_MAX);
  const uint64_t limit = query.Number("limit", kUsualEntries, 1, kMostEntries);
  const auto kind = query.Find("kind");
  const auto source = query.Find("source");
  const auto part = query.Find("part");
  const auto since = query.Time("since");
  const auto until = query.Time("until");
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto reader = desk_.Trail();
  if (!reader)
    return Problem(reader.error().code == base::Code::kNotFound ? 404 : 503, reader.error().message,
                   asked.language, false);
  Json entries = Json::array();
  uint64_t index = from;
  for (; index < (*reader)->size() && entries.size() < limit; ++index) {
    const auto entry = (*reader)->Read(index);
    if (!entry) return Problem(503, entry.error().message, asked.language, false);
    const trail::Header& header = entry->header;
    if ((kind && header.kind != *kind) || (source && header.source != *source) ||
        (part && header.part != *part) || (since && entry->time < *since) ||
        (until && entry->time >= *until))
      continue;
    entries.push_back(report::EntryJson(*entry));
  }
  Json json = {{"size", (*reader)->size()}, {"entries", std::move(entries)}};
  json["next"] = index < (*reader)->size() ? Json(index) : Json(nullptr);
  return Ok(json);
}

Reply Api::Entry(const Asked& asked, std::string_view text) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto index = Number(text);
  if (!index)
    return Problem(
        400,
        Filled("an entry is named by its number, not by '{}'",
               "une entrée est nommée par son numéro, et non par « {} »", {std::string(text)}),
        asked.language, false);
  const auto reader = desk_.Trail();
  if (!reader)
    return Problem(reader.error().code == base::Code::kNotFound ? 404 : 503, reader.error().message,
                   asked.language, false);
  const uint64_t size = (*reader)->size();
  if (*index >= size)
    return Problem(404,
                   Filled("the trail has no entry {}; it has {}, counted from 0",
                          "le journal n’a pas d’entrée {}; il en a {}, comptées à partir de 0",
                          {*index, size}),
                   asked.language, false);
  const auto entry = (*reader)->Read(*index);
  const auto leaf = (*reader)->ReadLeaf(*index);
  if (!entry) return Problem(503, entry.error().message, asked.language, false);
  if (!leaf) return Problem(503, leaf.error().message, asked.language, false);
  Json proof = Json::array();
  for (const base::Digest& hash : trail::InclusionProof((*reader)->leaf_hashes(), *index))
    proof.push_back(base::ToBase64(hash));
  return Ok({{"entry", report::EntryJson(*entry)},
             {"leaf", base::ToBase64(*leaf)},
             {"size", size},
             {"inclusion", std::move(proof)},
             {"checkpoint", (*reader)->note()},
             {"verifier_key", (*reader)->verifier_key().ToString()}});
}

Reply Api::Journeys(const Asked& asked) const {
  Query query(asked.target);
  const auto trace = query.Find("trace");
  const auto entry_text = query.Find("entry");
  const auto visit = query.Find("visit");
  const uint64_t limit = query.Number("limit", kUsualJourneys, 1, kMostJourneys);
  const auto entry = entry_text ? Number(*entry_text) : std::nullopt;
  if (trace && entry_text)
    query.Fail({"a journey is named by its trace or by an entry, not by both",
                "un parcours est nommé par sa trace ou par une entrée, non par les deux"});
  if (entry_text && !entry)
    query.Fail(Filled("an entry is named by its number, not by '{}'",
                      "une entrée est nommée par son numéro, et non par « {} »", {*entry_text}));
  if (visit && (!entry_text || (*visit != "true" && *visit != "false")))
    query.Fail({"visit is true or false, and goes with entry",
                "visit vaut true ou false, et va avec entry"});
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) {
    const int status = error.code == base::Code::kInvalid    ? 400
                       : error.code == base::Code::kNotFound ? 404
                                                             : 503;
    return Problem(status, error.message, asked.language, false);
  };
  const auto reader = desk_.Trail();
  if (!reader) return fail(reader.error());
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  auto found = trace   ? trail::JourneysOfTrace(**reader, *keys, *trace)
               : entry ? trail::JourneysOfEntry(**reader, *keys, *entry, visit == "true")
                       : trail::LatestJourneys(**reader, *keys, limit);
  if (!found) return fail(found.error());
  if (trace && found->empty())
    return fail({base::Code::kNotFound,
                 {"no entry belongs to that trace; its key may have expired",
                  "aucune entrée n’appartient à cette trace; sa clé a peut-être expiré"},
                 {}});
  if (found->size() > limit) found->resize(limit);
  Json journeys = Json::array();
  for (const trail::Journey& journey : *found) journeys.push_back(report::JourneyJson(journey));
  return Ok({{"journeys", std::move(journeys)}});
}

}  // namespace garant::server

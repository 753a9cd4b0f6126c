#include <nlohmann/json.hpp>

#include "report/trail_json.h"
#include "server/api.h"
#include "server/body.h"
#include "trail/search/journey.h"
#include "trail/search/search.h"

// What is asked of people, by POST: names and raw identifiers stand in no address.
namespace garant::server {
namespace {

using base::Code;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using trail::RunKey;
using Json = nlohmann::json;

constexpr uint64_t kUsual = 100;
constexpr uint64_t kMost = 1000;
constexpr uint64_t kMostOpened = 100;
constexpr uint64_t kMostLookedAt = 100'000;  // entries, for one page of those that fit
constexpr uint64_t kUsualJourneys = 20;
constexpr uint64_t kMostJourneys = 100;

trail::SearchOrder OrderIn(Body& body) {
  const auto order = body.Text("order");
  if (order && *order != "oldest" && *order != "newest")
    body.Fail({"order is oldest or newest", "order vaut oldest ou newest"});
  return order == "newest" ? trail::SearchOrder::kNewestFirst : trail::SearchOrder::kOldestFirst;
}

// What a body asks to be found: of people and what they did, before it is looked up.
struct Wanted {
  trail::Search search;
  std::optional<std::string> issuer, subject, actor, session, trace;
  reading::Filters filters;

  Wanted(Body& body, uint64_t usual, uint64_t most) {
    search.look_at = kMostLookedAt;
    search.most = body.Number("limit", 1, most).value_or(usual);
    search.order = OrderIn(body);
    search.from = body.Number("from", 0, UINT64_MAX);
    search.since = body.Time("since");
    search.until = body.Time("until");
    search.source = body.Text("source").value_or("");
    for (const RunKey key : {RunKey::kKind, RunKey::kPart, RunKey::kCategory, RunKey::kOutcome})
      if (const auto text = body.Text(trail::RunKeyName(key))) {
        search.all_of.push_back(trail::ByText(key, *text));
        filters.words.emplace_back(trail::RunKeyName(key), *text);
      }
    if (search.since) filters.words.emplace_back("since", base::FormatTime(*search.since));
    if (!search.source.empty()) filters.words.emplace_back("source", search.source);
    if (search.until) filters.words.emplace_back("until", base::FormatTime(*search.until));
    for (const auto& [name, into] :
         {std::pair("issuer", &issuer), std::pair("subject", &subject), std::pair("actor", &actor),
          std::pair("session", &session), std::pair("trace", &trace)}) {
      *into = body.Text(name);
      if (*into && into != &issuer) filters.names.emplace_back(name);
    }
    for (const auto& [name, word] : filters.words) filters.names.push_back(name);
    std::ranges::sort(filters.names);
    if (issuer.has_value() != (subject || actor))
      body.Fail({"subject and actor name a person together with issuer",
                 "subject et actor désignent une personne, avec issuer"});
  }

  // Adds the tokens of whom and what it names.
  Status Resolve(const trail::TrailReader& reader, const trail::KeyRing& keys) {
    for (const auto& [name, key] :
         {std::pair(&subject, RunKey::kSubject), std::pair(&actor, RunKey::kActor)}) {
      if (!*name) continue;
      const trail::Person person{*issuer, **name};
      if (keys.store().FindSubject(person) == nullptr) return reading::UnknownPerson();
      search.all_of.push_back(trail::ByPerson(key, person, reader, keys));
    }
    if (session) search.all_of.push_back(trail::BySession(*session, keys));
    if (trace) search.all_of.push_back(TRY(trail::ByTrace(*trace, keys)));
    for (const trail::Criterion& one : search.all_of)
      if (one.any_of.empty())
        return base::Error{
            Code::kNotFound,
            {"the trail has no key of any day: nothing was followed, or all has expired",
             "le journal n’a de clé pour aucun jour : rien n’a été suivi, ou tout a expiré"},
            {}};
    return Ok{};
  }
};

Json PageOf(const trail::TrailReader& reader, const std::optional<uint64_t>& next, Json entries) {
  Json json = {{"size", reader.size()}, {"entries", std::move(entries)}};
  json["next"] = next ? Json(*next) : Json(nullptr);
  return json;
}

}  // namespace

Reply Api::Search(const Asked& asked) const {
  Body body(asked.ask.body);
  Wanted wanted(body, kUsual, kMost);
  if (auto fault = body.Fault()) return Problem(400, *fault, asked.language, false);
  const auto reader = desk_.Trail();
  if (!reader) return Failed(reader.error(), asked.language);
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  if (const auto resolved = wanted.Resolve(**reader, *keys); !resolved)
    return Failed(resolved.error(), asked.language);
  const auto found = trail::Find(**reader, wanted.search);
  if (!found) return Problem(503, found.error().message, asked.language, false);
  Json entries = Json::array();
  for (const trail::Entry& entry : found->entries) entries.push_back(report::EntryJson(entry));
  return JsonReply(PageOf(**reader, found->next, std::move(entries)));
}

Reply Api::Visits(const Asked& asked) const {
  Body body(asked.ask.body);
  const std::string session = body.Text("session").value_or("");
  const std::string trace = body.Text("trace").value_or("");
  const uint64_t limit = body.Number("limit", 1, kMostJourneys).value_or(kUsualJourneys);
  if (session.empty() == trace.empty())
    body.Fail({"name a session or a trace by its raw id, and not both",
               "nommez une session ou une trace par son identifiant brut, et non les deux"});
  if (auto fault = body.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto reader = desk_.Trail();
  if (!reader) return fail(reader.error());
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  auto found = session.empty() ? trail::JourneysOfTrace(**reader, *keys, trace)
                               : trail::JourneysOfSession(**reader, *keys, session);
  if (!found) return fail(found.error());
  if (found->empty()) return fail(trail::NoJourney(**reader));
  if (found->size() > limit) found->resize(limit);
  const auto by = session.empty() ? trail::JoinedBy::kTrace : trail::JoinedBy::kSession;
  if (const auto looked = trail::AddGaps(**reader, *keys, by, *found); !looked)
    return fail(looked.error());
  Json journeys = Json::array();
  for (const trail::Journey& journey : *found) journeys.push_back(report::JourneyJson(journey));
  return JsonReply({{"journeys", std::move(journeys)}});
}

Reply Api::WhoLooked(const Asked& asked) const {
  Body body(asked.ask.body);
  reading::LookSearch search;
  const trail::Person person{body.Text("issuer").value_or(""), body.Text("subject").value_or("")};
  search.since = body.Time("since");
  search.until = body.Time("until");
  search.order = OrderIn(body);
  search.from = body.Number("from", 0, UINT64_MAX);
  search.most = body.Number("limit", 1, kMost).value_or(kUsual);
  if (person.issuer.empty() || person.subject.empty())
    body.Fail({"a person is named by issuer and subject",
               "une personne est nommée par issuer et subject"});
  if (auto fault = body.Fault()) return Problem(400, *fault, asked.language, false);
  const auto model = desk_.Model();
  if (!model) return Problem(503, model.error().message, asked.language, false);
  const auto reader = desk_.Trail();
  if (!reader) return Failed(reader.error(), asked.language);
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  const auto looks = reading::WhoLooked(**model, **reader, *keys, person, search);
  if (!looks) return Failed(looks.error(), asked.language);
  return JsonReply(report::LooksJson(*looks));
}

// What is sealed leaves here opened: for the officer alone, as the service file lets them, and
// never before an entry says so.
Reply Api::Readings(const Asked& asked) const {
  Body body(asked.ask.body);
  Wanted wanted(body, kMostOpened, kMostOpened);
  const reading::Request request{body.Text("purpose").value_or(""), body.Text("role").value_or(""),
                                 tree_.officer, body.Text("reason").value_or("")};
  if (auto fault = body.Fault()) return Problem(400, *fault, asked.language, false);
  const auto fail = [&](const base::Error& error) { return Failed(error, asked.language); };
  const auto model = desk_.Model();
  if (!model) return Problem(503, model.error().message, asked.language, false);
  const auto admitted = reading::Admit(**model, request);
  if (!admitted && admitted.error().code == Code::kPermission)
    return Problem(403, admitted.error().message, asked.language, false);
  if (!admitted) return fail(admitted.error());
  const auto reader = desk_.Trail();
  if (!reader) return fail(reader.error());
  const auto keys = desk_.Keys();
  if (!keys) return Problem(503, keys.error().message, asked.language, false);
  if (const auto resolved = wanted.Resolve(**reader, *keys); !resolved)
    return fail(resolved.error());
  const auto found = trail::Find(**reader, wanted.search);
  if (!found) return Problem(503, found.error().message, asked.language, false);
  const reading::Opening opening(*admitted, wanted.filters, tree_.service, "server.readings", *keys,
                                 *tree_.readings);
  const auto opened = opening.Open(found->entries, base::SystemClock().Now());
  if (!opened) return Problem(503, opened.error().message, asked.language, false);
  Json entries = Json::array();
  for (size_t i = 0; i < found->entries.size(); ++i) {
    entries.push_back(report::EntryJson(found->entries[i]));
    report::AddOpened((*opened)[i], entries.back()["parts"]);
  }
  return JsonReply(PageOf(**reader, found->next, std::move(entries)));
}

}  // namespace garant::server

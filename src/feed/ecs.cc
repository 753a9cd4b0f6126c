#include <algorithm>
#include <set>

#include "feed/forms.h"
#include "feed/kinds.h"
#include "feed/pieces.h"

// Events of the Elastic Common Schema 9.4.0; what it has no field for stands under `garant`.
namespace garant::feed {
namespace {

using Json = nlohmann::json;
using trail::Header;

constexpr std::string_view kVersion = "9.4.0";
constexpr int64_t kNanosecondsOfOne = 1'000'000;  // millisecond

std::string_view OutcomeName(const Header& header) {
  switch (OutcomeOf(header)) {
    case Outcome::kSuccess:
      return "success";
    case Outcome::kFailure:
      return "failure";
    case Outcome::kOther:
    case Outcome::kUnsaid:
      break;
  }
  return "unknown";
}

bool IsHttp(const Header& header) {
  return header.kind == "request" ||
         (header.kind == "event" && TextIn(header, "method") != nullptr);
}

Json EventOf(const Event& event) {
  const Header& header = event.entry->header;
  const KindForms& forms = FormsOf(IsHttp(header) ? "request" : header.kind);
  const bool refused = header.kind == "source" && header.outcome == "refused";
  const std::string* happened = TextIn(header, "event");
  Json json = {{"kind", refused ? "pipeline_error" : forms.ecs_kind},
               {"type", {forms.ecs_type}},
               {"outcome", OutcomeName(header)},
               {"action", happened == nullptr ? header.kind : *happened},
               {"code", header.kind},
               {"module", "garant"},
               {"dataset", "garant.trail"},
               {"id", IdentityOf(event)},
               {"sequence", event.entry->index},
               {"severity", SeverityOf(header)}};
  if (!forms.ecs_category.empty()) json["category"] = {forms.ecs_category};
  if (!header.source.empty()) json["provider"] = header.source;
  if (const int64_t* took = NumberIn(header, "milliseconds");
      took != nullptr && *took >= 0 && *took <= INT64_MAX / kNanosecondsOfOne)
    json["duration"] = *took * kNanosecondsOfOne;
  return json;
}

void PutHttp(const Header& header, Json& json) {
  Json http = Json::object();
  if (const std::string* method = TextIn(header, "method"); method != nullptr && *method != "other")
    http["request"]["method"] = *method;
  if (const int64_t* bytes = NumberIn(header, "received")) http["request"]["bytes"] = *bytes;
  if (const int64_t* status = NumberIn(header, "status")) http["response"]["status_code"] = *status;
  if (const int64_t* bytes = NumberIn(header, "sent")) http["response"]["bytes"] = *bytes;
  if (const std::string version = HttpVersion(header); !version.empty()) http["version"] = version;
  if (!http.empty()) json["http"] = std::move(http);
  if (const std::string version = TlsVersion(header); !version.empty())
    json["tls"] = {{"version", version}};
}

}  // namespace

std::string RenderEcs(const Event& event, std::string_view version) {
  const Header& header = event.entry->header;
  Json json = {{"@timestamp", base::FormatTime(event.entry->time)},
               {"ecs", {{"version", kVersion}}},
               {"event", EventOf(event)},
               {"observer", {{"vendor", "Garant"}, {"product", "Garant"}, {"version", version}}}};
  if (const auto about = AboutKind(header.kind); !about.empty()) json["message"] = about;
  if (!header.service.empty()) json["service"] = {{"name", header.service}};
  if (IsHttp(header)) PutHttp(header, json);
  std::set<std::string> people;
  if (header.actor) people.insert(TokenText(*header.actor));
  for (const trail::Token& subject : header.subjects) people.insert(TokenText(subject));
  if (header.actor) json["user"] = {{"id", TokenText(*header.actor)}};
  if (!people.empty()) json["related"] = {{"user", people}};
  if (header.trace) json["trace"] = {{"id", TokenText(*header.trace)}};
  json["garant"] = RestJson(event);
  json["garant"]["origin"] = event.origin;
  return Line(json);
}

}  // namespace garant::feed

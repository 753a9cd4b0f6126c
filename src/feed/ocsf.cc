#include <algorithm>
#include <chrono>

#include "feed/forms.h"
#include "feed/kinds.h"
#include "feed/pieces.h"

// Events of OCSF 1.8.0 (schema.ocsf.io).
namespace garant::feed {
namespace {

using Json = nlohmann::json;
using trail::Header;

constexpr std::string_view kVersion = "1.8.0";
constexpr int kActivitiesOfAClass = 100;
constexpr int kClassesOfACategory = 1000;

struct Activity {
  std::string_view word;
  int id;
};
constexpr Activity kMethods[] = {{"DELETE", 2}, {"GET", 3}, {"HEAD", 4}, {"OPTIONS", 5},
                                 {"POST", 6},   {"PUT", 7}, {"PATCH", 9}};
// What happens to a source is what happens to a log.
constexpr Activity kOfSources[] = {{"truncated", 1}, {"lost", 2},   {"rotated", 5},
                                   {"found", 6},     {"closed", 7}, {"crashed", 7}};

int Find(std::span<const Activity> activities, std::string_view word) {
  const auto found = std::ranges::find(activities, word, &Activity::word);
  return found == activities.end() ? kOtherActivity : found->id;
}

OcsfClass ClassOf(const Header& header) {
  const OcsfClass usual = FormsOf(header.kind).ocsf;
  if (usual != OcsfClass::kHttp && header.kind != "event") return usual;
  return TextIn(header, "method") != nullptr || NumberIn(header, "status") != nullptr
             ? OcsfClass::kHttp
             : OcsfClass::kEventLog;
}

int ActivityOf(const Header& header, OcsfClass ocsf) {
  if (ocsf == OcsfClass::kHttp) {
    const std::string* method = TextIn(header, "method");
    return method == nullptr ? 0 : Find(kMethods, *method);
  }
  return header.kind == "source" ? Find(kOfSources, header.outcome) : FormsOf(header.kind).activity;
}

int StatusOf(const Header& header) {
  constexpr int kUnknown = 0;
  constexpr int kSuccess = 1;
  constexpr int kFailure = 2;
  switch (OutcomeOf(header)) {
    case Outcome::kSuccess:
      return kSuccess;
    case Outcome::kFailure:
      return kFailure;
    case Outcome::kOther:
      return kOtherActivity;
    case Outcome::kUnsaid:
      break;
  }
  return kUnknown;
}

void PutHttp(const Header& header, Json& json) {
  const std::string* method = TextIn(header, "method");
  const int64_t* status = NumberIn(header, "status");
  Json request = Json::object();
  if (method != nullptr && Find(kMethods, *method) != kOtherActivity)
    request["http_method"] = *method;
  if (const std::string version = HttpVersion(header); !version.empty())
    request["version"] = version;
  if (const int64_t* bytes = NumberIn(header, "received")) request["length"] = *bytes;
  json["http_request"] = std::move(request);
  if (status != nullptr) {
    json["http_response"] = {{"code", *status}};
    json["http_status"] = *status;
    if (const int64_t* bytes = NumberIn(header, "sent")) json["http_response"]["length"] = *bytes;
  }
  if (const std::string version = TlsVersion(header); !version.empty())
    json["tls"] = {{"version", version}};
}

// What a class must have beside what all have.
void PutOfClass(const Event& event, OcsfClass ocsf, Json& json) {
  const Header& header = event.entry->header;
  const std::string* subject = TextIn(header, "@subject");
  switch (ocsf) {
    case OcsfClass::kHttp:
      return PutHttp(header, json);
    case OcsfClass::kDataSecurity:
      json["finding_info"] = {{"uid", IdentityOf(event)}, {"title", AboutKind(header.kind)}};
      return;
    case OcsfClass::kScan:
      json["scan"] = {{"name", header.source}, {"type_id", kOtherActivity}, {"type", header.kind}};
      return;
    case OcsfClass::kApplicationLifecycle:
      json["app"] = {{"name", subject == nullptr ? header.kind : *subject}};
      return;
    case OcsfClass::kEventLog:
      json["log_name"] = event.origin;
      if (!header.source.empty()) json["log_provider"] = header.source;
  }
}

Json MetadataOf(const Event& event, std::string_view version) {
  const Header& header = event.entry->header;
  Json metadata = {
      {"version", kVersion},
      {"product", {{"name", "Garant"}, {"vendor_name", "Garant"}, {"version", version}}},
      {"uid", IdentityOf(event)},
      {"sequence", event.entry->index},
      {"event_code", header.kind},
      {"log_name", event.origin},
      {"original_time", base::FormatTime(event.entry->time)}};
  if (!header.source.empty()) metadata["log_provider"] = header.source;
  if (header.trace) metadata["correlation_uid"] = TokenText(*header.trace);
  if (header.actor) metadata["profiles"] = {"host"};  // which `actor` is of
  return metadata;
}

}  // namespace

std::string RenderOcsf(const Event& event, std::string_view version) {
  const trail::Entry& entry = *event.entry;
  const Header& header = entry.header;
  const OcsfClass ocsf = ClassOf(header);
  const int uid = static_cast<int>(ocsf);
  const int activity = ActivityOf(header, ocsf);
  Json json = {
      {"class_uid", uid},
      {"category_uid", uid / kClassesOfACategory},
      {"activity_id", activity},
      {"type_uid", uid * kActivitiesOfAClass + activity},
      {"severity_id", SeverityOf(header)},
      {"status_id", StatusOf(header)},
      {"time",
       std::chrono::floor<std::chrono::milliseconds>(entry.time).time_since_epoch().count()},
      {"metadata", MetadataOf(event, version)}};
  if (activity == kOtherActivity) {
    const std::string* word = ocsf == OcsfClass::kHttp ? TextIn(header, "method")
                              : header.kind == "event" ? TextIn(header, "event")
                                                       : nullptr;
    json["activity_name"] = word == nullptr ? header.kind : *word;
  }
  if (!header.outcome.empty()) json["status"] = header.outcome;
  if (const auto about = AboutKind(header.kind); !about.empty()) json["message"] = about;
  if (const int64_t* took = NumberIn(header, "milliseconds")) json["duration"] = *took;
  if (header.actor) json["actor"] = {{"user", {{"uid", TokenText(*header.actor)}}}};
  PutOfClass(event, ocsf, json);
  Json rest = RestJson(event);
  if (!header.service.empty()) rest["service"] = header.service;
  json["unmapped"] = std::move(rest);
  return Line(json);
}

}  // namespace garant::feed

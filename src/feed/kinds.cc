#include "feed/kinds.h"

#include <algorithm>
#include <array>

#include "trail/entry/allowed_facts.h"

namespace garant::feed {
namespace {

using enum OcsfClass;
constexpr int kCompleted = 2;  // of a scan
constexpr int kCreate = 1;     // of a finding
constexpr int kDeleteLog = 2;
constexpr int kExportLog = 3;
constexpr int kArchiveLog = 4;
constexpr int kUpdate = 8;  // of an application

// Observations of what was arranged (a planted attack, a drill) are no findings of OCSF and no
// sign-ins: whoever watches would be called for nothing. They are entries of a log.
constexpr KindForms kKinds[] = {
    {"act", kEventLog, kOtherActivity, "event", "", "info"},
    {"erasure", kEventLog, kOtherActivity, "event", "iam", "deletion"},
    {"event", kEventLog, kOtherActivity, "event", "", "info"},
    {"export", kEventLog, kExportLog, "event", "database", "access"},
    {"hold", kEventLog, kOtherActivity, "event", "configuration", "change"},
    {"index-run", kEventLog, kOtherActivity, "event", "", "info"},
    {"reading", kEventLog, kOtherActivity, "event", "database", "access"},
    {"request", kHttp, kOtherActivity, "event", "web", "access"},
    {"source", kEventLog, kOtherActivity, "event", "", "info"},
    {"trail-backup", kEventLog, kArchiveLog, "event", "database", "access"},
    {"trail-retention", kEventLog, kDeleteLog, "event", "database", "change"},

    {"tls-endpoint", kEventLog, kOtherActivity, "state", "network", "protocol"},
    {"http-plain", kEventLog, kOtherActivity, "state", "network", "protocol"},
    {"http-route", kEventLog, kOtherActivity, "state", "web", "info"},
    {"http-cookie", kEventLog, kOtherActivity, "state", "web", "info"},
    {"http-form", kEventLog, kOtherActivity, "state", "web", "info"},
    {"http-field", kEventLog, kOtherActivity, "state", "web", "info"},
    {"http-policy", kEventLog, kOtherActivity, "state", "web", "info"},
    {"security-txt", kEventLog, kOtherActivity, "state", "web", "info"},
    {"origin-direct", kEventLog, kOtherActivity, "state", "configuration", "info"},
    {"crawl", kScan, kCompleted, "event", "web", "info"},
    {"system-events", kEventLog, kOtherActivity, "metric", "", "info"},
    {"guard-requests", kEventLog, kOtherActivity, "metric", "", "info"},
    {"trail-sealing", kEventLog, kOtherActivity, "state", "database", "info"},
    {"journey-edge", kEventLog, kOtherActivity, "state", "network", "info"},
    {"store-field", kDataSecurity, kCreate, "state", "database", "info"},
    {"traffic-field", kDataSecurity, kCreate, "state", "network", "info"},
    {"control-removed", kEventLog, kOtherActivity, "state", "configuration", "info"},
    {"sign-in", kEventLog, kOtherActivity, "state", "authentication", "info"},
    {"rule-check", kEventLog, kOtherActivity, "state", "configuration", "info"},
    {"attack-blocked", kEventLog, kOtherActivity, "state", "intrusion_detection", "info"},
    {"threat-derived", kEventLog, kOtherActivity, "state", "", "info"},
    {"component", kEventLog, kOtherActivity, "state", "package", "info"},
    {"patch", kApplicationLifecycle, kUpdate, "event", "package", "change"},
    {"drift", kEventLog, kOtherActivity, "state", "configuration", "info"},
    {"hosting-check", kEventLog, kOtherActivity, "state", "host", "info"},
    {"security-scan", kScan, kCompleted, "event", "vulnerability", "info"},
    {"detection", kEventLog, kOtherActivity, "state", "intrusion_detection", "info"},
    {"incident-drill", kEventLog, kOtherActivity, "state", "", "info"},
    {"monitoring-export", kEventLog, kOtherActivity, "state", "", "info"},
    {"disclosure", kEventLog, kOtherActivity, "state", "database", "access"},
    {"rights-request", kEventLog, kOtherActivity, "state", "database", "access"},
    {"retention-run", kEventLog, kOtherActivity, "state", "database", "change"},
    {"credential", kEventLog, kOtherActivity, "state", "authentication", "info"},
};
constexpr KindForms kUnknown{"", kEventLog, kOtherActivity, "event", "", "info"};

// Words of outcomes that are ours, and the usual ones of others' logs.
constexpr std::string_view kSuccesses[] = {"begun",   "closed",  "ended",     "found",
                                           "given",   "heard",   "ok",        "passed",
                                           "rotated", "success", "redirected"};
constexpr std::string_view kFailures[] = {"abandoned", "broken",  "crashed",   "denied",
                                          "error",     "failed",  "failure",   "gap",
                                          "lost",      "refused", "truncated", "unanswered"};

template <typename Value>
const Value* ValueIn(const trail::Header& header, std::string_view name) {
  const auto found = std::ranges::find(header.facts, name, &trail::Fact::name);
  return found == header.facts.end() ? nullptr : std::get_if<Value>(&found->value);
}

}  // namespace

std::span<const KindForms> AllKinds() { return kKinds; }

const KindForms& FormsOf(std::string_view kind) {
  const auto* const found = std::ranges::find(kKinds, kind, &KindForms::kind);
  return found == std::end(kKinds) ? kUnknown : *found;
}

std::string_view AboutKind(std::string_view kind) {
  if (const auto* known = trail::FindObservationKind(kind)) return known->about;
  for (const trail::ObservationKind& record : trail::RecordKinds())
    if (record.name == kind) return record.about;
  return {};
}

Outcome OutcomeOf(const trail::Header& header) {
  if (header.outcome.empty()) return Outcome::kUnsaid;
  if (std::ranges::find(kSuccesses, header.outcome) != std::end(kSuccesses))
    return Outcome::kSuccess;
  return std::ranges::find(kFailures, header.outcome) != std::end(kFailures) ? Outcome::kFailure
                                                                             : Outcome::kOther;
}

int SeverityOf(const trail::Header& header) {
  constexpr int kInformational = 1;
  constexpr int kLow = 2;
  constexpr int kMedium = 3;
  const bool failed = OutcomeOf(header) == Outcome::kFailure;
  if (header.kind == "trail-sealing") {
    const auto* sealed = ValueIn<bool>(header, "sealed");
    return sealed != nullptr && !*sealed ? kMedium : kInformational;
  }
  if (header.kind != "source") return failed ? kLow : kInformational;
  // Something is missing in the trail from here on.
  if (header.outcome == "refused") return kLow;
  return failed || header.outcome == "silent" ? kMedium : kInformational;
}

const int64_t* NumberIn(const trail::Header& header, std::string_view name) {
  return ValueIn<int64_t>(header, name);
}
const std::string* TextIn(const trail::Header& header, std::string_view name) {
  return ValueIn<std::string>(header, name);
}

}  // namespace garant::feed

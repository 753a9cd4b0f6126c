#include "guard/worker.h"

#include <algorithm>
#include <utility>

namespace garant::guard {
namespace {

bool IsSession(std::string_view text) {
  return text.size() == kSessionBytes && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// The value of the one cookie of that name; none where it stands twice.
std::string_view CookieNamed(std::string_view name, std::string_view cookies) {
  std::string_view value;
  bool found = false;
  while (!cookies.empty()) {
    const size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (!pair.starts_with(name) || pair.size() == name.size() || pair[name.size()] != '=') continue;
    if (found) return {};
    found = true;
    value = pair.substr(name.size() + 1);
  }
  return value;
}

spool::Outcome OutcomeOf(const Departure& departure) {
  constexpr uint16_t kClientClosed = 499;  // nginx's own
  const uint16_t status = departure.status;
  if (departure.client_left || status == kClientClosed) return spool::Outcome::kAbandoned;
  if (departure.asked) {
    const bool silent = status == 502 || status == 504;
    return silent ? spool::Outcome::kUnanswered : spool::Outcome::kPassed;
  }
  if (departure.tls == 0 && (status == 301 || status == 308)) return spool::Outcome::kRedirected;
  return status >= 400 ? spool::Outcome::kRefused : spool::Outcome::kPassed;
}

std::vector<std::string_view> TemplatesOf(const Settings& settings) {
  std::vector<std::string_view> templates;
  templates.reserve(settings.routes.size());
  for (const Route& route : settings.routes) templates.push_back(route.match);
  return templates;
}

}  // namespace

Worker::Worker(Settings settings, std::unique_ptr<spool::Writer> writer)
    : settings_(std::move(settings)), routes_(TemplatesOf(settings_)), writer_(std::move(writer)) {}

void Worker::Begin(const Arrival& arrival, Visit& visit) noexcept {
  if (writer_ != nullptr) writer_->Begin();
  visit.began = arrival.now;
  visit.ticks = arrival.ticks;
  visit.trace = Continue(arrival.traceparents, random_);
  WriteTraceparent(visit.trace, visit.traceparent);
  if (visit.trace.continued)
    visit.tracestate_bytes =
        static_cast<uint16_t>(JoinTracestate(arrival.tracestates, visit.tracestate).size());
  if (const auto number = routes_.Find(arrival.path)) visit.route = &settings_.routes[*number];
  if (visit.route != nullptr && visit.route->assurance > 0) TakeSession(arrival.cookies, visit);
}

void Worker::TakeSession(std::string_view cookies, Visit& visit) noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  visit.has_session = true;
  const std::string_view brought = CookieNamed(settings_.session_cookie, cookies);
  if (IsSession(brought)) {
    std::ranges::copy(brought, visit.session.begin());
    return;
  }
  visit.new_session = true;
  std::array<uint8_t, kSessionBytes / 2> bytes{};
  random_.Fill(bytes);
  for (size_t i = 0; i < bytes.size(); ++i) {
    visit.session[2 * i] = kDigits[bytes[i] >> 4U];
    visit.session[2 * i + 1] = kDigits[bytes[i] & 0x0FU];
  }
}

void Worker::End(const Visit& visit, const Departure& departure) noexcept {
  if (writer_ == nullptr) return;
  spool::RequestRecord record;
  record.time = visit.began;
  record.duration = std::chrono::duration_cast<base::Duration>(departure.ticks - visit.ticks);
  // nginx counts in milliseconds of its own clock, which is read once a round of events.
  record.upstream = std::min(departure.upstream, record.duration);
  record.received = departure.received;
  record.sent = departure.sent;
  record.trace = visit.trace.trace;
  record.span = visit.trace.span;
  record.parent = visit.trace.parent;
  record.continued = visit.trace.continued;
  record.sampled = visit.trace.sampled;
  record.status = departure.status;
  record.method = spool::MethodOf(departure.method);
  record.outcome = OutcomeOf(departure);
  record.http = departure.http;
  record.tls = departure.tls;
  record.client = departure.client;
  if (visit.has_session) record.session = {visit.session.data(), visit.session.size()};
  if (visit.route != nullptr) {
    record.route = visit.route->match;
    record.part = visit.route->part;
  } else {
    record.path = departure.path;
  }
  std::array<uint8_t, spool::kLargestRequest> bytes;
  const size_t size = spool::Encode(record, bytes);
  writer_->Finish({bytes.data(), size});
}

void Worker::Beat(base::Time now) noexcept {
  if (writer_ != nullptr) writer_->Beat(now);
}

}  // namespace garant::guard

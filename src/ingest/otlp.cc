#include "ingest/otlp.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <otlp.pb.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/bytes.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;
using Attributes = google::protobuf::RepeatedPtrField<wire::KeyValue>;
namespace json_util = google::protobuf::util;

constexpr size_t kMostText = 32U << 20U;  // a resource stands in each of its records
constexpr int kDeepest = 64;

Json ValueOf(const wire::AnyValue& value);

// A key that stands there twice gets a list, so that nothing of it is lost.
void Put(Json& out, const std::string& key, Json value) {
  if (!out.contains(key))
    out[key] = std::move(value);
  else if (out[key].is_array())
    out[key].push_back(std::move(value));
  else
    out[key] = Json::array({std::move(out[key]), std::move(value)});
}

Json ObjectOf(const Attributes& attributes) {
  Json out = Json::object();
  for (const wire::KeyValue& one : attributes) Put(out, one.key(), ValueOf(one.value()));
  return out;
}

Json NumberOf(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

Json ValueOf(const wire::AnyValue& value) {
  switch (value.value_case()) {
    case wire::AnyValue::kStringValue:
      return value.string_value();
    case wire::AnyValue::kBoolValue:
      return value.bool_value();
    case wire::AnyValue::kIntValue:
      return value.int_value();
    case wire::AnyValue::kDoubleValue:
      return NumberOf(value.double_value());
    case wire::AnyValue::kArrayValue: {
      Json list = Json::array();
      for (const wire::AnyValue& one : value.array_value().values()) list.push_back(ValueOf(one));
      return list;
    }
    case wire::AnyValue::kKvlistValue:
      return ObjectOf(value.kvlist_value().values());
    case wire::AnyValue::kBytesValue:
      return base::ToBase64(base::AsBytes(value.bytes_value()));
    case wire::AnyValue::VALUE_NOT_SET:
      break;
  }
  return nullptr;
}

void PutText(Json& out, const char* name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}
void PutCount(Json& out, const char* name, uint64_t count) {
  if (count != 0) out[name] = count;
}
void PutAttributes(Json& out, const char* name, const Attributes& attributes) {
  if (!attributes.empty()) out[name] = ObjectOf(attributes);
}
void PutTime(Json& out, const char* name, uint64_t nanoseconds) {
  if (nanoseconds != 0 && nanoseconds <= uint64_t{std::numeric_limits<int64_t>::max()})
    out[name] = base::FormatTime(base::Time(base::Duration(static_cast<int64_t>(nanoseconds))));
}

// Of all zeros is none.
void PutId(Json& out, const char* name, const std::string& id) {
  if (id.find_first_not_of('\0') != std::string::npos) out[name] = base::ToHex(base::AsBytes(id));
}
bool HasLength(const std::string& id, size_t bytes) { return id.empty() || id.size() == bytes; }

std::string_view KindName(int kind) {
  static constexpr std::string_view kNames[] = {"",       "internal", "server",
                                                "client", "producer", "consumer"};
  return kind > 0 && kind < 6 ? kNames[kind] : std::string_view();
}

bool IsSound(const wire::LogRecord& record) {
  return HasLength(record.trace_id(), 16) && HasLength(record.span_id(), 8);
}
bool IsSound(const wire::Span& span) {
  bool sound = HasLength(span.trace_id(), 16) && HasLength(span.span_id(), 8) &&
               HasLength(span.parent_span_id(), 8);
  for (const wire::SpanLink& link : span.links())
    sound = sound && HasLength(link.trace_id(), 16) && HasLength(link.span_id(), 8);
  return sound;
}

void PutRecord(Json& out, const wire::LogRecord& record, base::Time received) {
  out["signal"] = "log";
  PutTime(
      out, "time",
      record.time_unix_nano() != 0 ? record.time_unix_nano() : record.observed_time_unix_nano());
  if (record.time_unix_nano() == 0 && record.observed_time_unix_nano() == 0)
    out["time"] = base::FormatTime(received);
  PutTime(out, "observed", record.observed_time_unix_nano());
  if (record.severity_number() != 0) out["severity"] = record.severity_number();
  PutText(out, "level", record.severity_text());
  PutText(out, "event", record.event_name());
  if (record.has_body()) out["body"] = ValueOf(record.body());
  PutAttributes(out, "attributes", record.attributes());
  PutCount(out, "dropped", record.dropped_attributes_count());
  PutCount(out, "flags", record.flags());
  PutId(out, "trace", record.trace_id());
  PutId(out, "parent", record.span_id());  // it was written within that span
}

Json EventsOf(const wire::Span& span) {
  Json events = Json::array();
  for (const wire::SpanEvent& event : span.events()) {
    Json& one = events.emplace_back(Json::object());
    PutTime(one, "time", event.time_unix_nano());
    PutText(one, "name", event.name());
    PutAttributes(one, "attributes", event.attributes());
    PutCount(one, "dropped", event.dropped_attributes_count());
  }
  return events;
}

Json LinksOf(const wire::Span& span) {
  Json links = Json::array();
  for (const wire::SpanLink& link : span.links()) {
    Json& one = links.emplace_back(Json::object());
    PutId(one, "trace", link.trace_id());
    PutId(one, "span", link.span_id());
    PutText(one, "state", link.trace_state());
    PutAttributes(one, "attributes", link.attributes());
    PutCount(one, "dropped", link.dropped_attributes_count());
    PutCount(one, "flags", link.flags());
  }
  return links;
}

void PutRecord(Json& out, const wire::Span& span, base::Time) {
  out["signal"] = "span";
  PutId(out, "trace", span.trace_id());
  PutId(out, "span", span.span_id());
  PutId(out, "parent", span.parent_span_id());
  PutText(out, "state", span.trace_state());
  PutText(out, "name", span.name());
  PutText(out, "kind", std::string(KindName(span.kind())));
  PutTime(out, "time", span.start_time_unix_nano());
  PutTime(out, "end", span.end_time_unix_nano());
  if (span.start_time_unix_nano() != 0 && span.end_time_unix_nano() >= span.start_time_unix_nano())
    out["milliseconds"] =
        static_cast<double>(span.end_time_unix_nano() - span.start_time_unix_nano()) / 1e6;
  if (span.status().code() == 1) out["status"] = "ok";
  if (span.status().code() == 2) out["status"] = "error";
  PutText(out, "problem", span.status().message());
  PutAttributes(out, "attributes", span.attributes());
  if (!span.events().empty()) out["events"] = EventsOf(span);
  if (!span.links().empty()) out["links"] = LinksOf(span);
  PutCount(out, "dropped", span.dropped_attributes_count());
  PutCount(out, "dropped-events", span.dropped_events_count());
  PutCount(out, "dropped-links", span.dropped_links_count());
  PutCount(out, "flags", span.flags());
}

const auto& ResourcesOf(const wire::ExportLogsServiceRequest& all) { return all.resource_logs(); }
const auto& ResourcesOf(const wire::ExportTraceServiceRequest& all) { return all.resource_spans(); }
const auto& ScopesOf(const wire::ResourceLogs& resource) { return resource.scope_logs(); }
const auto& ScopesOf(const wire::ResourceSpans& resource) { return resource.scope_spans(); }
const auto& RecordsOf(const wire::ScopeLogs& scope) { return scope.log_records(); }
const auto& RecordsOf(const wire::ScopeSpans& scope) { return scope.spans(); }

Json ScopeOf(const wire::InstrumentationScope& scope) {
  Json out = Json::object();
  PutText(out, "name", scope.name());
  PutText(out, "version", scope.version());
  PutAttributes(out, "attributes", scope.attributes());
  PutCount(out, "dropped", scope.dropped_attributes_count());
  return out;
}

using Records = std::variant<std::vector<std::string>, OtlpFault>;

template <typename Request>
Records Flatten(const Request& request, base::Time received) {
  std::vector<std::string> records;
  size_t text = 0;
  for (const auto& resource : ResourcesOf(request)) {
    const Json of = ObjectOf(resource.resource().attributes());
    for (const auto& scope : ScopesOf(resource)) {
      const Json by = ScopeOf(scope.scope());
      for (const auto& record : RecordsOf(scope)) {
        if (!IsSound(record)) return OtlpFault::kNotOtlp;
        Json out = {{"resource", of}, {"scope", by}};
        PutRecord(out, record, received);
        records.push_back(out.dump());
        text += records.back().size();
        if (text > kMostText || records.size() > kMostOtlpRecords) return OtlpFault::kTooMuch;
      }
    }
  }
  return records;
}

// It writes what it does not like to the standard error, which untrusted bytes must not do.
void BeQuiet() {
  [[maybe_unused]] static const auto kBefore = google::protobuf::SetLogHandler(nullptr);
}

template <typename Request>
Records Read(Encoding encoding, std::string_view body, base::Time received) {
  BeQuiet();
  Request request;
  if (encoding == Encoding::kJson) {
    const auto plain = WithPlainIds(body);
    json_util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    if (!plain || !json_util::JsonStringToMessage(*plain, &request, options).ok())
      return OtlpFault::kNotOtlp;
  } else {
    google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(body.data()),
                                              static_cast<int>(body.size()));
    in.SetRecursionLimit(kDeepest);
    if (!request.MergeFromCodedStream(&in) || !in.ConsumedEntireMessage())
      return OtlpFault::kNotOtlp;
  }
  return Flatten(request, received);
}

}  // namespace

Records ReadOtlp(Signal signal, Encoding encoding, std::string_view body, base::Time received) {
  if (body.size() > kLargestOtlpBody) return OtlpFault::kTooMuch;
  if (signal == Signal::kLogs)
    return Read<wire::ExportLogsServiceRequest>(encoding, body, received);
  return Read<wire::ExportTraceServiceRequest>(encoding, body, received);
}

}  // namespace garant::ingest

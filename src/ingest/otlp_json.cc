#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "ingest/otlp.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;

constexpr size_t kDeepest = 64;

// Before anything follows it down: libraries recurse.
bool IsTooDeep(std::string_view json) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > kDeepest)
      return true;
    else if (!quoted && (c == ']' || c == '}') && depth > 0)
      --depth;
  }
  return false;
}

// Hexadecimal as OTLP wants it, or base64 as some senders have it; null and "" are none.
bool MakePlain(Json& id, size_t bytes) {
  if (id.is_null()) return true;
  if (!id.is_string()) return false;
  const std::string& text = id.get_ref<const std::string&>();
  if (text.empty()) return true;
  if (text.size() == 2 * bytes) {
    const auto read = base::FromHex(text);
    if (read) id = base::ToBase64(*read);
    return read.has_value();
  }
  const auto read = base::FromBase64(text);
  return read && read->size() == bytes;
}

bool MakePlain(Json& record) {
  struct Id {
    const char* name;
    size_t bytes;
  };
  for (const Id id : {Id{"traceId", 16}, Id{"trace_id", 16}, Id{"spanId", 8}, Id{"span_id", 8},
                      Id{"parentSpanId", 8}, Id{"parent_span_id", 8}})
    if (const auto found = record.find(id.name);
        found != record.end() && !MakePlain(*found, id.bytes))
      return false;
  return true;
}

// Of the lists of one of two spellings, the members; nothing is made of what is none.
template <typename Do>
bool EachOf(Json& object, std::initializer_list<const char*> names, const Do& act) {
  if (!object.is_object()) return true;
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_array()) continue;
    if (!std::ranges::all_of(*found, act)) return false;
  }
  return true;
}

bool ReadRecord(Json& record) {
  if (!record.is_object()) return true;
  return MakePlain(record) &&
         EachOf(record, {"links"}, [](Json& link) { return !link.is_object() || MakePlain(link); });
}

}  // namespace

std::optional<std::string> WithPlainIds(std::string_view text) {
  if (IsTooDeep(text)) return {};
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  const auto scopes = [](Json& scope) {
    return EachOf(scope, {"logRecords", "log_records", "spans"}, ReadRecord);
  };
  const auto resources = [&](Json& resource) {
    return EachOf(resource, {"scopeLogs", "scope_logs", "scopeSpans", "scope_spans"}, scopes);
  };
  if (!EachOf(json, {"resourceLogs", "resource_logs", "resourceSpans", "resource_spans"},
              resources))
    return {};
  return json.dump();
}

}  // namespace garant::ingest

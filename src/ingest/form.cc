#include "ingest/form.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "ingest/combined.h"
#include "ingest/syslog.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kNames[] = {"json", "combined", "syslog", "otlp"};

std::variant<Json, Reason> ReadJson(std::string_view bytes) {
  if (!base::IsUtf8(bytes)) return Reason::kNotUtf8;
  Json json = Json::parse(bytes, nullptr, false);
  if (json.is_discarded()) return Reason::kNotJson;
  if (!json.is_object()) return Reason::kNotObject;
  return json;
}

}  // namespace

std::span<const std::string_view> FormNames() { return kNames; }

std::optional<Form> ParseForm(std::string_view name) {
  const auto* found = std::ranges::find(kNames, name);
  if (found == std::end(kNames)) return {};
  return static_cast<Form>(found - std::begin(kNames));
}

std::string_view FormName(Form form) { return kNames[static_cast<size_t>(form)]; }

std::variant<Json, Reason> ReadForm(Form form, std::string_view bytes) {
  switch (form) {
    case Form::kCombined:
      return ReadCombined(bytes);
    case Form::kSyslog:
      return ReadSyslog(bytes);
    case Form::kJson:
    case Form::kOtlp:
      break;
  }
  return ReadJson(bytes);
}

}  // namespace garant::ingest

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "ingest/source_event.h"

// How a source writes down what happened. Whatever it is, a mapping sees one JSON object
// (docs/formats/ingest.md). The bytes are untrusted.
namespace garant::ingest {

enum class Form : uint8_t {
  kJson,
  kCombined,  // nginx's and Apache's access log
  kSyslog,    // RFC 5424
  kOtlp,      // an OTLP record as OtlpRecords spells it
};
[[nodiscard]] std::span<const std::string_view> FormNames();
[[nodiscard]] std::optional<Form> ParseForm(std::string_view name);
[[nodiscard]] std::string_view FormName(Form form);

// The object, or what stands against its being one.
[[nodiscard]] std::variant<nlohmann::json, Reason> ReadForm(Form form, std::string_view bytes);

}  // namespace garant::ingest

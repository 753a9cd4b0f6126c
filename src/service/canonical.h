#pragma once

#include <string>

#include "expr/value.h"

namespace garant::service {

// The value as canonical JSON (RFC 8785: sorted keys, no white space, UTF-8); absent fields are
// left out. docs/formats/service-file.md says how each type is written.
[[nodiscard]] std::string CanonicalJson(const expr::Value& value);

// A text as a JSON string, with quotes.
[[nodiscard]] std::string JsonString(std::string_view text);

}  // namespace garant::service

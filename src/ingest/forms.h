#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

// What the values of untrusted records must look like to stand in clear (docs/formats/ingest.md).
namespace garant::ingest {

[[nodiscard]] bool IsSystemId(std::string_view text);  // a–z 0–9 -, 1 to 64, a letter first
[[nodiscard]] bool IsWord(std::string_view text);  // A–Z a–z 0–9 . _ : -, 1 to 64, a letter first
[[nodiscard]] std::string_view KnownMethod(std::string_view text);  // or "other"

// At most 60 days ago and 5 minutes ahead: older ones may have no key any more.
[[nodiscard]] bool IsUsable(base::Time time, base::Time now);

// RFC 3339 with any offset.
[[nodiscard]] std::optional<base::Time> ParseTimestamp(std::string_view text);

// The raw form that tokens are made of: 32 hexadecimal digits in small letters; else as it is.
[[nodiscard]] std::string RawTraceId(std::string_view text);

}  // namespace garant::ingest

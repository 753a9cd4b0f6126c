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

// As a certificate names a sender: a–z 0–9 . _ -, 1 to 120, neither of them first but a–z 0–9.
[[nodiscard]] bool IsSenderName(std::string_view text);

// What happened is taken so long afterwards, and not longer than the keys of its day are kept.
constexpr base::Duration kLongestAgo = std::chrono::days(60);
// Neither longer ago nor more than 5 minutes ahead.
[[nodiscard]] bool IsUsable(base::Time time, base::Time now, base::Duration kept);

// RFC 3339 with any offset; a space for the T, and " UTC" or " GMT" behind it, as databases write.
[[nodiscard]] std::optional<base::Time> ParseTimestamp(std::string_view text);

// The raw form that tokens are made of: 32 hexadecimal digits in small letters; else as it is.
[[nodiscard]] std::string RawTraceId(std::string_view text);

// What a W3C traceparent names; hexadecimal, never all zeros.
struct TraceParent {
  std::string trace;
  std::string parent;
};
// The text is one, or has `traceparent='…'` in a comment at its very end, as sqlcommenter puts it:
// anywhere else it may be what a user typed.
[[nodiscard]] std::optional<TraceParent> FindTraceParent(std::string_view text);

}  // namespace garant::ingest

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

// What the headers of an answer ask browsers to do. All input is untrusted; what is malformed
// counts as a browser would count it: not there.
namespace garant::harden {

struct Hsts {
  int64_t max_age = 0;  // seconds
  bool subdomains = false;
  bool operator==(const Hsts&) const = default;
};
// RFC 6797 section 6.1: one max-age, no directive twice; anything else voids the whole header.
[[nodiscard]] std::optional<Hsts> ParseHsts(std::string_view value);

// One Content-Security-Policy value (it may hold several policies, by commas). True where at least
// one of them confines scripts to named places or nonces: no inline scripts, no whole schemes, no
// *.
[[nodiscard]] bool RestrictsScripts(std::string_view csp);
// frame-ancestors: nullopt where absent, else whether it restricts framing.
[[nodiscard]] std::optional<bool> RestrictsAncestors(std::string_view csp);
// X-Frame-Options (RFC 7034): DENY or SAMEORIGIN, in every value.
[[nodiscard]] bool RestrictsFraming(std::span<const std::string_view> x_frame_options);
// Referrer-Policy: true where the last policy understood keeps paths from other sites.
[[nodiscard]] bool KeepsReferrer(std::string_view value);
// Whether the comma-separated list holds the token, in any case.
[[nodiscard]] bool HasToken(std::string_view list, std::string_view token);

struct SetCookie {
  std::string name;
  bool secure = false;
  bool http_only = false;
  std::string same_site;  // Strict, Lax, None; empty where absent or something else
  int64_t lifetime = 0;   // seconds; 0 for the session
  bool removal = false;   // it asks to forget the cookie
};
// RFC 6265 section 5.2. The value is read over and never kept. Nothing where there is no name.
[[nodiscard]] std::optional<SetCookie> ParseSetCookie(std::string_view value, base::Time now);

}  // namespace garant::harden

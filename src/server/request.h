#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

// What of a request the API reads, parsed by us: target, query, cookies, languages. Everything in
// it is untrusted.
namespace garant::server {

constexpr size_t kLongestTarget = 4096;

struct Target {
  std::string path;                                       // percent-decoded: "/api/v1/items"
  std::map<std::string, std::string, std::less<>> query;  // decoded; each name once
};
// Nothing where it is no absolute path, is longer than kLongestTarget, has a broken escape, decodes
// to what is not UTF-8 or has control characters, or has a name twice.
[[nodiscard]] std::optional<Target> ParseTarget(std::string_view target);

// The value of a cookie; nothing where it is not there, or there more than once.
[[nodiscard]] std::optional<std::string_view> CookieOf(std::string_view header,
                                                       std::string_view name);

// Whether a Host header names one of this machine's own names, with this port: what a page of
// another name that resolves to us (DNS rebinding) cannot send. `front` is one more name, that of a
// front that passes its own Host on, with any port; empty for none.
[[nodiscard]] bool IsOwnHost(std::string_view host, unsigned port, std::string_view front);

// French where Accept-Language prefers it to English.
[[nodiscard]] base::Language LanguageOf(std::string_view accept_language);

// Whether a Content-Type is application/json, whatever its parameters.
[[nodiscard]] bool IsJson(std::string_view media_type);

// Whether an Accept header prefers a page to JSON, as a browser's does.
[[nodiscard]] bool WantsPage(std::string_view accept);

}  // namespace garant::server

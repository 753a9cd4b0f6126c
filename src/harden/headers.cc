#include "harden/headers.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <vector>

#include "harden/words.h"

namespace garant::harden {
namespace {

using Sources = std::vector<std::string>;

// max-age counts that are larger than any clock stand for "as long as can be".
std::optional<int64_t> ReadSeconds(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  constexpr int64_t kMost = 10'000'000'000;
  int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return failure == std::errc{} ? std::min(seconds, kMost) : kMost;
}

std::optional<Sources> FindDirective(std::string_view policy, std::string_view name) {
  for (const std::string_view directive : Split(policy, ';')) {
    std::string spaced = Lower(directive);
    std::replace_if(
        spaced.begin(), spaced.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; },
        ' ');
    const auto words = Split(spaced, ' ');
    if (words.empty() || words[0] != name) continue;
    return Sources(words.begin() + 1, words.end());  // the first of its name counts
  }
  return std::nullopt;
}

bool IsWholeScheme(const std::string& source) {
  static constexpr std::array<std::string_view, 8> kWide = {
      "*", "http:", "https:", "data:", "blob:", "http://*", "https://*", "filesystem:"};
  return std::find(kWide.begin(), kWide.end(), source) != kWide.end();
}

bool ConfinesScripts(const Sources& sources) {
  const auto any = [&](auto holds) { return std::any_of(sources.begin(), sources.end(), holds); };
  const bool nonce = any([](const std::string& s) {
    return s.starts_with("'nonce-") || s.starts_with("'sha256-") || s.starts_with("'sha384-") ||
           s.starts_with("'sha512-");
  });
  const bool dynamic = nonce && any([](const std::string& s) { return s == "'strict-dynamic'"; });
  if (!nonce && any([](const std::string& s) { return s == "'unsafe-inline'"; })) return false;
  return dynamic || !any(IsWholeScheme);
}

bool PolicyRestrictsScripts(std::string_view policy) {
  auto scripts = FindDirective(policy, "script-src");
  if (!scripts) scripts = FindDirective(policy, "default-src");
  const auto elements = FindDirective(policy, "script-src-elem");
  const auto attributes = FindDirective(policy, "script-src-attr");
  return scripts && ConfinesScripts(*scripts) && (!elements || ConfinesScripts(*elements)) &&
         (!attributes || ConfinesScripts(*attributes));
}

void ReadCookieAttribute(std::string_view attribute, base::Time now, SetCookie& cookie,
                         bool& has_max_age) {
  const size_t equals = attribute.find('=');
  const std::string name = Lower(Trim(attribute.substr(0, equals)));
  const std::string value(equals == std::string_view::npos ? std::string_view{}
                                                           : Trim(attribute.substr(equals + 1)));
  if (name == "secure") cookie.secure = true;
  if (name == "httponly") cookie.http_only = true;
  if (name == "samesite") {
    cookie.same_site.clear();
    for (const std::string_view known : {"Strict", "Lax", "None"})
      if (EqualsIgnoringCase(value, known)) cookie.same_site = known;
  }
  if (name == "max-age") {
    const bool negative = value.starts_with('-');
    const auto seconds = ReadSeconds(negative ? value.substr(1) : value);
    if (!seconds || value.starts_with('"')) return;
    has_max_age = true;
    cookie.removal = negative || *seconds == 0;
    cookie.lifetime = cookie.removal ? 0 : *seconds;
  }
  if (name == "expires" && !has_max_age) {
    const time_t moment = curl_getdate(value.c_str(), nullptr);
    if (moment == -1) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    cookie.removal = moment <= seconds;
    cookie.lifetime = cookie.removal ? 0 : moment - seconds;
  }
}

}  // namespace

std::optional<Hsts> ParseHsts(std::string_view value) {
  std::optional<int64_t> age;
  Hsts result;
  std::set<std::string> seen;
  for (const std::string_view directive : Split(value, ';')) {
    const size_t equals = directive.find('=');
    const std::string name = Lower(Trim(directive.substr(0, equals)));
    if (!seen.insert(name).second) return std::nullopt;
    if (name == "max-age") {
      if (equals == std::string_view::npos) return std::nullopt;
      age = ReadSeconds(Trim(directive.substr(equals + 1)));
      if (!age) return std::nullopt;
    } else if (name == "includesubdomains") {
      if (equals != std::string_view::npos) return std::nullopt;
      result.subdomains = true;
    }
  }
  if (!age) return std::nullopt;
  result.max_age = *age;
  return result;
}

bool RestrictsScripts(std::string_view csp) {
  const auto policies = Split(csp, ',');
  return std::any_of(policies.begin(), policies.end(), PolicyRestrictsScripts);
}

std::optional<bool> RestrictsAncestors(std::string_view csp) {
  std::optional<bool> result;
  for (const std::string_view policy : Split(csp, ',')) {
    const auto ancestors = FindDirective(policy, "frame-ancestors");
    if (!ancestors) continue;
    result =
        result.value_or(false) || std::none_of(ancestors->begin(), ancestors->end(), IsWholeScheme);
  }
  return result;
}

bool RestrictsFraming(std::span<const std::string_view> x_frame_options) {
  bool any = false;
  for (const std::string_view header : x_frame_options)
    for (const std::string_view value : Split(header, ',')) {
      if (!EqualsIgnoringCase(value, "deny") && !EqualsIgnoringCase(value, "sameorigin"))
        return false;
      any = true;
    }
  return any;
}

bool KeepsReferrer(std::string_view value) {
  static constexpr std::array<std::string_view, 6> kKeeps = {
      "no-referrer",   "same-origin",
      "strict-origin", "strict-origin-when-cross-origin",
      "origin",        "origin-when-cross-origin"};
  bool keeps = false;
  for (const std::string_view token : Split(value, ',')) {
    const std::string policy = Lower(token);
    if (std::find(kKeeps.begin(), kKeeps.end(), policy) != kKeeps.end()) keeps = true;
    if (policy == "unsafe-url" || policy == "no-referrer-when-downgrade") keeps = false;
  }
  return keeps;
}

bool HasToken(std::string_view list, std::string_view token) {
  const auto parts = Split(list, ',');
  return std::any_of(parts.begin(), parts.end(),
                     [token](std::string_view part) { return EqualsIgnoringCase(part, token); });
}

std::optional<SetCookie> ParseSetCookie(std::string_view value, base::Time now) {
  const size_t end = std::min(value.find(';'), value.size());
  const std::string_view pair = value.substr(0, end);
  const size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  SetCookie cookie;
  cookie.name = Trim(pair.substr(0, equals));
  if (cookie.name.empty()) return std::nullopt;
  bool has_max_age = false;
  if (end < value.size())
    for (const std::string_view attribute : Split(value.substr(end + 1), ';'))
      ReadCookieAttribute(attribute, now, cookie, has_max_age);
  return cookie;
}

}  // namespace garant::harden

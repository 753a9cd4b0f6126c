#include "harden/route_template.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "harden/words.h"

namespace garant::harden {
namespace {

constexpr size_t kMostSegments = 12;
constexpr size_t kLongestSegment = 40;

bool IsParameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Keeps empty segments: /a//b is not /a/b. A slash at the end makes no difference.
std::vector<std::string_view> Segments(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string_view> result;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return result;
}

bool IsAsset(std::string_view segment) {
  static constexpr std::array<std::string_view, 18> kEndings = {
      ".css", ".js",   ".mjs",  ".map", ".png", ".jpg",   ".jpeg", ".gif",  ".svg",
      ".ico", ".webp", ".avif", ".ttf", ".otf", ".woff2", ".woff", ".webm", ".mp4"};
  const std::string lower = Lower(segment);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0 || c == '-'; });
}

}  // namespace

bool MatchesTemplate(std::string_view route, std::string_view path) {
  const auto wanted = Segments(route);
  const auto given = Segments(path);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(),
                    [](std::string_view want, std::string_view have) {
                      return IsParameter(want) ? !have.empty() : want == have;
                    });
}

bool HasParameters(std::string_view route) {
  const auto segments = Segments(route);
  return std::any_of(segments.begin(), segments.end(), IsParameter);
}

std::string ExamplePath(std::string_view route) {
  std::string path;
  for (const std::string_view segment : Segments(route))
    path.append("/").append(IsParameter(segment) ? "0" : segment);
  if (path.empty() || route.ends_with('/')) path += '/';
  return path;
}

bool LooksLikeIdentifier(std::string_view segment) {
  const auto digits = std::count_if(segment.begin(), segment.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
  if (digits >= 3 || (!segment.empty() && digits == static_cast<long>(segment.size()))) return true;
  if (segment.size() >= 8 && digits > 0 && IsHex(segment)) return true;
  if (segment.size() > kLongestSegment) return true;
  return std::any_of(segment.begin(), segment.end(), [](unsigned char c) {
    return c == '@' || c == '%' || c == '=' || c == ':' || c == '{' || c == '}' || c < 0x21 ||
           c > 0x7e;
  });
}

std::string RouteOf(std::string_view path, const std::vector<std::string>& declared) {
  for (const bool with_parameters : {false, true})
    for (const std::string& route : declared)
      if (HasParameters(route) == with_parameters && MatchesTemplate(route, path)) return route;
  const auto segments = Segments(path);
  std::string result;
  for (size_t i = 0; i < segments.size() && i < kMostSegments; ++i) {
    const bool last = i + 1 == segments.size();
    result += '/';
    if (last && IsAsset(segments[i]))
      result += "{file}";
    else
      result += LooksLikeIdentifier(segments[i]) ? "{id}" : segments[i];
  }
  if (segments.size() > kMostSegments) result += "/{more}";
  return result.empty() ? "/" : result;
}

bool LooksHarmful(std::string_view path_and_query, std::string_view link_text) {
  static constexpr std::array<std::string_view, 26> kWords = {
      "logout",    "log out",     "signout",       "sign out",  "logoff",      "log off",
      "delete",    "remove",      "erase",         "destroy",   "unsubscribe", "revoke",
      "withdraw",  "deconnexion", "deconnecter",   "supprimer", "suppression", "effacer",
      "retirer",   "desabonner",  "desabonnement", "revoquer",  "annuler",     "quitter",
      "terminate", "end session"};
  const std::string text = Folded(std::string(path_and_query) + " | " + std::string(link_text));
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return HasWords(text, word); });
}

}  // namespace garant::harden

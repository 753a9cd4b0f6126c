#include "harden/route_template.h"

#include <algorithm>
#include <array>
#include <map>

#include "harden/words.h"
#include "service/route.h"

namespace garant::harden {
using service::HasParameters;
using service::IsParameter;
using service::MatchesTemplate;
using service::Segments;

namespace {

constexpr size_t kMostSegments = 12;
constexpr size_t kLongestWord = 24;
constexpr size_t kLongestEnding = 5;
// Different words in one folder, beyond which they are taken for names. A site has more pages of
// its own at the top than anywhere else.
constexpr size_t kMostWordsAtTop = 40;
constexpr size_t kMostWordsInFolder = 8;

bool IsAsset(std::string_view segment) {
  static constexpr std::array<std::string_view, 18> kEndings = {
      ".css", ".js",   ".mjs",  ".map", ".png", ".jpg",   ".jpeg", ".gif",  ".svg",
      ".ico", ".webp", ".avif", ".ttf", ".otf", ".woff2", ".woff", ".webm", ".mp4"};
  const std::string lower = Lower(segment);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return lower.ends_with(ending); });
}

const std::string* FindDeclared(std::string_view path, const std::vector<std::string>& declared) {
  for (const bool with_parameters : {false, true})
    for (const std::string& route : declared)
      if (HasParameters(route) == with_parameters && MatchesTemplate(route, path)) return &route;
  return nullptr;
}

bool IsSmallLetter(char c) { return c >= 'a' && c <= 'z'; }

// Of an interface: v1, v12.
bool IsVersion(std::string_view segment) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return segment.size() >= 2 && segment.size() <= 3 && segment[0] == 'v' &&
         std::all_of(segment.begin() + 1, segment.end(), digit);
}

// How one segment is written, whatever stands beside it.
std::string_view Written(std::string_view segment, bool last) {
  if (last && IsAsset(segment)) return "{file}";
  return IsPlainWord(segment, last) ? segment : "{id}";
}

}  // namespace

std::string ExamplePath(std::string_view route) {
  std::string path;
  for (const std::string_view segment : Segments(route))
    path.append("/").append(IsParameter(segment) ? "0" : segment);
  if (path.empty() || route.ends_with('/')) path += '/';
  return path;
}

bool IsPlainWord(std::string_view segment, bool last) {
  const size_t dot = segment.rfind('.');
  if (last && dot != std::string_view::npos) {
    const std::string_view ending = segment.substr(dot + 1);
    if (ending.size() < 2 || ending.size() > kLongestEnding ||
        !std::all_of(ending.begin(), ending.end(), IsSmallLetter))
      return false;
    segment = segment.substr(0, dot);
  }
  if (IsVersion(segment)) return true;
  return !segment.empty() && segment.size() <= kLongestWord &&
         std::all_of(segment.begin(), segment.end(),
                     [](char c) { return IsSmallLetter(c) || c == '-'; });
}

std::string RouteOf(std::string_view path, const std::vector<std::string>& declared) {
  return RouteNames(declared).Of(path);
}

void RouteNames::Learn(const std::vector<std::string>& paths) {
  std::vector<std::vector<std::string_view>> all;
  for (const std::string& path : paths)
    if (FindDeclared(path, declared_) == nullptr) all.push_back(Segments(path));
  // Folder by folder from the top, since what a folder is called depends on those above it.
  for (size_t depth = 0; depth < kMostSegments; ++depth) {
    std::map<std::string, std::set<std::string_view>> members;
    for (const auto& segments : all) {
      if (segments.size() <= depth) continue;
      const bool last = depth + 1 == segments.size();
      const std::string_view written = Written(segments[depth], last);
      if (written == segments[depth]) members[Folder(segments, depth)].insert(written);
    }
    for (const auto& [folder, words] : members)
      if (words.size() > (depth == 0 ? kMostWordsAtTop : kMostWordsInFolder))
        folders_.insert(folder);
  }
}

std::string RouteNames::Folder(const std::vector<std::string_view>& segments, size_t depth) const {
  std::string result;
  for (size_t i = 0; i < depth; ++i) {
    const bool last = i + 1 == segments.size();
    const std::string_view written = Written(segments[i], last);
    const bool name = written == segments[i] && folders_.contains(result);
    result.append("/").append(name ? "{id}" : written);
  }
  return result;
}

std::string RouteNames::Of(std::string_view path) const {
  if (const std::string* route = FindDeclared(path, declared_)) return *route;
  const auto segments = Segments(path);
  std::string result = Folder(segments, std::min(segments.size(), kMostSegments));
  if (segments.size() > kMostSegments) result += "/{more}";
  return result.empty() ? "/" : result;
}

bool RouteNames::Hides(std::string_view route) const {
  return HasParameters(route) &&
         std::find(declared_.begin(), declared_.end(), route) == declared_.end();
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

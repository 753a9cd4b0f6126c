#include "harden/words.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"

namespace garant::harden {
namespace {

constexpr size_t kMostName = 128;
constexpr size_t kLongestToken = 20;  // of letters and digits mixed

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The plain letters of a Latin letter of U+00C0…U+017F as far as French needs them; 0xC3 xx.
std::string_view Unaccented(unsigned char second) {
  const unsigned char low = second | 0x20U;  // capitals fold onto small letters
  if (low >= 0xa0 && low <= 0xa5) return "a";
  if (low == 0xa7) return "c";
  if (low >= 0xa8 && low <= 0xab) return "e";
  if (low >= 0xac && low <= 0xaf) return "i";
  if (low == 0xb1) return "n";
  if (low >= 0xb2 && low <= 0xb6) return "o";
  if (low >= 0xb9 && low <= 0xbc) return "u";
  return {};
}

void Space(std::string& text) {
  if (text.back() != ' ') text += ' ';
}

// Runs of letters and digits that nobody would choose as a name: many digits, or long and mixed.
bool LooksRandom(std::string_view run) {
  const auto digits = std::count_if(run.begin(), run.end(), IsDigit);
  return digits >= 6 || (digits >= 2 && run.size() >= kLongestToken);
}

}  // namespace

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return left.size() == right.size() && Lower(left) == Lower(right);
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string Folded(std::string_view text) {
  std::string result = " ";
  bool after_small = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (IsAlnum(text[i])) {
      if (IsUpper(text[i]) && after_small) Space(result);
      result += static_cast<char>(std::tolower(byte));
      after_small = !IsUpper(text[i]);
      continue;
    }
    after_small = false;
    if (byte == 0xc3 && i + 1 < text.size()) {
      const std::string_view plain = Unaccented(static_cast<unsigned char>(text[++i]));
      if (plain.empty()) Space(result);
      result += plain;
      after_small = true;
    } else {
      Space(result);
    }
  }
  Space(result);
  return result;
}

bool HasWords(std::string_view folded, std::string_view phrase) {
  for (size_t at = folded.find(phrase); at != std::string_view::npos;
       at = folded.find(phrase, at + 1)) {
    const size_t end = at + phrase.size();
    if (at > 0 && folded[at - 1] == ' ' && end < folded.size() && folded[end] == ' ') return true;
  }
  return false;
}

std::string SafeName(std::string_view name) {
  std::string result;
  for (size_t i = 0; i < name.size();) {
    size_t end = i;
    while (end < name.size() && IsAlnum(name[end])) ++end;
    const std::string_view run = name.substr(i, end - i);
    result += LooksRandom(run) ? "{id}" : run;
    if (end < name.size() && static_cast<unsigned char>(name[end]) >= ' ' && name[end] != 0x7f)
      result += name[end];
    i = std::max(end + 1, i + 1);
  }
  if (const size_t at = result.find('@'); at != std::string::npos) result = "{id}";
  if (result.empty() || !base::IsUtf8(result)) return "{malformed}";
  if (result.size() <= kMostName) return result;
  result.resize(kMostName);
  while (!base::IsUtf8(result)) result.pop_back();
  return result + "…";
}

std::string SafeHost(std::string_view host) {
  static constexpr std::array<std::string_view, 24> kPurposes = {
      "www",   "cdn",   "static", "assets", "media", "img",   "images",    "js",
      "css",   "fonts", "api",    "app",    "maps",  "tiles", "analytics", "stats",
      "track", "tag",   "login",  "pay",    "auth",  "web",   "player",    "ajax"};
  if (host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos)
    return "{address}";
  const auto labels = Split(host, '.');
  // example.org, example.co.uk, example.gc.ca: a short label before the last belongs to the suffix.
  size_t kept = 2;
  if (labels.size() > 2 && labels[labels.size() - 2].size() <= 3) kept = 3;
  std::string result;
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool own = i + kept >= labels.size();
    const bool purpose =
        std::find(kPurposes.begin(), kPurposes.end(), labels[i]) != kPurposes.end();
    result.append(i == 0 ? "" : ".").append(own || purpose ? labels[i] : "{id}");
  }
  return SafeName(result);
}

}  // namespace garant::harden

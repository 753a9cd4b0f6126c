#include "ingest/forms.h"

#include <algorithm>

#include "spool/record.h"

namespace garant::ingest {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsLetter(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

int TwoDigits(std::string_view text) {
  return IsDigit(text[0]) && IsDigit(text[1]) ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

}  // namespace

bool IsSystemId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && IsLower(text[0]) &&
         std::ranges::all_of(text, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= 64 && IsLetter(text[0]) &&
         std::ranges::all_of(text, [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '.' || c == '_' || c == ':' || c == '-';
         });
}

std::string_view KnownMethod(std::string_view text) {
  return spool::MethodName(spool::MethodOf(text));
}

bool IsSenderName(std::string_view text) {
  const auto plain = [](char c) { return IsLower(c) || IsDigit(c); };
  return !text.empty() && text.size() <= 120 && plain(text[0]) &&
         std::ranges::all_of(text,
                             [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

bool IsUsable(base::Time time, base::Time now, base::Duration kept) {
  return time >= now - std::min(kept, kLongestAgo) && time <= now + std::chrono::minutes(5);
}

std::optional<base::Time> ParseTimestamp(std::string_view text) {
  if (text.size() < 20 || text.size() > 64) return {};
  std::string utc(text);
  if (utc.ends_with(" UTC") || utc.ends_with(" GMT")) utc.replace(utc.size() - 4, 4, "Z");
  base::Duration offset{0};
  if (utc.back() == 'z') utc.back() = 'Z';
  if (utc.back() != 'Z') {
    const std::string_view zone = text.substr(text.size() - 6);
    const int hours = TwoDigits(zone.substr(1));
    const int minutes = TwoDigits(zone.substr(4));
    if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || hours < 0 || hours > 23 ||
        minutes < 0 || minutes > 59)
      return {};
    offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (zone[0] == '-') offset = -offset;
    utc.replace(utc.size() - 6, 6, "Z");
  }
  if (utc.size() > 10 && (utc[10] == 't' || utc[10] == ' ')) utc[10] = 'T';
  const auto time = base::ParseTime(utc);
  if (!time) return {};
  return *time - offset;
}

std::string RawTraceId(std::string_view text) {
  std::string raw(text);
  if (raw.size() == 32 && std::ranges::all_of(raw, IsHex))
    std::ranges::transform(raw, raw.begin(),
                           [](char c) { return c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c; });
  return raw;
}

namespace {

bool IsId(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }) &&
         std::ranges::any_of(text, [](char c) { return c != '0'; });
}

// Version 00 alone: what stands in a later one nobody knows yet.
std::optional<TraceParent> ParseTraceParent(std::string_view text) {
  if (text.size() != 55 || !text.starts_with("00-") || text[35] != '-' || text[52] != '-' ||
      !IsId(text.substr(3, 32)) || !IsId(text.substr(36, 16)) || !IsHex(text[53]) ||
      !IsHex(text[54]))
    return {};
  return TraceParent{std::string(text.substr(3, 32)), std::string(text.substr(36, 16))};
}

}  // namespace

std::optional<TraceParent> FindTraceParent(std::string_view text) {
  if (auto whole = ParseTraceParent(text)) return whole;
  constexpr std::string_view kKey = "traceparent='";
  while (!text.empty() && (text.back() == ';' || text.back() == ' ' || text.back() == '\n'))
    text.remove_suffix(1);
  if (!text.ends_with("*/")) return {};
  text.remove_suffix(2);
  const size_t begin = text.rfind("/*");
  if (begin == std::string_view::npos) return {};
  const std::string_view comment = text.substr(begin + 2);
  const size_t at = comment.find(kKey);
  if (at == std::string_view::npos || comment.size() < at + kKey.size() + 56 ||
      comment[at + kKey.size() + 55] != '\'')
    return {};
  return ParseTraceParent(comment.substr(at + kKey.size(), 55));
}

}  // namespace garant::ingest

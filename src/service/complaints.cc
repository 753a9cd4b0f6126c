#include "service/complaints.h"

#include <fmt/format.h>

#include <algorithm>

namespace garant::service {
namespace {

constexpr size_t kLongestQuote = 60;
constexpr size_t kMostSuggestions = 100;
constexpr size_t kMostCandidates = 300;

std::string Join(std::span<const std::string_view> words, std::string_view last) {
  std::string joined;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) joined += i + 1 == words.size() ? last : ", ";
    joined += words[i];
  }
  return joined;
}

}  // namespace

std::string Quote(std::string_view value) {
  size_t length = std::min(value.size(), kLongestQuote);
  // Never cut within a character.
  while (length < value.size() && length > 0 &&
         (static_cast<uint8_t>(value[length]) & 0xC0U) == 0x80U)
    --length;
  std::string quote(value.substr(0, length));
  for (char& c : quote)
    if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) c = ' ';
  if (length < value.size()) quote += "…";
  return quote;
}

base::Text OneOf(std::span<const std::string_view> words) {
  return {Join(words, " or "), Join(words, " ou ")};
}

Complaints::Complaints(const std::string& file, base::Diagnostics& diagnostics)
    : file_(file), diagnostics_(diagnostics) {
  for (const base::Diagnostic& known : diagnostics_)
    places_.emplace(known.where.line, known.where.column);
}

void Complaints::Add(uint32_t line, uint32_t column, base::Text message) {
  places_.emplace(line, column);
  diagnostics_.push_back({{file_, line, column}, std::move(message)});
}

bool Complaints::Has(uint32_t line, uint32_t column) const {
  return places_.contains({line, column});
}

base::Text Complaints::DidYouMean(std::string_view word,
                                  std::span<const std::string_view> candidates) {
  if (++suggestions_ > kMostSuggestions) return {};
  const std::string_view nearest =
      base::Nearest(word, candidates.data(), std::min(candidates.size(), kMostCandidates));
  if (nearest.empty()) return {};
  return {fmt::format("; did you mean '{}'?", nearest),
          fmt::format("; vouliez-vous dire « {} »?", nearest)};
}

void Complaints::SortByPlace() {
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const base::Diagnostic& a, const base::Diagnostic& b) {
                     return std::pair(a.where.line, a.where.column) <
                            std::pair(b.where.line, b.where.column);
                   });
}

}  // namespace garant::service

#include "base/text.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace garant::base {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, change});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string FilledIn(Language language, std::string_view pattern,
                     std::initializer_list<Piece> pieces) {
  std::string out;
  size_t next = 0;
  while (!pattern.empty()) {
    const size_t brace = pattern.find('{');
    out += pattern.substr(0, brace);
    if (brace == std::string_view::npos) break;
    pattern.remove_prefix(brace + 1);
    const size_t number =
        pattern.starts_with('}') ? next++ : static_cast<size_t>(pattern.front() - '0');
    pattern.remove_prefix(pattern.starts_with('}') ? 1 : 2);
    assert(number < pieces.size());
    out += pieces.begin()[number].text().In(language);
  }
  return out;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

size_t LengthOf(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xE0) return 2;
  return lead < 0xF0 ? 3 : 4;
}

// `character` is one well-formed UTF-8 sequence.
bool IsTreacherous(std::string_view character) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (character.size() == 2)  // C1 controls; the Arabic letter mark
    return (byte(0) == 0xC2 && byte(1) < 0xA0) || (byte(0) == 0xD8 && byte(1) == 0x9C);
  if (character.size() != 3) return false;
  if (byte(0) == 0xEF)  // the byte order mark, and what is no character
    return (byte(1) == 0xBB && byte(2) == 0xBF) || (byte(1) == 0xBF && byte(2) >= 0xBE);
  if (byte(0) != 0xE2) return false;
  // U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
  if (byte(1) == 0x80)
    return byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
}

}  // namespace

std::optional<Language> ParseLanguage(std::string_view code) {
  if (code == "en") return Language::kEnglish;
  if (code == "fr") return Language::kFrench;
  return std::nullopt;
}

Text Filled(std::string_view en, std::string_view fr, std::initializer_list<Piece> pieces) {
  return {FilledIn(Language::kEnglish, en, pieces), FilledIn(Language::kFrench, fr, pieces)};
}

std::string_view Nearest(std::string_view word, const std::string_view* candidates, size_t count) {
  constexpr size_t kLongestWord = 64;  // bounds the work on hostile input
  if (word.size() > kLongestWord) return {};
  size_t best = std::clamp<size_t>(word.size() / 3, 1, 3) + 1;
  std::string_view nearest;
  for (size_t i = 0; i < count; ++i) {
    const size_t distance = EditDistance(word, candidates[i]);
    if (distance < best) {
      best = distance;
      nearest = candidates[i];
    }
  }
  return nearest;
}

bool IsUtf8(std::string_view bytes) {
  size_t i = 0;
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(bytes[at]); };
  while (i < bytes.size()) {
    const unsigned lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    size_t length = 0;
    unsigned point = 0;
    unsigned least = 0;
    if ((lead & 0xE0U) == 0xC0U) {
      length = 2, point = lead & 0x1FU, least = 0x80;
    } else if ((lead & 0xF0U) == 0xE0U) {
      length = 3, point = lead & 0x0FU, least = 0x800;
    } else if ((lead & 0xF8U) == 0xF0U) {
      length = 4, point = lead & 0x07U, least = 0x10000;
    } else {
      return false;
    }
    if (i + length > bytes.size()) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80U) return false;
      point = (point << 6U) | (byte(i + k) & 0x3FU);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
    i += length;
  }
  return true;
}

std::string Plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = LengthOf(static_cast<unsigned char>(text[i]));
    const std::string_view character = text.substr(i, length);
    if (character.size() != length || !IsUtf8(character)) {
      out += kReplacement;
      ++i;
      continue;
    }
    if (character == "\n" || character == "\t" || character == "\r") {
      out += ' ';
    } else if (IsTreacherous(character)) {
      out += kReplacement;
    } else {
      out += character;
    }
    i += length;
  }
  return out;
}

}  // namespace garant::base

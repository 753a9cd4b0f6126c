#include "report/escape.h"

#include <array>

#include "base/text.h"

namespace garant::report {
namespace {

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

std::string Plain(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t length = LengthOf(static_cast<unsigned char>(text[i]));
    const std::string_view character = text.substr(i, length);
    if (character.size() != length || !base::IsUtf8(character)) {
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

std::string Html(std::string_view text) {
  std::string out;
  for (const char character : Plain(text)) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += character;
    }
  }
  return out;
}

std::string UriPath(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  std::string out;
  for (const char character : path) {
    if (kUnreserved.find(character) != std::string_view::npos) {
      out += character;
      continue;
    }
    const auto byte = static_cast<unsigned char>(character);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

size_t Width(std::string_view text) {
  size_t width = 0;
  for (const char character : text)
    if ((static_cast<unsigned char>(character) & 0xC0U) != 0x80U) ++width;
  return width;
}

}  // namespace garant::report

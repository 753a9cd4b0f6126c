#include "report/escape.h"

namespace garant::report {

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

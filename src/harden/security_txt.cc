#include "harden/security_txt.h"

#include <chrono>
#include <string>

#include "harden/words.h"

namespace garant::harden {
namespace {

// RFC 3339 with any offset, small letters and all.
std::optional<base::Time> ReadMoment(std::string text) {
  for (char& c : text)
    if (c == 't' || c == 'z') c = static_cast<char>(c - 'a' + 'A');
  if (text.find('T') == std::string::npos) return std::nullopt;
  std::chrono::minutes offset{0};
  if (text.size() > 6 && text.back() != 'Z' && text[text.size() - 3] == ':') {
    const std::string zone = text.substr(text.size() - 6);
    const auto digit = [&](size_t at) { return zone[at] >= '0' && zone[at] <= '9'; };
    if ((zone[0] != '+' && zone[0] != '-') || !digit(1) || !digit(2) || !digit(4) || !digit(5))
      return std::nullopt;
    offset = std::chrono::minutes{(zone[1] - '0') * 600 + (zone[2] - '0') * 60 +
                                  (zone[4] - '0') * 10 + (zone[5] - '0')};
    if (zone[0] == '-') offset = -offset;
    text.replace(text.size() - 6, 6, "Z");
  }
  const auto moment = base::ParseTime(text);
  if (!moment) return std::nullopt;
  return *moment - offset;
}

}  // namespace

SecurityTxt ParseSecurityTxt(std::string_view text) {
  SecurityTxt result;
  result.present = true;
  unsigned expiries = 0;
  for (const std::string_view line : Split(text, '\n')) {
    const size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    const std::string field = Lower(Trim(line.substr(0, colon)));
    const std::string value(Trim(line.substr(colon + 1)));
    if (field == "contact") {
      const std::string lower = Lower(value);
      for (const std::string_view scheme : {"mailto:", "https://", "tel:"})
        if (lower.starts_with(scheme) && lower.size() > scheme.size()) result.contact = true;
    }
    if (field == "expires") {
      ++expiries;
      result.expires = ReadMoment(value);
    }
  }
  if (expiries != 1) result.expires.reset();
  return result;
}

}  // namespace garant::harden

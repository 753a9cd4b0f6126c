#include "report/terminal.h"

#include <algorithm>

#include "report/escape.h"

namespace garant::report {
namespace {

std::string_view CodeOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kBold:
      return "1";
    case Style::kDim:
      return "2";
    case Style::kContradicted:
      return "1;35";
    case Style::kUnmet:
      return "31";
    case Style::kUnknown:
      return "33";
    case Style::kExcused:
      return "36";
    case Style::kMet:
      return "32";
  }
  return "";
}

}  // namespace

Style StyleOf(assess::State state) {
  switch (state) {
    case assess::State::kContradicted:
      return Style::kContradicted;
    case assess::State::kUnmet:
      return Style::kUnmet;
    case assess::State::kUnknown:
      return Style::kUnknown;
    case assess::State::kExcused:
      return Style::kExcused;
    case assess::State::kMet:
      return Style::kMet;
  }
  return Style::kPlain;
}

std::string Terminal::Styled(Style style, std::string_view text) const {
  const std::string plain = Plain(text);
  if (options_.colour == Colour::kOff || style == Style::kPlain || plain.empty()) return plain;
  return "\x1b[" + std::string(CodeOf(style)) + "m" + plain + "\x1b[0m";
}

void Terminal::Heading(const base::Text& text) {
  out_ += '\n' + Styled(Style::kBold, text.In(language_)) + '\n';
}

void Terminal::Paragraph(std::string_view text, std::string_view lead, size_t lead_width) {
  const std::string plain = Plain(text);
  const size_t room = std::max<size_t>(options_.width, lead_width + 20) - lead_width;
  const std::string indent(lead_width, ' ');
  out_ += lead;
  size_t used = 0;
  for (size_t at = 0; at < plain.size();) {
    if (plain[at] == ' ') {
      ++at;
      continue;
    }
    const size_t end = std::min(plain.find(' ', at), plain.size());
    const std::string_view word = std::string_view(plain).substr(at, end - at);
    const size_t width = Width(word);
    if (used > 0 && used + 1 + width > room) {
      out_ += '\n' + indent;
      used = 0;
    }
    if (used > 0) out_ += ' ', ++used;
    out_ += word;
    used += width;
    at = end;
  }
  out_ += '\n';
}

void Terminal::Raw(std::string_view line) {
  out_ += line;
  out_ += '\n';
}

std::string PadRight(std::string text, size_t width) {
  const size_t used = Width(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string PadLeft(std::string text, size_t width) {
  const size_t used = Width(text);
  if (used < width) text.insert(0, width - used, ' ');
  return text;
}

}  // namespace garant::report

#include "service/placeholder.h"

#include <algorithm>
#include <array>
#include <string>

namespace garant::service {
namespace {

// The whole text, folded: lower case, single spaces, no marks around it.
constexpr std::array kWhole = {
    std::string_view("tbd"),
    std::string_view("tba"),
    std::string_view("tbc"),
    std::string_view("todo"),
    std::string_view("to do"),
    std::string_view("fixme"),
    std::string_view("fix me"),
    std::string_view("changeme"),
    std::string_view("change me"),
    std::string_view("fill in"),
    std::string_view("fill me in"),
    std::string_view("to come"),
    std::string_view("coming soon"),
    std::string_view("to follow"),
    std::string_view("to be determined"),
    std::string_view("to be decided"),
    std::string_view("to be defined"),
    std::string_view("to be completed"),
    std::string_view("to be confirmed"),
    std::string_view("to be announced"),
    std::string_view("to be written"),
    std::string_view("to be added"),
    std::string_view("n/a"),
    std::string_view("n.a"),
    std::string_view("not applicable"),
    std::string_view("placeholder"),
    std::string_view("sample text"),
    std::string_view("text here"),
    std::string_view("your text here"),
    std::string_view("insert text here"),
    std::string_view("lorem"),
    std::string_view("asdf"),
    std::string_view("blah"),
    std::string_view("blah blah"),
    std::string_view("à venir"),
    std::string_view("a venir"),
    std::string_view("texte à venir"),
    std::string_view("à suivre"),
    std::string_view("à faire"),
    std::string_view("à écrire"),
    std::string_view("à rédiger"),
    std::string_view("à déterminer"),
    std::string_view("a determiner"),
    std::string_view("à décider"),
    std::string_view("à définir"),
    std::string_view("a definir"),
    std::string_view("à compléter"),
    std::string_view("a completer"),
    std::string_view("à confirmer"),
    std::string_view("a confirmer"),
    std::string_view("à préciser"),
    std::string_view("a preciser"),
    std::string_view("à remplir"),
    std::string_view("sans objet"),
    std::string_view("s.o"),
    std::string_view("s. o"),
    std::string_view("s/o"),
    std::string_view("texte ici"),
    std::string_view("votre texte ici"),
    std::string_view("bla bla"),
    std::string_view("blabla"),
};
// A note to oneself, whatever follows: "TODO: ask legal". As written, in capitals.
constexpr std::array kNotes = {std::string_view("TODO"), std::string_view("TBD"),
                               std::string_view("FIXME"), std::string_view("XXX")};
constexpr std::array kBegins = {std::string_view("lorem ipsum")};
// Marks that say nothing and may stand around a placeholder.
constexpr std::array kMarks = {
    std::string_view(" "), std::string_view("."), std::string_view(","),  std::string_view(":"),
    std::string_view(";"), std::string_view("!"), std::string_view("?"),  std::string_view("*"),
    std::string_view("-"), std::string_view("_"), std::string_view("("),  std::string_view(")"),
    std::string_view("["), std::string_view("]"), std::string_view("<"),  std::string_view(">"),
    std::string_view("{"), std::string_view("}"), std::string_view("\""), std::string_view("'"),
    std::string_view("…"), std::string_view("–"), std::string_view("—"),  std::string_view("«"),
    std::string_view("»"), std::string_view("“"), std::string_view("”"),  std::string_view("’")};

// Lower case of ASCII and Latin-1 letters; every white space, no-break space too, as single spaces.
std::string Folded(std::string_view text) {
  std::string folded;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<uint8_t>(text[i + 1]) : uint8_t{0};
    if (byte == 0xC2 && next == 0xA0) {
      if (!folded.ends_with(' ')) folded += ' ';
      ++i;
    } else if (byte == 0xC3 && next >= 0x80 && next <= 0x9E && next != 0x97) {
      folded += text[i];
      folded += static_cast<char>(next + 0x20);
      ++i;
    } else if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
      if (!folded.ends_with(' ')) folded += ' ';
    } else {
      folded += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 0x20) : text[i];
    }
  }
  return folded;
}

std::string_view WithoutMarks(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view mark : kMarks) {
      while (text.starts_with(mark)) {
        text.remove_prefix(mark.size());
        again = true;
      }
      while (text.ends_with(mark)) {
        text.remove_suffix(mark.size());
        again = true;
      }
    }
  }
  return text;
}

bool IsNote(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return std::ranges::any_of(kNotes, [text](std::string_view note) {
    return text.starts_with(note) && text.size() > note.size() &&
           (text[note.size()] == ':' || text[note.size()] == '(');
  });
}

}  // namespace

bool IsPlaceholder(std::string_view text) {
  const std::string folded = Folded(text);
  const std::string_view core = WithoutMarks(folded);
  if (core.empty()) return true;
  if (core.size() >= 3 && core.find_first_not_of('x') == std::string_view::npos) return true;
  if (std::ranges::find(kWhole, core) != kWhole.end()) return true;
  return IsNote(text) || std::ranges::any_of(kBegins, [core](std::string_view begin) {
           return core.starts_with(begin);
         });
}

}  // namespace garant::service

#include "service/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "service/complaints.h"
#include "service/placeholder.h"
#include "service/shape.h"

namespace garant::service {
namespace {

using base::Text;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos ||
         text.find_first_not_of(" \t\r\n\f\v\xC2\xA0") == std::string_view::npos;
}

// Terminals and pages that show the text must not be steered by it.
bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
  });
}

// Numbers and truths of the YAML 1.2 core schema: an editor that holds the file against the JSON
// Schema would not take them for texts.
bool ReadsAsOtherThanText(std::string_view text) {
  constexpr std::array<std::string_view, 13> kWords = {"true",  "True", "TRUE", "false", "False",
                                                       "FALSE", "NULL", ".inf", ".Inf",  ".INF",
                                                       ".nan",  ".NaN", ".NAN"};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return true;
  const auto all = [](std::string_view part, std::string_view alphabet) {
    return !part.empty() && part.find_first_not_of(alphabet) == std::string_view::npos;
  };
  if (text.starts_with("0x")) return all(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return all(text.substr(2), "01234567");
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  const auto take_digits = [&text] {
    const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
    const auto count = static_cast<size_t>(end - text.begin());
    text.remove_prefix(count);
    return count;
  };
  size_t digits = take_digits();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    digits += take_digits();
  }
  if (digits == 0) return false;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return text.empty();
}

}  // namespace

Fault FaultOfScalar(const Field& field, const base::YamlNode& node) {
  const std::string& text = node.scalar;
  if (IsBlank(text)) {
    const Text expected = Expected(field);
    return Text{fmt::format("'{}' is blank; it takes {}", field.name, expected.en),
                fmt::format("« {} » est vide; il prend {}", field.name, expected.fr)};
  }
  if (HasControl(text))
    return Text{fmt::format("'{}' holds a control character; take it out", field.name),
                fmt::format("« {} » contient un caractère de commande; retirez-le", field.name)};
  if (Fault fault = FaultOf(field, text)) return fault;
  if (field.shape == Shape::kText && !field.verbatim && IsPlaceholder(text))
    return Text{
        fmt::format("'{}' says '{}', which only holds the place of what is to stand here; write "
                    "what is so today, or leave it out where it may be left out",
                    field.name, Quote(text)),
        fmt::format("« {} » dit « {} », ce qui ne fait que tenir lieu de ce qui doit figurer ici; "
                    "écrivez ce qui est vrai aujourd’hui, ou omettez-le là où c’est permis",
                    field.name, Quote(text))};
  if (node.plain && ReadsAsOtherThanText(text))
    return Text{
        fmt::format("'{}' takes text, and {} reads as a number or a truth; put it in quotes: "
                    "\"{}\"",
                    field.name, Quote(text), Quote(text)),
        fmt::format("« {} » prend un texte, et {} se lit comme un nombre ou une valeur de "
                    "vérité; mettez-le entre guillemets : \"{}\"",
                    field.name, Quote(text), Quote(text))};
  return std::nullopt;
}

}  // namespace garant::service

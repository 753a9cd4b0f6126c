#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "service/schema.h"

namespace garant::service {

// What a shape is to a reader of the file, its complaints and its documents.
struct ShapeFacts {
  Shape shape;
  std::string_view name;     // in the reference and in JSON Schema's definitions
  std::string_view en;       // "a date": what a field of that shape takes
  std::string_view fr;       // "une date"
  std::string_view example;  // as it stands in the file
  // Of its text, for JSON Schema (ECMA 262); of kCategory, of the team's own ones. It may take what
  // FaultOf refuses (a date that does not exist), never the other way round.
  std::string_view pattern;
};
[[nodiscard]] const ShapeFacts& FactsOf(Shape shape);

// "a list of dates …, such as [2026-11-23]": what the field takes, with an example.
[[nodiscard]] base::Text Expected(const Field& field);

// What is wrong with a scalar of a field of any shape but kRecord and kBilingual, as a whole
// sentence; nothing where it is sound. kCategory and kWord are the reader's, which can suggest.
[[nodiscard]] std::optional<base::Text> FaultOf(const Field& field, std::string_view text);

// Whether the word is a known category or one of the team's own.
[[nodiscard]] bool IsCategory(std::string_view word);
// "/clerk/applications/{}": equal for templates that match the same paths.
[[nodiscard]] std::string RouteKey(std::string_view route);
// Whether the route template has the {parameter}.
[[nodiscard]] bool HasParameter(std::string_view route, std::string_view parameter);
// Type and key of an OpenSSH public key, without its comment.
[[nodiscard]] std::string_view KeyWithoutComment(std::string_view key);
// Whether the text holds the head of a private key in PEM form.
[[nodiscard]] bool HoldsPrivateKey(std::string_view text);

}  // namespace garant::service

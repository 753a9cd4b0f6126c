#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "expr/value.h"

// Tokens of docs/expr.md. The source is untrusted.
namespace garant::expr {

struct Token {
  enum class Kind : uint8_t { kEnd, kName, kLiteral, kSymbol };
  Kind kind = Kind::kEnd;
  uint32_t begin = 0;  // bytes of the source
  uint32_t end = 0;
  std::string_view word;  // of a name or symbol
  Value value;            // of a literal: an integer without sign, text, time or duration

  [[nodiscard]] bool Is(std::string_view name_or_symbol) const {
    return (kind == Kind::kName || kind == Kind::kSymbol) && word == name_or_symbol;
  }
};

// The position of `offset` in a source whose first character stands at `where`. Lines after the
// first begin where the first does, as they do in YAML block text.
[[nodiscard]] base::Where PositionIn(std::string_view source, const base::Where& where,
                                     size_t offset);

// Always ends with kEnd. Texts are kept in `arena`; words point into `source`.
[[nodiscard]] std::vector<Token> Tokenize(std::string_view source, const base::Where& where,
                                          Arena& arena, base::Diagnostics& diagnostics);

}  // namespace garant::expr

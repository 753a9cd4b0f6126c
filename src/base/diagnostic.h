#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "base/where.h"

namespace garant::base {

// One complaint about a text that a person wrote, as a compiler would make it. Parsers collect all
// of them: they never stop at the first.
struct Diagnostic {
  Where where;
  Text message;  // what is wrong and what was expected

  [[nodiscard]] std::string ToString(Language language) const {
    return where.ToString() + ": " + message.In(language);
  }
};

using Diagnostics = std::vector<Diagnostic>;

}  // namespace garant::base

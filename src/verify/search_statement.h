#pragma once

#include <vector>

#include "base/text.h"
#include "trail/search/search_proof.h"

namespace garant::verify {

// What a search proof that holds says, line by line: what was searched for, what was found, and
// what it covers. What others wrote stands in it as it is.
[[nodiscard]] std::vector<base::Text> StatementOf(const trail::SearchProof& proof,
                                                  const trail::CheckedSearch& checked);

// Whether it shows everything that was asked, of every entry of the log: none was deleted before,
// or lies behind what it covers, and of each that was found time and source are shown where asked
// for.
[[nodiscard]] bool ShowsAll(const trail::SearchProof& proof, const trail::CheckedSearch& checked);

}  // namespace garant::verify

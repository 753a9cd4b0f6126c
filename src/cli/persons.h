#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "trail/entry/draft.h"

namespace garant::cli {

// A file of one person a line: the issuer, a tab, the name there.
[[nodiscard]] base::Result<std::vector<trail::Person>> ReadPersons(const std::string& file);

}  // namespace garant::cli

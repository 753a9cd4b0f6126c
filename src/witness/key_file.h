#pragma once

#include <string>

#include "base/result.h"
#include "witness/ledger.h"

namespace garant::witness {

// A witness's signing seed: a file of 32 random bytes that nobody else may read, made where there
// is none. Refuses one that others may read, or that is not 32 bytes.
[[nodiscard]] base::Result<Seed> ReadOrMakeSeed(const std::string& path);

}  // namespace garant::witness

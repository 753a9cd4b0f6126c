#pragma once

#include <string>
#include <vector>

#include "trail/checkpoint.h"
#include "trail/verify.h"

namespace garant::trail {

// What a checkpoint says.
struct SignedSize {
  uint64_t size = 0;
  base::Digest root{};
};

struct CheckedEntries {
  uint64_t entries = 0;  // as far as they hold
  base::Digest root{};
};

// Reads `segments` and `tree` whole: every leaf against the tree, every note's signature, every run
// against the entries, the tree against each of `checkpoints` (ascending). `live`: somebody writes.
[[nodiscard]] CheckedEntries VerifyEntries(const std::string& folder, const VerifierKey& key,
                                           const std::vector<SignedSize>& checkpoints, bool live,
                                           VerifyReport& report);

}  // namespace garant::trail

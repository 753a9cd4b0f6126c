#pragma once

#include <string>
#include <vector>

#include "trail/tree/checkpoint.h"
#include "trail/upkeep/verify.h"

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

struct EntriesToVerify {
  uint64_t read_from = 0;  // segments that end there or before are not read
  bool live = false;       // somebody writes
};

// Reads `segments` and `tree` whole: every leaf against the tree, every note's signature, every run
// against the entries, the tree against each of `checkpoints` (ascending), of which one is for
// `read_from` entries.
[[nodiscard]] CheckedEntries VerifyEntries(const std::string& folder, const VerifierKey& key,
                                           const std::vector<SignedSize>& checkpoints,
                                           const EntriesToVerify& which, VerifyReport& report);

}  // namespace garant::trail

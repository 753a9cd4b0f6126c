#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/text.h"

namespace garant::trail {

// Something in a trail's folder that does not hold.
struct Fault {
  std::string file;  // within the folder: "log", "checkpoints", …
  uint64_t offset = 0;
  std::optional<uint64_t> entry;
  base::Text message;

  // "log: byte 1234, entry 7: …"
  [[nodiscard]] std::string ToString(base::Language language) const;
};

struct VerifyReport {
  uint64_t entries = 0;  // below the last checkpoint that holds
  uint64_t checkpoints = 0;
  std::string origin;
  base::Digest root{};
  bool keys_checked = false;
  std::vector<Fault> faults;
  std::vector<base::Text> notes;  // what was not checked, and what is odd but no fault

  [[nodiscard]] bool ok() const { return faults.empty(); }
};

// Reads every byte of every file; never writes. An error only where the folder cannot be read at
// all. The key store can be checked only with the root key; without `pinned` (the text of the
// verifier key, kept elsewhere) somebody who replaces the whole folder is not seen. `since`: the
// text of an earlier checkpoint, kept elsewhere, that the trail must continue. Of segments that it
// covers whole the entries are not read again: their hashes in the tree must lead to it.
[[nodiscard]] base::Result<VerifyReport> Verify(const std::string& folder,
                                                const std::optional<std::string>& root,
                                                const std::optional<std::string>& pinned,
                                                const std::optional<std::string>& since = {});

}  // namespace garant::trail

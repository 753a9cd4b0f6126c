#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/keys/tombstone.h"

namespace garant::trail {

class KeyVault;
class TrailReader;

// Tombstones and holds from entry `from` on, by their indices, ascending.
[[nodiscard]] base::Result<std::vector<uint64_t>> EntriesOnErasure(const TrailReader& reader,
                                                                   uint64_t from);

// What the tree says and a key store does not know yet: after a crash, or where an older copy of
// the keys was put back.
class ErasureReplay {
 public:
  // Leaves in their order, from keys.applied() on; passes over what is neither.
  base::Status Take(base::ByteView leaf, KeyStore& keys);
  // Erases in memory. False where there was nothing to erase.
  bool Apply(KeyStore& keys) const;
  // For good. `size`: of the tree.
  base::Status CarryOut(KeyVault& vault, uint64_t size) const;

 private:
  std::vector<Tombstone> tombstones_;
};

}  // namespace garant::trail

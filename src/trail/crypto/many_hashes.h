#pragma once

#include <memory>
#include <span>

#include "base/bytes.h"

namespace garant::trail {

// So many are worth a Finish(), and few enough to be still near the processor.
constexpr size_t kHashedAtOnce = 64;

// SHA-256 of many small messages: side by side where processor and library can, which takes half
// the time of one after the other. One thread.
class ManyHashes {
 public:
  ManyHashes();
  ~ManyHashes();
  ManyHashes(ManyHashes&&) noexcept;
  ManyHashes& operator=(ManyHashes&&) noexcept;

  // Both stay where they are until Finish(), which makes sure of `out`.
  void Add(base::ByteView message, base::Digest& out);
  void Finish();

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

// Makes the leaf hash (merkle.h) of each, of any number. A leaf is hashed behind a zero: the byte
// before it, which must be there, is one so long.
void HashLeaves(std::span<const std::span<uint8_t>> leaves, std::span<base::Digest> out,
                ManyHashes& hashes);

}  // namespace garant::trail

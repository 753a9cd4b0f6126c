#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/crypto/crypto.h"
#include "trail/keys/tombstone.h"
#include "trail/tree/merkle.h"
#include "trail/tree/verifier_key.h"

// The signed receipt of an erasure: docs/formats/erasure.md.
namespace garant::trail {

constexpr size_t kLargestReceipt = size_t{64} << 10U;

struct Receipt {
  std::string origin;
  Tombstone tombstone;
  base::Time time;
  uint64_t entry = 0;
  base::Bytes leaf;           // the tombstone's bytes in the tree
  std::vector<Digest> proof;  // that it stands there
  std::string checkpoint;     // the whole note
  bool operator==(const Receipt&) const = default;
};

// The tombstone at `entry`, with its leaf, its proof and a checkpoint that covers it. kInvalid
// where it is none.
[[nodiscard]] base::Result<Receipt> MakeReceipt(std::string origin, uint64_t entry,
                                                base::ByteView leaf, std::vector<Digest> proof,
                                                std::string checkpoint);
// `seed` and `key` are the log's own.
[[nodiscard]] std::string SignReceipt(const Receipt& receipt, const VerifierKey& key,
                                      std::span<const uint8_t, 32> seed);
// Checks all of it. kInvalid: no receipt; kUnsupported: a newer one; kUntrusted: a signature, the
// proof or what it says of the tombstone does not hold under this key.
[[nodiscard]] base::Result<Receipt> OpenReceipt(std::string_view text, const VerifierKey& key);

}  // namespace garant::trail

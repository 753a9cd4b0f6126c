#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "trail/tree/proofs.h"

// That a tree has several leaves at once (docs/formats/search-proof.md): the roots of the largest
// subtrees that hold none of them, from the left. A hash that two inclusion proofs would share
// stands once, and one that follows from the leaves not at all.
namespace garant::trail {

struct PlacedLeaf {
  uint64_t index = 0;
  Digest hash{};
};

// `indices` ascend strictly and are below `size`.
[[nodiscard]] base::Result<std::vector<Digest>> SubsetProof(const HashSource& source, uint64_t size,
                                                            std::span<const uint64_t> indices);

// kUntrusted where it does not show that the tree of `size` leaves under `root` has them, or where
// they do not ascend. Of a leaf that is the last of its tree it shows that as well.
base::Status VerifySubset(uint64_t size, std::span<const PlacedLeaf> leaves,
                          std::span<const Digest> proof, const Digest& root);

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/tree/merkle.h"

// Proofs out of C2SP tlog-tiles of height 8, in O(log n) and without the leaves in memory. A proof
// reads two tiles of each level at most: the one on its path, and the last.
namespace garant::trail {

constexpr unsigned kTileWidth = 256;
constexpr unsigned kTileHeight = 8;

// The hashes of a tree. What it gives is not believed: a proof made of wrong ones does not verify.
class HashSource {
 public:
  virtual ~HashSource() = default;
  [[nodiscard]] virtual uint64_t size() const = 0;  // leaves
  // The first `width` (1 to 256) hashes of tile `number` of `level` (0 to 7): hash i is the root
  // over 256^level leaves, from leaf (number * 256 + i) * 256^level on. Only what the tree has
  // whole is asked for.
  [[nodiscard]] virtual base::Result<std::vector<Digest>> Tile(unsigned level, uint64_t number,
                                                               unsigned width) const = 0;
};

// How many hashes a tile has in a tree of `size` leaves: 0 to 256.
[[nodiscard]] unsigned WidthOfTile(uint64_t size, unsigned level, uint64_t number);

// Leaves in memory, borrowed; of the upper levels it keeps its own.
class LeafTiles final : public HashSource {
 public:
  explicit LeafTiles(std::span<const Digest> leaves);
  [[nodiscard]] uint64_t size() const override { return leaves_.size(); }
  [[nodiscard]] base::Result<std::vector<Digest>> Tile(unsigned level, uint64_t number,
                                                       unsigned width) const override;

 private:
  std::span<const Digest> leaves_;
  std::vector<std::vector<Digest>> upper_;  // level 1 first
};

// In the tree of the first `size` leaves. kInvalid: the tree has no such leaf or size.
[[nodiscard]] base::Result<Digest> TreeRoot(const HashSource& source, uint64_t size);
[[nodiscard]] base::Result<std::vector<Digest>> InclusionProof(const HashSource& source,
                                                               uint64_t index, uint64_t size);
[[nodiscard]] base::Result<std::vector<Digest>> ConsistencyProof(const HashSource& source,
                                                                 uint64_t old_size, uint64_t size);

// Subtrees of draft-ietf-plants-merkle-tree-certs: leaves [start, end), where start is a multiple
// of the least power of two that is not below their number.
[[nodiscard]] bool IsSubtree(uint64_t start, uint64_t end);
// That a tree of `size` leaves holds the subtree.
[[nodiscard]] base::Result<std::vector<Digest>> SubtreeConsistencyProof(const HashSource& source,
                                                                        uint64_t start,
                                                                        uint64_t end,
                                                                        uint64_t size);
// kUntrusted where the proof does not show what it should. The empty subtree stands in every tree,
// which says nothing of the tree.
base::Status VerifySubtreeInclusion(const Digest& leaf_hash, uint64_t index, uint64_t start,
                                    uint64_t end, std::span<const Digest> proof,
                                    const Digest& subtree_root);
base::Status VerifySubtreeConsistency(uint64_t start, uint64_t end, uint64_t size,
                                      const Digest& subtree_root, const Digest& root,
                                      std::span<const Digest> proof);

}  // namespace garant::trail

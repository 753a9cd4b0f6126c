#pragma once

#include <vector>

#include "base/mapped_file.h"
#include "trail/tree/merkle.h"
#include "trail/tree/proofs.h"

namespace garant::trail {

constexpr uint32_t kBundleEntries = kTileWidth;

// The hashes of complete subtrees of 256, 256², … leaves.
class TreeLevels {
 public:
  // The next one of 256 leaves.
  void Append(const Digest& bundle);
  [[nodiscard]] uint64_t bundles() const { return levels_.empty() ? 0 : levels_[0].size(); }
  // `level` from 1 on; empty where there is none.
  [[nodiscard]] std::span<const Digest> Level(unsigned level) const;
  // The tree over all of them.
  [[nodiscard]] Frontier ToFrontier() const;

 private:
  std::vector<std::vector<Digest>> levels_;  // level 1 first
};

// The hashes of a trail's tree, as HashSource gives them.
class TreeHashes final : public HashSource {
 public:
  TreeHashes() = default;
  // `stored`: leaf hashes of the first `sealed` entries, a multiple of 256; `leaves`: of those
  // behind; `levels`: of the first `sealed`, to begin with.
  TreeHashes(base::MappedFile stored, uint64_t sealed, TreeLevels levels,
             std::vector<Digest> leaves);

  [[nodiscard]] uint64_t size() const override { return sealed_ + leaves_.size(); }
  [[nodiscard]] base::Result<std::vector<Digest>> Tile(unsigned level, uint64_t number,
                                                       unsigned width) const override;
  [[nodiscard]] Digest LeafAt(uint64_t index) const;
  // Asks for the memory of a sealed leaf's hash, those beside it and that of its 256.
  void Prefetch(uint64_t index) const;
  [[nodiscard]] Digest BundleAt(uint64_t number) const { return levels_.Level(1)[number]; }

 private:
  base::MappedFile stored_;
  uint64_t sealed_ = 0;
  TreeLevels levels_;
  std::vector<Digest> leaves_;
};

}  // namespace garant::trail

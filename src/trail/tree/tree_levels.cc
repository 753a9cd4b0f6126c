#include "trail/tree/tree_levels.h"

#include <algorithm>

#include "base/prefetch.h"

namespace garant::trail {

using base::Result;

void TreeLevels::Append(const Digest& bundle) {
  Digest hash = bundle;
  for (size_t level = 0;; ++level) {
    if (level == levels_.size()) levels_.emplace_back();
    std::vector<Digest>& hashes = levels_[level];
    hashes.push_back(hash);
    if (hashes.size() % kTileWidth != 0) return;
    hash = TreeRoot(std::span(hashes).last(kTileWidth));
  }
}

std::span<const Digest> TreeLevels::Level(unsigned level) const {
  if (level == 0 || level > levels_.size()) return {};
  return levels_[level - 1];
}

// What a higher level covers is not taken once more.
Frontier TreeLevels::ToFrontier() const {
  Frontier tree;
  for (auto level = static_cast<unsigned>(levels_.size()); level > 0; --level) {
    const size_t covered = level == levels_.size() ? 0 : levels_[level].size() * kTileWidth;
    for (const Digest& hash : std::span(levels_[level - 1]).subspan(covered))
      tree.AppendSubtree(hash, kTileHeight * level);
  }
  return tree;
}

TreeHashes::TreeHashes(base::MappedFile stored, uint64_t sealed, TreeLevels levels,
                       std::vector<Digest> leaves)
    : stored_(std::move(stored)),
      sealed_(sealed),
      levels_(std::move(levels)),
      leaves_(std::move(leaves)) {
  for (std::span<const Digest> rest(leaves_); rest.size() >= kBundleEntries;
       rest = rest.subspan(kBundleEntries))
    levels_.Append(TreeRoot(rest.first(kBundleEntries)));
}

Digest TreeHashes::LeafAt(uint64_t index) const {
  if (index >= sealed_) return leaves_[index - sealed_];
  Digest hash{};
  std::ranges::copy(stored_.bytes().subspan(index * 32, 32), hash.begin());
  return hash;
}

void TreeHashes::Prefetch(uint64_t index) const {
  if (index >= sealed_) return;
  base::Prefetch(stored_.bytes().subspan((index - index % 4) * 32, size_t{4} * 32));
  base::Prefetch(levels_.Level(1)[index / kBundleEntries]);
}

Result<std::vector<Digest>> TreeHashes::Tile(unsigned level, uint64_t number,
                                             unsigned width) const {
  std::vector<Digest> tile;
  const uint64_t first = number * kTileWidth;
  if (level == 0) {
    for (uint64_t i = first; i < first + width; ++i) tile.push_back(LeafAt(i));
    return tile;
  }
  const auto hashes = levels_.Level(level).subspan(first, width);
  tile.assign(hashes.begin(), hashes.end());
  return tile;
}

}  // namespace garant::trail

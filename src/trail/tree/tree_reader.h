#pragma once

#include <bit>
#include <map>
#include <span>
#include <vector>

#include "trail/tree/proofs.h"

namespace garant::trail {

// How many leaves the left subtree takes of `size`, which is at least 2.
inline uint64_t LeftSize(uint64_t size) { return std::bit_floor(size - 1); }

// The tree of the first `size` leaves; keeps the tiles that it read.
class TreeReader {
 public:
  TreeReader(const HashSource& source, uint64_t size) : source_(source), size_(size) {}

  // Over leaves [begin, end), which must be a subtree.
  base::Result<Digest> Root(uint64_t begin, uint64_t end) {
    std::vector<Digest> complete;  // largest first
    while (begin < end) {
      const uint64_t leaves = std::bit_floor(end - begin);
      const auto height = static_cast<unsigned>(std::countr_zero(leaves));
      complete.push_back(TRY(Node(height, begin >> height)));
      begin += leaves;
    }
    if (complete.empty()) return base::Sha256({});
    Digest root = complete.back();
    for (size_t i = complete.size() - 1; i-- > 0;) root = NodeHash(complete[i], root);
    return root;
  }

 private:
  // The complete subtree of 2^height leaves with this index among those of its height.
  base::Result<Digest> Node(unsigned height, uint64_t index) {
    const unsigned level = height / kTileHeight;
    const unsigned within = height % kTileHeight;
    const uint64_t first = index << within;
    const std::span<const Digest> tile = TRY(Tile(level, first / kTileWidth));
    const size_t count = size_t{1} << within;
    const size_t from = first % kTileWidth;
    if (from + count > tile.size())
      return base::Error{base::Code::kUntrusted,
                         base::Filled("tile {} of level {} is too short",
                                      "la tuile {} du niveau {} est trop "
                                      "courte",
                                      {first / kTileWidth, uint64_t{level}}),
                         {}};
    return TreeRoot(tile.subspan(from, count));
  }

  base::Result<std::span<const Digest>> Tile(unsigned level, uint64_t number) {
    const auto [place, is_new] = tiles_.try_emplace({level, number});
    if (is_new) place->second = TRY(source_.Tile(level, number, WidthOfTile(size_, level, number)));
    return std::span<const Digest>(place->second);
  }

  const HashSource& source_;
  uint64_t size_;
  std::map<std::pair<unsigned, uint64_t>, std::vector<Digest>> tiles_;
};

}  // namespace garant::trail

#include "trail/tree/proofs.h"

#include <algorithm>
#include <bit>

#include "trail/tree/tree_reader.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Status CheckSize(const HashSource& source, uint64_t size) {
  if (size <= source.size()) return Ok{};
  return Error{Code::kInvalid,
               Filled("the tree has {} leaves, not {}", "l’arbre a {} feuilles, et non {}",
                      {source.size(), size}),
               {}};
}

Error NotWithin(const base::Text& what) {
  return Error{Code::kUntrusted, Filled("subtree: {}", "sous-arbre : {}", {what}), {}};
}

}  // namespace

unsigned WidthOfTile(uint64_t size, unsigned level, uint64_t number) {
  if (level >= 64 / kTileHeight) return 0;
  const uint64_t hashes = size >> (kTileHeight * level);
  if (number >= hashes / kTileWidth + 1) return 0;
  return static_cast<unsigned>(std::min<uint64_t>(kTileWidth, hashes - number * kTileWidth));
}

LeafTiles::LeafTiles(std::span<const Digest> leaves) : leaves_(leaves) {
  for (std::span<const Digest> below = leaves; below.size() >= kTileWidth;) {
    upper_.push_back(NodesOver(below.first(below.size() - below.size() % kTileWidth), kTileWidth));
    below = upper_.back();
  }
}

Result<std::vector<Digest>> LeafTiles::Tile(unsigned level, uint64_t number, unsigned width) const {
  if (width == 0 || width > WidthOfTile(size(), level, number))
    return Error{Code::kNotFound,
                 Filled("the tree has no tile {} of level {} that is {} wide",
                        "l’arbre n’a pas de tuile {} du niveau {} large de {}",
                        {number, uint64_t{level}, uint64_t{width}}),
                 {}};
  const std::span<const Digest> hashes = level == 0 ? leaves_ : upper_[level - 1];
  const auto tile = hashes.subspan(number * kTileWidth, width);
  return std::vector<Digest>(tile.begin(), tile.end());
}

Result<Digest> TreeRoot(const HashSource& source, uint64_t size) {
  TRY(CheckSize(source, size));
  return TreeReader(source, size).Root(0, size);
}

Result<std::vector<Digest>> InclusionProof(const HashSource& source, uint64_t index,
                                           uint64_t size) {
  TRY(CheckSize(source, size));
  if (index >= size)
    return Error{Code::kInvalid,
                 Filled("a tree of {} leaves has no leaf {}, counted from 0",
                        "un arbre de {} feuilles n’a pas de feuille {}, comptées à partir de 0",
                        {size, index}),
                 {}};
  TreeReader tree(source, size);
  std::vector<Digest> proof;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + LeftSize(end - begin);
    const bool goes_left = index < middle;
    proof.push_back(goes_left ? TRY(tree.Root(middle, end)) : TRY(tree.Root(begin, middle)));
    (goes_left ? end : begin) = middle;
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<std::vector<Digest>> ConsistencyProof(const HashSource& source, uint64_t old_size,
                                             uint64_t size) {
  return SubtreeConsistencyProof(source, 0, old_size, size);
}

bool IsSubtree(uint64_t start, uint64_t end) {
  if (start >= end) return false;
  const uint64_t leaves = end - start;
  // Where the power of two does not fit, only 0 is a multiple of it.
  if (leaves > uint64_t{1} << 63U) return start == 0;
  return start % std::bit_ceil(leaves) == 0;
}

Result<std::vector<Digest>> SubtreeConsistencyProof(const HashSource& source, uint64_t start,
                                                    uint64_t end, uint64_t size) {
  TRY(CheckSize(source, size));
  if (!IsSubtree(start, end) || end > size)
    return Error{Code::kInvalid,
                 Filled("leaves {} to {} are no subtree of a tree of {}",
                        "les feuilles {} à {} ne forment pas un sous-arbre d’un arbre de {}",
                        {start, end, size}),
                 {}};
  TreeReader tree(source, size);
  std::vector<Digest> proof;
  uint64_t begin = 0;
  uint64_t stop = size;
  bool whole = true;  // the verifier knows the root of what is left
  while (begin != start || stop != end) {
    const uint64_t middle = begin + LeftSize(stop - begin);
    if (end <= middle) {
      proof.push_back(TRY(tree.Root(middle, stop)));
      stop = middle;
      continue;
    }
    proof.push_back(TRY(tree.Root(begin, middle)));
    begin = middle;
    if (start >= middle) continue;
    start = middle;
    whole = false;
  }
  if (!whole) proof.push_back(TRY(tree.Root(begin, stop)));
  std::ranges::reverse(proof);
  return proof;
}

Status VerifySubtreeInclusion(const Digest& leaf_hash, uint64_t index, uint64_t start, uint64_t end,
                              std::span<const Digest> proof, const Digest& subtree_root) {
  if (!IsSubtree(start, end))
    return NotWithin({"its bounds are none of a subtree",
                      "ses bornes ne sont pas d’un "
                      "sous-arbre"});
  if (index < start) return NotWithin({"the index lies before it", "l’indice est avant lui"});
  return VerifyInclusion(leaf_hash, index - start, end - start, proof, subtree_root);
}

Status VerifySubtreeConsistency(uint64_t start, uint64_t end, uint64_t size,
                                const Digest& subtree_root, const Digest& root,
                                std::span<const Digest> proof) {
  // What holds nothing stands in every tree.
  if (start == end && end <= size && proof.empty() && subtree_root == base::Sha256({})) return Ok{};
  if (!IsSubtree(start, end) || end > size)
    return NotWithin({"its bounds are none of a subtree",
                      "ses bornes ne sont pas d’un "
                      "sous-arbre"});
  uint64_t first = start;
  uint64_t node = end - 1;
  uint64_t last = size - 1;
  const auto ascend = [&] {
    first >>= 1U;
    node >>= 1U;
    last >>= 1U;
  };
  const bool at_the_end = node == last;
  while (first != node && (at_the_end || (node & 1U) == 1)) ascend();
  Digest subtree_hash = subtree_root;
  if (first != node) {
    if (proof.empty()) return NotWithin({"the proof is empty", "la preuve est vide"});
    subtree_hash = proof.front();
    proof = proof.subspan(1);
  }
  Digest hash = subtree_hash;
  for (const Digest& sibling : proof) {
    if (last == 0)
      return NotWithin({"the proof is longer than the tree is high",
                        "la preuve est plus longue que l’arbre n’est haut"});
    if ((node & 1U) == 1 || node == last) {
      if (first < node) subtree_hash = NodeHash(sibling, subtree_hash);
      hash = NodeHash(sibling, hash);
      while ((node & 1U) == 0) ascend();
    } else {
      hash = NodeHash(hash, sibling);
    }
    ascend();
  }
  if (last != 0)
    return NotWithin({"the proof is shorter than the tree is high",
                      "la preuve est plus courte que l’arbre n’est haut"});
  if (subtree_hash != subtree_root)
    return NotWithin({"the proof leads to another subtree",
                      "la preuve mène à un autre "
                      "sous-arbre"});
  if (hash != root)
    return NotWithin({"the proof leads to another root", "la preuve mène à une autre racine"});
  return Ok{};
}

}  // namespace garant::trail

#include "trail/tree/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "trail/crypto/sha256.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Status;

// What does not hold of an inclusion or a consistency proof.
Error NotIncluded(const base::Text& message) {
  return Error{Code::kUntrusted,
               base::Filled("inclusion proof: {}", "preuve d’inclusion : {}", {message}),
               {}};
}
Error NotConsistent(const base::Text& message) {
  return Error{Code::kUntrusted,
               base::Filled("consistency proof: {}", "preuve de cohérence : {}", {message}),
               {}};
}

// The largest power of two below `size`, which is at least 2.
uint64_t LeftSize(uint64_t size) { return std::bit_floor(size - 1); }

// Subproof of RFC 6962 section 2.1.2. `whole`: the old tree's root is known to the verifier.
void SubProof(std::span<const Digest> leaves, uint64_t old_size, bool whole,
              std::vector<Digest>& proof) {
  if (old_size == leaves.size()) {
    if (!whole) proof.push_back(TreeRoot(leaves));
    return;
  }
  const uint64_t left = LeftSize(leaves.size());
  if (old_size <= left) {
    SubProof(leaves.first(left), old_size, whole, proof);
    proof.push_back(TreeRoot(leaves.subspan(left)));
  } else {
    SubProof(leaves.subspan(left), old_size - left, false, proof);
    proof.push_back(TreeRoot(leaves.first(left)));
  }
}

}  // namespace

Digest LeafHash(base::ByteView leaf) {
  const uint8_t prefix = 0x00;
  return Sha256Hasher().Add({&prefix, 1}).Add(leaf).Finish();
}

Digest NodeHash(const Digest& left, const Digest& right) { return Sha256OfNode(left, right); }

void Frontier::Merge(const Digest& hash, unsigned height, std::vector<Digest>* nodes) {
  constexpr unsigned kFour = 2;
  assert(size_ % (uint64_t{1} << height) == 0);
  Digest merged = hash;
  unsigned at = height;
  for (uint64_t rest = size_ >> height; (rest & 1U) == 1; rest >>= 1U) {
    merged = NodeHash(subtrees_.back(), merged);
    subtrees_.pop_back();
    if (++at == kFour && nodes != nullptr) nodes->push_back(merged);
  }
  subtrees_.push_back(merged);
  size_ += uint64_t{1} << height;
}

Digest Frontier::Root() const {
  if (subtrees_.empty()) return base::Sha256({});
  Digest root = subtrees_.back();
  for (size_t i = subtrees_.size() - 1; i-- > 0;) root = NodeHash(subtrees_[i], root);
  return root;
}

Digest TreeRoot(std::span<const Digest> leaves) {
  constexpr size_t kUsual = 256;  // a tile
  if (leaves.size() <= kUsual && std::has_single_bit(leaves.size())) {
    std::array<Digest, kUsual> level;
    std::ranges::copy(leaves, level.begin());
    for (size_t left = leaves.size() / 2; left > 0; left /= 2)
      for (size_t i = 0; i < left; ++i) level[i] = NodeHash(level[2 * i], level[2 * i + 1]);
    return level[0];
  }
  Frontier frontier;
  for (const Digest& leaf : leaves) frontier.Append(leaf);
  return frontier.Root();
}

std::vector<Digest> NodesOver(std::span<const Digest> below, size_t of_each) {
  std::vector<Digest> nodes;
  nodes.reserve((below.size() + of_each - 1) / of_each);
  while (!below.empty()) {
    const size_t some = std::min(of_each, below.size());
    nodes.push_back(TreeRoot(below.first(some)));
    below = below.subspan(some);
  }
  return nodes;
}

std::vector<Digest> InclusionProof(std::span<const Digest> leaves, uint64_t index) {
  assert(index < leaves.size());
  std::vector<Digest> proof;
  while (leaves.size() > 1) {
    const uint64_t left = LeftSize(leaves.size());
    const bool goes_left = index < left;
    proof.push_back(TreeRoot(goes_left ? leaves.subspan(left) : leaves.first(left)));
    leaves = goes_left ? leaves.first(left) : leaves.subspan(left);
    if (!goes_left) index -= left;
  }
  std::ranges::reverse(proof);
  return proof;
}

std::vector<Digest> ConsistencyProof(std::span<const Digest> leaves, uint64_t old_size) {
  assert(old_size > 0 && old_size <= leaves.size());
  std::vector<Digest> proof;
  SubProof(leaves, old_size, true, proof);
  return proof;
}

// RFC 9162 section 2.1.3.2.
Status VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                       std::span<const Digest> proof, const Digest& root) {
  if (index >= size)
    return NotIncluded({"the index lies outside the tree", "l’indice est hors de l’arbre"});
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0)
      return NotIncluded({"longer than the tree is high", "plus longue que l’arbre n’est haut"});
    if ((node & 1U) == 1 || node == last) {
      hash = NodeHash(sibling, hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1U;
    last >>= 1U;
  }
  if (last != 0)
    return NotIncluded({"shorter than the tree is high", "plus courte que l’arbre n’est haut"});
  if (hash != root) return NotIncluded({"leads to another root", "mène à une autre racine"});
  return Ok{};
}

// RFC 9162 section 2.1.4.2.
Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Digest& old_root,
                         const Digest& new_root, std::span<const Digest> proof) {
  if (old_size > new_size)
    return NotConsistent({"the old tree is the larger one", "l’ancien arbre est le plus grand"});
  if (old_size == 0)
    return NotConsistent({"every tree grew from the empty one, which shows nothing",
                          "tout arbre est issu de l’arbre vide, ce qui ne montre rien"});
  if (old_size == new_size) {
    if (!proof.empty())
      return NotConsistent(
          {"must be empty for equal sizes", "doit être vide pour des tailles égales"});
    if (old_root != new_root)
      return NotConsistent(
          {"equal sizes with different roots", "tailles égales, racines différentes"});
    return Ok{};
  }
  if (proof.empty()) return NotConsistent({"empty", "vide"});
  uint64_t node = old_size - 1;
  uint64_t last = new_size - 1;
  while ((node & 1U) == 1) {
    node >>= 1U;
    last >>= 1U;
  }
  const bool old_is_complete = std::has_single_bit(old_size);
  Digest old_hash = old_is_complete ? old_root : proof.front();
  Digest new_hash = old_hash;
  for (const Digest& hash : proof.subspan(old_is_complete ? 0 : 1)) {
    if (last == 0)
      return NotConsistent({"longer than the tree is high", "plus longue que l’arbre n’est haut"});
    if ((node & 1U) == 1 || node == last) {
      old_hash = NodeHash(hash, old_hash);
      new_hash = NodeHash(hash, new_hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1U;
        last >>= 1U;
      }
    } else {
      new_hash = NodeHash(new_hash, hash);
    }
    node >>= 1U;
    last >>= 1U;
  }
  if (last != 0)
    return NotConsistent({"shorter than the tree is high", "plus courte que l’arbre n’est haut"});
  if (old_hash != old_root)
    return NotConsistent({"leads to another old root", "mène à une autre racine ancienne"});
  if (new_hash != new_root)
    return NotConsistent({"leads to another new root", "mène à une autre racine nouvelle"});
  return Ok{};
}

}  // namespace garant::trail

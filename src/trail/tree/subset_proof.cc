#include "trail/tree/subset_proof.h"

#include <algorithm>

#include "trail/tree/tree_reader.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

Error NotShown(const base::Text& why) {
  return Error{
      Code::kUntrusted,
      base::Filled("proof of several leaves: {}", "preuve de plusieurs feuilles : {}", {why}),
      {}};
}

Status Collect(TreeReader& tree, uint64_t begin, uint64_t end, std::span<const uint64_t> indices,
               std::vector<Digest>& proof) {
  if (indices.empty()) {
    proof.push_back(TRY(tree.Root(begin, end)));
    return Ok{};
  }
  if (end - begin == 1) return Ok{};
  const uint64_t middle = begin + LeftSize(end - begin);
  const auto left =
      static_cast<size_t>(std::ranges::lower_bound(indices, middle) - indices.begin());
  TRY(Collect(tree, begin, middle, indices.first(left), proof));
  return Collect(tree, middle, end, indices.subspan(left), proof);
}

// The root of leaves [begin, end); takes from the front of `proof`.
Result<Digest> RootOf(uint64_t begin, uint64_t end, std::span<const PlacedLeaf> leaves,
                      std::span<const Digest>& proof) {
  if (leaves.empty()) {
    if (proof.empty()) return NotShown({"it is too short", "elle est trop courte"});
    const Digest hash = proof.front();
    proof = proof.subspan(1);
    return hash;
  }
  if (end - begin == 1) return leaves.front().hash;
  const uint64_t middle = begin + LeftSize(end - begin);
  const auto left = static_cast<size_t>(
      std::ranges::lower_bound(leaves, middle, {}, &PlacedLeaf::index) - leaves.begin());
  const Digest a = TRY(RootOf(begin, middle, leaves.first(left), proof));
  const Digest b = TRY(RootOf(middle, end, leaves.subspan(left), proof));
  return NodeHash(a, b);
}

}  // namespace

Result<std::vector<Digest>> SubsetProof(const HashSource& source, uint64_t size,
                                        std::span<const uint64_t> indices) {
  std::vector<Digest> proof;
  if (size == 0) return proof;
  TreeReader tree(source, size);
  TRY(Collect(tree, 0, size, indices, proof));
  return proof;
}

Status VerifySubset(uint64_t size, std::span<const PlacedLeaf> leaves,
                    std::span<const Digest> proof, const Digest& root) {
  if (std::ranges::adjacent_find(leaves, std::ranges::greater_equal{}, &PlacedLeaf::index) !=
          leaves.end() ||
      (!leaves.empty() && leaves.back().index >= size))
    return NotShown({"its leaves do not ascend within the tree",
                     "ses feuilles ne sont pas en ordre croissant dans l’arbre"});
  if (size == 0) {
    if (proof.empty() && root == base::Sha256({})) return Ok{};
    return NotShown({"it leads to another root", "elle mène à une autre racine"});
  }
  const Digest computed = TRY(RootOf(0, size, leaves, proof));
  if (!proof.empty()) return NotShown({"it is too long", "elle est trop longue"});
  if (computed != root)
    return NotShown({"it leads to another root", "elle mène à une autre racine"});
  return Ok{};
}

}  // namespace garant::trail

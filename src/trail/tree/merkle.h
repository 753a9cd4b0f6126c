#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// The Merkle tree of RFC 6962 section 2.1 over SHA-256 (RFC 9162 section 2.1 writes the checking
// algorithms out).
namespace garant::trail {

using base::Digest;

[[nodiscard]] Digest LeafHash(base::ByteView leaf);
[[nodiscard]] Digest NodeHash(const Digest& left, const Digest& right);

// A tree that only grows: keeps one hash for each complete subtree, at most 64.
class Frontier {
 public:
  void Append(const Digest& leaf_hash) { AppendSubtree(leaf_hash, 0); }
  // The hash of a complete subtree of 2^height leaves; the size is a multiple of that.
  void AppendSubtree(const Digest& hash, unsigned height) { Merge(hash, height, nullptr); }
  // Appends a leaf. Where it completes a subtree of 4, that one's hash is added to `nodes`.
  void Append(const Digest& leaf_hash, std::vector<Digest>& nodes) { Merge(leaf_hash, 0, &nodes); }
  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] Digest Root() const;

 private:
  void Merge(const Digest& hash, unsigned height, std::vector<Digest>* nodes);

  uint64_t size_ = 0;
  std::vector<Digest> subtrees_;  // largest first
};

[[nodiscard]] Digest TreeRoot(std::span<const Digest> leaves);
// The root over each `of_each` of these, and over what is left of them at the end.
[[nodiscard]] std::vector<Digest> NodesOver(std::span<const Digest> below, size_t of_each);

// `index` < leaves.size(); 0 < `old_size` <= leaves.size().
[[nodiscard]] std::vector<Digest> InclusionProof(std::span<const Digest> leaves, uint64_t index);
[[nodiscard]] std::vector<Digest> ConsistencyProof(std::span<const Digest> leaves,
                                                   uint64_t old_size);

// kUntrusted where the proof does not show what it should.
base::Status VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size,
                             std::span<const Digest> proof, const Digest& root);
base::Status VerifyConsistency(uint64_t old_size, uint64_t new_size, const Digest& old_root,
                               const Digest& new_root, std::span<const Digest> proof);

}  // namespace garant::trail

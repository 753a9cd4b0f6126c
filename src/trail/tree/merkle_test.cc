#include "trail/tree/merkle.h"

#include <gtest/gtest.h>

#include <string>

#include "trail/tree/test_vectors.h"

namespace garant::trail {
namespace {

using base::AsBytes;

std::vector<Digest> Leaves(size_t count) {
  std::vector<Digest> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(AsBytes(std::to_string(i))));
  return leaves;
}

// The definition of RFC 6962 section 2.1, word for word: what the frontier must agree with.
Digest DefinedRoot(std::span<const Digest> leaves) {
  if (leaves.empty()) return base::Sha256({});
  if (leaves.size() == 1) return leaves[0];
  size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  return NodeHash(DefinedRoot(leaves.first(left)), DefinedRoot(leaves.subspan(left)));
}

TEST(Merkle, HashesTheEmptyTreeAndTheEmptyLeafAsRfc6962Says) {
  EXPECT_EQ(base::ToHex(Frontier().Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::ToHex(LeafHash({})),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Merkle, HashesANodeAsRfc6962Says) {
  for (const Digest& left : Leaves(5))
    for (const Digest& right : Leaves(3)) {
      base::Bytes bytes{0x01};
      bytes.insert(bytes.end(), left.begin(), left.end());
      bytes.insert(bytes.end(), right.begin(), right.end());
      EXPECT_EQ(NodeHash(left, right), base::Sha256(bytes));
    }
}

TEST(Merkle, GrowsToTheDefinedRoot) {
  for (size_t size = 0; size <= 40; ++size)
    EXPECT_EQ(TreeRoot(Leaves(size)), DefinedRoot(Leaves(size))) << size;
}

TEST(Merkle, ProvesEachLeafOfEachTreeAndNoOther) {
  for (size_t size = 1; size <= 20; ++size) {
    const auto leaves = Leaves(size);
    const Digest root = TreeRoot(leaves);
    for (size_t index = 0; index < size; ++index) {
      const auto proof = InclusionProof(leaves, index);
      EXPECT_TRUE(VerifyInclusion(leaves[index], index, size, proof, root));
      const Digest other = LeafHash(AsBytes("other"));
      EXPECT_FALSE(VerifyInclusion(other, index, size, proof, root));
      EXPECT_FALSE(VerifyInclusion(leaves[index], index + size, size, proof, root));
      if (size > 1) {
        EXPECT_FALSE(VerifyInclusion(leaves[index], (index + 1) % size, size, proof, root));
      }
    }
  }
}

TEST(Merkle, ProvesThatEachTreeGrewFromEachSmallerOne) {
  for (size_t size = 1; size <= 20; ++size) {
    const auto leaves = Leaves(size);
    const Digest root = TreeRoot(leaves);
    EXPECT_FALSE(VerifyConsistency(0, size, TreeRoot({}), root, {}));
    for (size_t old = 1; old <= size; ++old) {
      const Digest old_root = TreeRoot(std::span(leaves).first(old));
      auto proof = ConsistencyProof(leaves, old);
      EXPECT_TRUE(VerifyConsistency(old, size, old_root, root, proof)) << old << " of " << size;
      if (!proof.empty()) {
        proof[0][0] ^= 1U;
        EXPECT_FALSE(VerifyConsistency(old, size, old_root, root, proof));
      }
    }
  }
}

TEST_F(Vectors, OfInclusionHold) {
  const size_t count = ForEach("inclusion", [](const nlohmann::json& vector) {
    const auto root = Hash(vector.at("root"));
    const auto leaf = Hash(vector.at("leafHash"));
    const auto proof = Proof(vector.at("proof"));
    return root && leaf && proof &&
           VerifyInclusion(*leaf, vector.at("leafIdx").get<uint64_t>(),
                           vector.at("treeSize").get<uint64_t>(), *proof, *root)
               .has_value();
  });
  EXPECT_GT(count, 50U);
}

TEST_F(Vectors, OfConsistencyHold) {
  const size_t count = ForEach("consistency", [](const nlohmann::json& vector) {
    const auto old_root = Hash(vector.at("root1"));
    const auto new_root = Hash(vector.at("root2"));
    const auto proof = Proof(vector.at("proof"));
    return old_root && new_root && proof &&
           VerifyConsistency(vector.at("size1").get<uint64_t>(), vector.at("size2").get<uint64_t>(),
                             *old_root, *new_root, *proof)
               .has_value();
  });
  EXPECT_GT(count, 50U);
}

}  // namespace
}  // namespace garant::trail

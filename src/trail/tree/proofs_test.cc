#include "trail/tree/proofs.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "trail/tree/test_vectors.h"

namespace garant::trail {
namespace {

using base::AsBytes;
using base::Result;

std::vector<Digest> Leaves(size_t count) {
  std::vector<Digest> leaves;
  leaves.reserve(count);
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(AsBytes(std::to_string(i))));
  return leaves;
}

// Passes on to the leaves, and counts which tiles were read.
class Counted final : public HashSource {
 public:
  explicit Counted(const HashSource& source) : source_(source) {}
  [[nodiscard]] uint64_t size() const override { return source_.size(); }
  [[nodiscard]] Result<std::vector<Digest>> Tile(unsigned level, uint64_t number,
                                                 unsigned width) const override {
    EXPECT_TRUE(read.insert({level, number}).second) << "read twice";
    EXPECT_LE(width, kTileWidth);
    return source_.Tile(level, number, width);
  }
  [[nodiscard]] size_t OfLevel(unsigned level) const {
    size_t count = 0;
    for (const auto& tile : read) count += tile.first == level ? 1 : 0;
    return count;
  }
  mutable std::set<std::pair<unsigned, uint64_t>> read;

 private:
  const HashSource& source_;
};

TEST(Proofs, EqualThoseOfAllLeavesForEverySizeTo600) {
  const auto leaves = Leaves(600);
  const LeafTiles tiles(leaves);
  std::mt19937 random(4);
  for (size_t size = 1; size <= leaves.size(); ++size) {
    const auto tree = std::span(leaves).first(size);
    ASSERT_EQ(*TreeRoot(tiles, size), TreeRoot(tree)) << size;
    // Every leaf and old size of small trees; of larger ones the ends and a few between.
    std::set<size_t> some{0, size / 2, size - 1};
    while (some.size() < std::min<size_t>(size, size <= 70 ? size : 8))
      some.insert(random() % size);
    for (const size_t index : some) {
      ASSERT_EQ(*InclusionProof(tiles, index, size), InclusionProof(tree, index))
          << index << " of " << size;
      ASSERT_EQ(*ConsistencyProof(tiles, index + 1, size), ConsistencyProof(tree, index + 1))
          << index + 1 << " of " << size;
    }
  }
}

TEST(Proofs, EqualThoseOfAllLeavesForLargeTreesAndReadTwoTilesOfALevel) {
  const auto leaves = Leaves(200'000);
  const LeafTiles tiles(leaves);
  std::mt19937_64 random(5);
  std::vector<size_t> sizes{256, 257, 65'535, 65'536, 65'537, 131'072, 200'000};
  while (sizes.size() < 15) sizes.push_back(1 + random() % leaves.size());
  for (const size_t size : sizes) {
    const auto tree = std::span(leaves).first(size);
    const size_t index = random() % size;
    const size_t old_size = 1 + random() % size;
    const Counted of_inclusion(tiles);
    ASSERT_EQ(*InclusionProof(of_inclusion, index, size), InclusionProof(tree, index))
        << index << " of " << size;
    const Counted of_consistency(tiles);
    ASSERT_EQ(*ConsistencyProof(of_consistency, old_size, size), ConsistencyProof(tree, old_size))
        << old_size << " of " << size;
    for (unsigned level = 0; level < 8; ++level) {
      EXPECT_LE(of_inclusion.OfLevel(level), 2U) << level;
      EXPECT_LE(of_consistency.OfLevel(level), 2U) << level;
    }
  }
}

TEST(Proofs, OfSubtreesVerifyAndNoOthers) {
  const auto leaves = Leaves(40);
  const LeafTiles tiles(leaves);
  size_t count = 0;
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    const Digest root = *TreeRoot(tiles, size);
    for (uint64_t start = 0; start < size; ++start) {
      for (uint64_t end = start + 1; end <= size; ++end) {
        const auto proof = SubtreeConsistencyProof(tiles, start, end, size);
        ASSERT_EQ(proof.has_value(), IsSubtree(start, end));
        if (!proof) continue;
        const Digest part = TreeRoot(std::span(leaves).subspan(start, end - start));
        EXPECT_TRUE(VerifySubtreeConsistency(start, end, size, part, root, *proof))
            << start << " to " << end << " of " << size;
        EXPECT_FALSE(
            VerifySubtreeConsistency(start, end, size, LeafHash(AsBytes("x")), root, *proof));
        for (size_t i = 0; i < proof->size(); ++i) {
          auto changed = *proof;
          changed[i][31] ^= 1U;
          EXPECT_FALSE(VerifySubtreeConsistency(start, end, size, part, root, changed));
        }
        ++count;
      }
    }
  }
  EXPECT_GT(count, 1000U);
}

TEST(Proofs, OfAnEmptySubtreeNeedItsRootAndNothingElse) {
  const Digest root = LeafHash({});
  EXPECT_TRUE(VerifySubtreeConsistency(1, 1, 1, base::Sha256({}), root, {}));
  EXPECT_FALSE(VerifySubtreeConsistency(1, 1, 1, root, root, {}));
  EXPECT_FALSE(VerifySubtreeConsistency(2, 2, 1, base::Sha256({}), root, {}));
}

TEST(Proofs, RefuseWhatTheTreeHasNot) {
  const auto leaves = Leaves(300);
  const LeafTiles tiles(leaves);
  EXPECT_EQ(InclusionProof(tiles, 300, 300).error().code, base::Code::kInvalid);
  EXPECT_EQ(InclusionProof(tiles, 0, 301).error().code, base::Code::kInvalid);
  EXPECT_EQ(ConsistencyProof(tiles, 0, 300).error().code, base::Code::kInvalid);
  EXPECT_EQ(ConsistencyProof(tiles, 201, 200).error().code, base::Code::kInvalid);
  EXPECT_EQ(ConsistencyProof(tiles, 5, UINT64_MAX).error().code, base::Code::kInvalid);
  EXPECT_EQ(TreeRoot(tiles, 301).error().code, base::Code::kInvalid);
  EXPECT_EQ(*TreeRoot(tiles, 0), base::Sha256({}));
}

TEST(Proofs, PassOnWhatTheSourceCannotRead) {
  class Short final : public HashSource {
   public:
    [[nodiscard]] uint64_t size() const override { return 1000; }
    [[nodiscard]] Result<std::vector<Digest>> Tile(unsigned level, uint64_t,
                                                   unsigned) const override {
      if (level == 1) return base::Error{base::Code::kIo, {"gone", "parti"}, {}};
      return std::vector<Digest>(3);
    }
  };
  EXPECT_EQ(InclusionProof(Short(), 7, 200).error().code, base::Code::kUntrusted);
  EXPECT_EQ(TreeRoot(Short(), 1000).error().code, base::Code::kIo);
}

TEST(Tiles, HaveTheWidthsOfTheirTree) {
  // The example of C2SP tlog-tiles.
  EXPECT_EQ(WidthOfTile(70'000, 0, 272), 256U);
  EXPECT_EQ(WidthOfTile(70'000, 0, 273), 112U);
  EXPECT_EQ(WidthOfTile(70'000, 0, 274), 0U);
  EXPECT_EQ(WidthOfTile(70'000, 1, 0), 256U);
  EXPECT_EQ(WidthOfTile(70'000, 1, 1), 17U);
  EXPECT_EQ(WidthOfTile(70'000, 2, 0), 1U);
  EXPECT_EQ(WidthOfTile(70'000, 3, 0), 0U);
  EXPECT_EQ(WidthOfTile(70'000, 8, 0), 0U);
  EXPECT_EQ(WidthOfTile(256, 0, 1), 0U);
  EXPECT_EQ(WidthOfTile(UINT64_MAX, 0, UINT64_MAX), 0U);
  EXPECT_EQ(WidthOfTile(UINT64_MAX, 7, 0), 255U);
  const auto leaves = Leaves(513);
  const LeafTiles tiles(leaves);
  EXPECT_EQ((*tiles.Tile(1, 0, 2))[1], TreeRoot(std::span(leaves).subspan(256, 256)));
  EXPECT_EQ(tiles.Tile(0, 2, 2).error().code, base::Code::kNotFound);
  EXPECT_EQ(tiles.Tile(0, 2, 0).error().code, base::Code::kNotFound);
}

using SubtreeVectors = Vectors;

TEST_F(SubtreeVectors, OfInclusionHold) {
  const size_t count = ForEach("subtreeinclusion", [](const nlohmann::json& vector) {
    const auto root = Hash(vector.at("root"));
    const auto leaf = Hash(vector.at("leafHash"));
    const auto proof = Proof(vector.at("proof"));
    return root && leaf && proof &&
           VerifySubtreeInclusion(*leaf, vector.at("leafIdx").get<uint64_t>(),
                                  vector.at("start").get<uint64_t>(),
                                  vector.at("end").get<uint64_t>(), *proof, *root)
               .has_value();
  });
  EXPECT_GT(count, 150U);
}

TEST_F(SubtreeVectors, OfConsistencyHold) {
  const size_t count = ForEach("subtreeconsistency", [](const nlohmann::json& vector) {
    const auto part = Hash(vector.at("root1"));
    const auto root = Hash(vector.at("root2"));
    const auto proof = Proof(vector.at("proof"));
    return part && root && proof &&
           VerifySubtreeConsistency(vector.at("start").get<uint64_t>(),
                                    vector.at("end").get<uint64_t>(),
                                    vector.at("size").get<uint64_t>(), *part, *root, *proof)
               .has_value();
  });
  EXPECT_GT(count, 100U);
}

}  // namespace
}  // namespace garant::trail

#include "verify/search_statement.h"

#include <gtest/gtest.h>

namespace garant::verify {
namespace {

TEST(SearchStatement, SaysWhetherAllThatWasAskedIsShown) {
  trail::SearchProof proof;
  proof.end = 10;
  trail::CheckedSearch checked;
  checked.checkpoint.size = 10;
  const size_t lines = StatementOf(proof, checked).size();
  EXPECT_TRUE(ShowsAll(proof, checked));
  // A hash alone shows that an entry has the values, and nothing was asked beside.
  checked.unseen = {3};
  EXPECT_TRUE(ShowsAll(proof, checked));
  proof.source = "guard";
  EXPECT_FALSE(ShowsAll(proof, checked));
  proof.source.clear();
  proof.since = base::Time{};
  EXPECT_FALSE(ShowsAll(proof, checked));
  proof.since.reset();
  proof.until = base::Time{};
  EXPECT_FALSE(ShowsAll(proof, checked));
  checked.unseen.clear();
  EXPECT_TRUE(ShowsAll(proof, checked));
  proof.until.reset();
  proof.from = 1;
  EXPECT_FALSE(ShowsAll(proof, checked));
  proof.from = 0;
  proof.end = 9;
  EXPECT_FALSE(ShowsAll(proof, checked));
  EXPECT_NE(StatementOf(proof, checked).back().en.find("only part"), std::string::npos);
  EXPECT_EQ(StatementOf(proof, checked).size(), lines + 2);
}

}  // namespace
}  // namespace garant::verify

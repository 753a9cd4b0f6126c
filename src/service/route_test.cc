#include "service/route.h"

#include <gtest/gtest.h>

namespace garant::service {
namespace {

TEST(Route, KeepsEmptySegmentsAndNoSlashAtTheEnd) {
  EXPECT_EQ(Segments("/"), (std::vector<std::string_view>{}));
  EXPECT_EQ(Segments("/a/b/"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(Segments("/a//b"), (std::vector<std::string_view>{"a", "", "b"}));
}

TEST(Route, MatchesSegmentBySegment) {
  EXPECT_TRUE(MatchesTemplate("/a/{id}/b", "/a/x/b/"));
  EXPECT_FALSE(MatchesTemplate("/a/{id}/b", "/a//b"));
  EXPECT_FALSE(MatchesTemplate("/a/{id}", "/a/b/c"));
  EXPECT_TRUE(MatchesTemplate("/", "/"));
  EXPECT_FALSE(MatchesTemplate("/a", "/A"));
}

TEST(Route, KnowsItsParameters) {
  EXPECT_TRUE(HasParameters("/a/{id}"));
  EXPECT_FALSE(HasParameters("/a/{}"));
  EXPECT_FALSE(HasParameters("/a/b"));
}

}  // namespace
}  // namespace garant::service

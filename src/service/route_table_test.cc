#include "service/route_table.h"

#include <gtest/gtest.h>

#include <random>

#include "service/route.h"

namespace garant::service {
namespace {

using Templates = std::vector<std::string_view>;

std::string Found(const Templates& routes, std::string_view path) {
  const auto route = RouteTable(routes).Find(path);
  return route ? std::string(routes[*route]) : "none";
}

TEST(RouteTable, FindsRoutesWithAndWithoutParameters) {
  const Templates routes = {"/", "/apply", "/a/{id}", "/a/new", "/a/{id}/proof"};
  EXPECT_EQ(Found(routes, "/"), "/");
  EXPECT_EQ(Found(routes, "/apply"), "/apply");
  EXPECT_EQ(Found(routes, "/apply/"), "/apply");
  EXPECT_EQ(Found(routes, "/a/17"), "/a/{id}");
  EXPECT_EQ(Found(routes, "/a/new"), "/a/new");
  EXPECT_EQ(Found(routes, "/a/17/proof"), "/a/{id}/proof");
  EXPECT_EQ(Found(routes, "/a//proof"), "none");
  EXPECT_EQ(Found(routes, "/a/17/other"), "none");
  EXPECT_EQ(Found(routes, "/Apply"), "none");
  EXPECT_EQ(Found(routes, ""), "none") << "of a request that broke off";
}

TEST(RouteTable, TakesTheFirstDeclaredOfTwo) {
  EXPECT_EQ(Found({"/{a}/x", "/b/{c}"}, "/b/x"), "/{a}/x");
  EXPECT_EQ(Found({"/b/{c}", "/{a}/x"}, "/b/x"), "/b/{c}");
  EXPECT_EQ(Found({"/b/{c}", "/b/{d}"}, "/b/x"), "/b/{c}");
  EXPECT_EQ(Found({"/{a}/y", "/b/{c}/z"}, "/b/y"), "/{a}/y") << "goes back and tries again";
}

TEST(RouteTable, ComparesSegmentsAsTheyDecode) {
  const Templates routes = {"/clerk/list", "/a/{id}"};
  EXPECT_EQ(Found(routes, "/%63lerk/list"), "/clerk/list");
  EXPECT_EQ(Found(routes, "/clerk/l%69st"), "/clerk/list");
  EXPECT_EQ(Found(routes, "/a/%20"), "/a/{id}");
}

TEST(RouteTable, HasNoRouteWhereServicesMayThinkDifferently) {
  const Templates routes = {"/a/{id}", "/{x}/{y}/{z}", "/a"};
  for (const char* path : {"/a/%2F", "/a/x%2fy", "/a/..", "/a/%2e%2e", "/a/.", "/a/%00", "/a/%",
                           "/a/%4", "/a/%zz", "/a/x%5Cy", "/a/x\\y", "/b/../a"})
    EXPECT_EQ(Found(routes, path), "none") << path;
}

TEST(RouteTable, BoundsWhatItReads) {
  const Templates routes = {"/{a}"};
  EXPECT_EQ(Found(routes, "/" + std::string(8000, 'x')), "/{a}");
  EXPECT_EQ(Found(routes, "/" + std::string(9000, 'x')), "none");
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "/x";
  EXPECT_EQ(Found(routes, deep), "none");
}

// Against the definition in service::MatchesTemplate, over random routes and paths.
TEST(RouteTable, AnswersAsAskingEachRouteDoes) {
  std::mt19937 random(7);
  const std::array<std::string, 4> words = {"a", "b", "{p}", "{q}"};
  const std::array<std::string, 4> parts = {"a", "b", "c", ""};
  const auto make = [&](const auto& from) {
    std::string text;
    for (size_t i = random() % 5; i-- > 0;) text += "/" + from[random() % from.size()];
    return text.empty() ? "/" : text;
  };
  size_t found = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> texts;
    for (size_t i = 1 + random() % 8; i-- > 0;) texts.push_back(make(words));
    const Templates routes(texts.begin(), texts.end());
    const RouteTable table(routes);
    for (int i = 0; i < 40; ++i) {
      const std::string path = make(parts);
      std::optional<size_t> expected;
      for (const bool parameters : {false, true})
        for (size_t n = 0; n < routes.size(); ++n)
          if (!expected && HasParameters(routes[n]) == parameters &&
              MatchesTemplate(routes[n], path))
            expected = n;
      const auto got = table.Find(path);
      ASSERT_EQ(got, expected) << path;
      found += got.has_value();
    }
  }
  EXPECT_GT(found, 1000U);
}

}  // namespace
}  // namespace garant::service

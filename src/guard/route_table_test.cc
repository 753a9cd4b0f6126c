#include "guard/route_table.h"

#include <gtest/gtest.h>

#include <random>

#include "service/route.h"

namespace garant::guard {
namespace {

std::vector<Route> Routes(std::initializer_list<const char*> matches) {
  std::vector<Route> routes;
  for (const char* match : matches)
    routes.push_back({.match = match, .part = "web", .methods = {"GET"}, .assurance = 0});
  return routes;
}

std::string Found(const std::vector<Route>& routes, std::string_view path) {
  const RouteTable table(routes);
  const Route* route = table.Find(path);
  return route == nullptr ? "none" : route->match;
}

TEST(RouteTable, FindsRoutesWithAndWithoutParameters) {
  const auto routes = Routes({"/", "/apply", "/a/{id}", "/a/new", "/a/{id}/proof"});
  EXPECT_EQ(Found(routes, "/"), "/");
  EXPECT_EQ(Found(routes, "/apply"), "/apply");
  EXPECT_EQ(Found(routes, "/apply/"), "/apply");
  EXPECT_EQ(Found(routes, "/a/17"), "/a/{id}");
  EXPECT_EQ(Found(routes, "/a/new"), "/a/new");
  EXPECT_EQ(Found(routes, "/a/17/proof"), "/a/{id}/proof");
  EXPECT_EQ(Found(routes, "/a//proof"), "none");
  EXPECT_EQ(Found(routes, "/a/17/other"), "none");
  EXPECT_EQ(Found(routes, "/Apply"), "none");
  EXPECT_EQ(Found(routes, ""), "/");
}

TEST(RouteTable, TakesTheFirstDeclaredOfTwo) {
  EXPECT_EQ(Found(Routes({"/{a}/x", "/b/{c}"}), "/b/x"), "/{a}/x");
  EXPECT_EQ(Found(Routes({"/b/{c}", "/{a}/x"}), "/b/x"), "/b/{c}");
  EXPECT_EQ(Found(Routes({"/b/{c}", "/b/{d}"}), "/b/x"), "/b/{c}");
  EXPECT_EQ(Found(Routes({"/{a}/y", "/b/{c}/z"}), "/b/y"), "/{a}/y") << "goes back and tries again";
}

TEST(RouteTable, ComparesSegmentsAsTheyDecode) {
  const auto routes = Routes({"/clerk/list", "/a/{id}"});
  EXPECT_EQ(Found(routes, "/%63lerk/list"), "/clerk/list");
  EXPECT_EQ(Found(routes, "/clerk/l%69st"), "/clerk/list");
  EXPECT_EQ(Found(routes, "/a/%20"), "/a/{id}");
}

TEST(RouteTable, HasNoRouteWhereServicesMayThinkDifferently) {
  const auto routes = Routes({"/a/{id}", "/{x}/{y}/{z}", "/a"});
  for (const char* path : {"/a/%2F", "/a/x%2fy", "/a/..", "/a/%2e%2e", "/a/.", "/a/%00", "/a/%",
                           "/a/%4", "/a/%zz", "/a/x%5Cy", "/a/x\\y", "/b/../a"})
    EXPECT_EQ(Found(routes, path), "none") << path;
}

TEST(RouteTable, BoundsWhatItReads) {
  const auto routes = Routes({"/{a}"});
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
    std::vector<Route> routes;
    for (size_t i = 1 + random() % 8; i-- > 0;)
      routes.push_back({.match = make(words), .part = "", .methods = {}, .assurance = 0});
    const RouteTable table(routes);
    for (int i = 0; i < 40; ++i) {
      const std::string path = make(parts);
      const Route* expected = nullptr;
      for (const bool parameters : {false, true})
        for (const Route& route : routes)
          if (expected == nullptr && service::HasParameters(route.match) == parameters &&
              service::MatchesTemplate(route.match, path))
            expected = &route;
      const Route* got = table.Find(path);
      ASSERT_EQ(got == nullptr ? "none" : got->match,
                expected == nullptr ? "none" : expected->match)
          << path;
      found += got != nullptr;
    }
  }
  EXPECT_GT(found, 1000U);
}

}  // namespace
}  // namespace garant::guard

#include "server/api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "server/assets.h"
#include "server/test_world.h"
#include "trail/merkle.h"

namespace garant::server {
namespace {

using nlohmann::json;

class TheApi : public testing::Test {
 protected:
  Ask Stranger(const std::string& target) const {
    return {.method = "GET",
            .target = target,
            .cookie = {},
            .accept = {},
            .language = {},
            .port = 8090};
  }
  Ask Reader(const std::string& target) {
    if (session_.empty()) {
      const auto now = Access::Clock::now();
      session_ = *access.Redeem(access.MakeToken(now), now);
    }
    Ask ask = Stranger(target);
    ask.cookie = "garant-session-8090=" + session_;
    return ask;
  }
  Reply Answer(const Ask& ask) const {
    const Api::Begun begun = api.Begin(ask);
    return begun.reply ? *begun.reply : begun.work();
  }
  int Status(const Ask& ask) const { return Answer(ask).status; }
  // A path of the table with something that is there.
  static std::string Filled(std::string_view path) {
    std::string filled(path);
    const size_t open = filled.find('{');
    if (open != std::string::npos)
      filled.replace(open, filled.size(), filled.ends_with("{id}") ? "c-01" : "0");
    return filled;
  }

  TestWorld world;
  Access access{Access::Terms{}};
  const Api api{world.desk, access, "0.0.1"};

 private:
  std::string session_;
};

TEST_F(TheApi, AnswersThePathsOfItsDescriptionAndNoOther) {
  const json description = json::parse(kOpenApi);
  std::set<std::string> described;
  for (const auto& [path, operations] : description["paths"].items()) {
    described.insert(path);
    EXPECT_EQ(operations.size(), 1U) << path;
    EXPECT_TRUE(operations.contains("get")) << path;
  }
  std::set<std::string> answered;
  for (const std::string_view path : Api::Paths()) answered.emplace(path);
  EXPECT_EQ(answered, described);
  EXPECT_EQ(answered.size(), Api::Paths().size()) << "none is there twice";
}

TEST_F(TheApi, TakesTheParametersOfItsDescriptionAndNoOther) {
  world.SeeCookie("visitor");
  const json description = json::parse(kOpenApi);
  for (const auto& [path, operations] : description["paths"].items()) {
    const std::string filled = Filled(path);
    EXPECT_EQ(Status(Reader(filled + "?unheard-of=1")), 400) << path;
    for (const json& parameter : operations["get"].value("parameters", json::array())) {
      if (parameter["in"] != "query") continue;
      const std::string name = parameter["name"];
      // Whatever is wrong with the value, it is not the name.
      const json problem = json::parse([&](const std::string& body) {
        return body.starts_with('{') ? body : "{}";
      }(Answer(Reader(filled + "?" + name + "=1")).body));
      EXPECT_EQ(problem.value("detail", "").find("takes no"), std::string::npos)
          << path << " " << name;
    }
  }
}

TEST_F(TheApi, SaysNothingToStrangers) {
  world.SeeCookie("visitor");
  const std::set<std::string_view> open = {"/open", "/api/v1/health"};
  for (const std::string_view path : Api::Paths()) {
    if (open.contains(path)) continue;
    const std::string filled = Filled(path);
    ASSERT_EQ(Status(Reader(filled)), 200) << path;
    for (const char* cookie : {"", "garant-session-8090=", "garant-session-8090=0",
                               "garant-session=x; garant-session-8091=y"}) {
      Ask ask = Stranger(filled);
      ask.cookie = cookie;
      const Api::Begun begun = api.Begin(ask);
      ASSERT_TRUE(begun.reply) << path << ": nothing is judged for a stranger";
      EXPECT_EQ(begun.reply->status, 401) << path;
    }
  }
  EXPECT_EQ(Status(Stranger("/nothing/here")), 401) << "nor what there is not";
  EXPECT_EQ(Status(Stranger("/api/v1/health")), 200);
}

TEST_F(TheApi, NamesTheCookieByItsPort) {
  const std::string token = access.MakeToken(Access::Clock::now());
  const Reply opened = Answer(Stranger("/open?token=" + token));
  ASSERT_EQ(opened.status, 303);
  std::string cookie;
  for (const auto& [name, value] : opened.headers)
    if (name == "Set-Cookie") cookie = value;
  EXPECT_TRUE(cookie.starts_with("garant-session-8090=")) << cookie;
  Ask ask = Stranger("/api/v1/items");
  ask.cookie = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(Status(ask), 200);
  ask.port = 8091;
  EXPECT_EQ(Status(ask), 401);
}

TEST_F(TheApi, RefusesWhatIsSpeltOtherwise) {
  for (const char* target :
       {"/api/v1/items/", "/api/v1/items/c-01/", "/api/v1/items/a/b", "/api/v1/items/a%2Fb",
        "/api/v1", "/api/v1/", "/api/v2/items", "/API/v1/items", "//", "/index.html",
        "/api/v1/entries/", "/api/v1/../v1/items", "/api/v1/items/x-99"})
    EXPECT_EQ(Status(Reader(target)), 404) << target;
}

TEST_F(TheApi, JudgesNothingToRefuse) {
  for (const char* target : {"/nothing", "/%", "/api/v1/health", "/api/v1/openapi.json"})
    EXPECT_TRUE(api.Begin(Reader(target)).reply) << target;
  Ask post = Reader("/api/v1/verdicts");
  post.method = "POST";
  EXPECT_TRUE(api.Begin(post).reply);
  EXPECT_FALSE(api.Begin(Reader("/api/v1/verdicts")).reply);
}

TEST_F(TheApi, GivesALeafWhereNothingInItIsSealed) {
  trail::Draft sealed = trail::TestFolder::Example("ok");
  world.Append({world.Seen("crawl", "dogs.example:443", {{"pages", int64_t{3}}}), sealed});
  const json clear = json::parse(Answer(Reader("/api/v1/entries/0")).body);
  const auto leaf = base::FromBase64(clear["leaf"].get<std::string>());
  ASSERT_TRUE(leaf);
  EXPECT_EQ(clear["leaf_hash"], base::ToBase64(trail::LeafHash(*leaf)));
  const Reply reply = Answer(Reader("/api/v1/entries/1"));
  const json hidden = json::parse(reply.body);
  EXPECT_FALSE(hidden.contains("leaf"));
  const auto reader = world.desk.Trail();
  ASSERT_TRUE(reader);
  EXPECT_EQ(hidden["leaf_hash"], base::ToBase64(trail::LeafHash(*(*reader)->ReadLeaf(1))));
  const auto entry = (*reader)->Read(1);
  ASSERT_TRUE(entry);
  EXPECT_EQ(reply.body.find(base::ToBase64(entry->parts[0].ciphertext).substr(0, 20)),
            std::string::npos);
}

TEST_F(TheApi, ShowsAPageOnlyWithItsOwnStyleAndScript) {
  Ask ask = Reader("/");
  ask.accept = "text/html";
  for (const int wanted : {200, 503}) {
    if (wanted == 503) world.WriteService("garant: 1\nservice: <script>\n");
    const Reply reply = Answer(ask);
    EXPECT_EQ(reply.status, wanted);
    EXPECT_EQ(reply.media_type, "text/html; charset=utf-8");
    EXPECT_EQ(reply.policy.find("unsafe"), std::string::npos);
    EXPECT_NE(reply.policy.find("style-src 'sha256-"), std::string::npos);
    EXPECT_NE(reply.policy.find("frame-ancestors 'none'"), std::string::npos);
  }
}

}  // namespace
}  // namespace garant::server

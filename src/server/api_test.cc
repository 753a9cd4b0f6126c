#include "server/api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "server/assets.h"
#include "server/test_world.h"
#include "trail/append/memory_trail.h"
#include "trail/append/trail.h"
#include "trail/tree/merkle.h"
#include "trail/upkeep/retention.h"

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
  Ask Auditor(const std::string& target) {
    const auto now = Access::Clock::now();
    if (auditor_.empty())
      auditor_ = *access.Redeem(access.MakeToken(now, Access::Role::kAuditor), now);
    Ask ask = Stranger(target);
    ask.cookie = "garant-session-8090=" + auditor_;
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
    if (filled == "/tile/{tile}") return "/tile/0/000.p/1";
    if (filled == "/tile/entries/{tile}") return "/tile/entries/000.p/1";
    if (open != std::string::npos)
      filled.replace(open, filled.size(), filled.ends_with("{id}") ? "c-01" : "0");
    return filled;
  }

  TestWorld world;
  Access access{Access::Terms{}};
  const Api api{world.desk, access, "0.0.1"};

 private:
  std::string session_;
  std::string auditor_;
};

TEST_F(TheApi, AnswersThePathsOfItsDescriptionAndNoOther) {
  const json description = json::parse(kOpenApi);
  std::set<std::string> described;
  for (const auto& [path, operations] : description["paths"].items()) {
    described.insert(path);
    EXPECT_EQ(operations.size(), 1U) << path;
    EXPECT_TRUE(operations.contains(Api::TakesBodies(path) ? "post" : "get")) << path;
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
    if (Api::TakesBodies(path)) continue;
    const std::string filled = Filled(path);
    EXPECT_EQ(Status(Auditor(filled + "?unheard-of=1")), 400) << path;
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
    const auto properly = [&](Ask ask) {
      if (!Api::TakesBodies(path)) return ask;
      ask.method = "POST";
      ask.media_type = "application/json";
      ask.body = "{}";
      return ask;
    };
    const int status = path.starts_with("/tile/entries/") || path == "/api/v1/readings" ? 403
                       : path == "/api/v1/visits" || path == "/api/v1/who-looked"       ? 400
                                                                                        : 200;
    ASSERT_EQ(Status(properly(Reader(filled))), status) << path;
    for (const char* cookie : {"", "garant-session-8090=", "garant-session-8090=0",
                               "garant-session=x; garant-session-8091=y"}) {
      Ask ask = properly(Stranger(filled));
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

TEST_F(TheApi, TellsWhatWasDeletedFromWhatNeverWas) {
  const base::Time now = world.clock.Now();
  const auto trail = world.folder.Open(trail::TestFolder::SmallLogs());
  ASSERT_TRUE(trail);
  ASSERT_TRUE((*trail)->Append(std::vector(400, world.Seen("crawl", "dogs.example:443"))));
  (*trail)->EndLog();
  ASSERT_TRUE((*trail)->WaitForSealing());
  const auto plan = trail::DeleteDue(**trail, {std::chrono::days(1), "P1D"}, "dog-licences",
                                     now + std::chrono::days(2));
  ASSERT_TRUE(plan && plan->deletion) << plan.error().message.en;
  for (const char* gone :
       {"/api/v1/entries/3", "/api/v1/entries/255", "/api/v1/journeys?entry=3"}) {
    const Reply reply = Answer(Reader(gone));
    EXPECT_EQ(reply.status, 410) << gone;
    EXPECT_NE(reply.body.find("was deleted on 2026-11-25"), std::string::npos) << reply.body;
  }
  EXPECT_EQ(Status(Reader("/api/v1/entries/256")), 200);
  EXPECT_EQ(Status(Reader("/api/v1/entries/500")), 404);
  EXPECT_EQ(Reason(410), "Gone");
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

// Hashes that lead to the checkpoint's root, in the widths of the tree and in no other.
TEST_F(TheApi, GivesTheTreeInTiles) {
  std::vector<trail::Draft> many(299, world.Seen("crawl", "dogs.example:443"));
  world.Append(many);
  const Reply checkpoint = Answer(Reader("/checkpoint"));
  EXPECT_EQ(checkpoint.status, 200);
  EXPECT_EQ(checkpoint.media_type, "text/plain; charset=utf-8");
  const auto reader = *world.desk.Trail();
  EXPECT_EQ(checkpoint.body, reader->note());
  ASSERT_EQ(reader->size(), 299U);
  const auto hashes = [&](const std::string& path) {
    const Reply reply = Answer(Reader(path));
    EXPECT_EQ(reply.status, 200) << path;
    std::vector<base::Digest> tile(reply.body.size() / 32);
    for (size_t i = 0; i < tile.size(); ++i)
      std::copy_n(reply.body.begin() + static_cast<ptrdiff_t>(32 * i), 32, tile[i].begin());
    return tile;
  };
  std::vector<base::Digest> leaves = hashes("/tile/0/000");
  EXPECT_EQ(leaves.size(), 256U);
  const auto rest = hashes("/tile/0/001.p/43");
  EXPECT_EQ(hashes("/tile/1/000.p/1"), std::vector{trail::TreeRoot(leaves)});
  leaves.insert(leaves.end(), rest.begin(), rest.end());
  EXPECT_EQ(trail::TreeRoot(leaves), reader->checkpoint().root);
  EXPECT_EQ(hashes("/tile/0/001.p/7").size(), 7U) << "of an earlier checkpoint";
  for (const char* none :
       {"/tile/0/001", "/tile/0/001.p/44", "/tile/0/002.p/1", "/tile/1/000", "/tile/1/000.p/2",
        "/tile/2/000.p/1", "/tile/0/0", "/tile/0/x000/000", "/tile/0/000.p/0", "/tile/64/000",
        "/tile/entries", "/tile/0/000/", "/tile/0/000.p/256", "/tile/7/000.p/1", "/tile/63/000",
        "/tile/0/x018/x446/x744/x073/x709/x551/615", "/checkpoint/"})
    EXPECT_EQ(Status(Reader(none)), 404) << none;
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(Answer(Reader("/tile/0/000")).headers,
            (Headers{{"Cache-Control", "private, max-age=31536000, immutable"}}));
  EXPECT_EQ(Answer(Reader("/tile/0/001.p/43")).headers,
            (Headers{{"Cache-Control", "private, max-age=3600"}}));
  EXPECT_EQ(checkpoint.headers, (Headers{{"Cache-Control", "no-cache"}}));
}

TEST_F(TheApi, GivesTheTreeToAnyoneWhereItIsPublicAndNothingElse) {
  world.SeeCookie("visitor");
  const Api open(world.desk, access, "0.0.1", {.is_public = true});
  const auto status = [&](const char* path) {
    const Api::Begun begun = open.Begin(Stranger(path));
    return begun.reply ? begun.reply->status : begun.work().status;
  };
  for (const char* path : {"/checkpoint", "/tile/0/000.p/1"}) {
    EXPECT_EQ(status(path), 200) << path;
    EXPECT_EQ(Status(Stranger(path)), 401) << path;
  }
  for (const char* path : {"/tile/entries/000.p/1", "/", "/api/v1/entries", "/nothing"})
    EXPECT_EQ(status(path), 401) << path;
}

TEST_F(TheApi, GivesEntriesToAnAuditorAloneAndRecordsIt) {
  world.SeeCookie("visitor");
  const std::string path = "/tile/entries/000.p/2";
  EXPECT_EQ(Status(Stranger(path)), 401);
  EXPECT_EQ(Status(Reader(path)), 403);
  EXPECT_EQ(Status(Auditor(path)), 403) << "nobody records it";

  trail::MemoryTrail readings;
  const Api recording(world.desk, access, "0.0.1", {.service = "s", .readings = &readings});
  const auto answer = [&](const Ask& ask) {
    const Api::Begun begun = recording.Begin(ask);
    return begun.reply ? *begun.reply : begun.work();
  };
  EXPECT_EQ(answer(Reader(path)).status, 403);
  EXPECT_EQ(answer(Auditor("/tile/entries/000.p/3")).status, 404);
  EXPECT_EQ(answer(Auditor("/tile/entries/000")).status, 404);
  EXPECT_TRUE(readings.entries().empty());
  const Reply reply = answer(Auditor(path));
  EXPECT_EQ(reply.status, 200);
  ASSERT_EQ(readings.entries().size(), 1U);
  const trail::Header& header = readings.entries()[0].header;
  EXPECT_EQ(header.kind, "reading");
  EXPECT_EQ(header.service, "s");
  EXPECT_EQ(header.facts, (std::vector<trail::Fact>{
                              {"count", int64_t{2}}, {"first", int64_t{0}}, {"role", "auditor"}}));
  const auto reader = *world.desk.Trail();
  std::string_view rest = reply.body;
  for (uint64_t i = 0; i < 2; ++i) {
    const auto leaf = *reader->ReadLeaf(i);
    ASSERT_GE(rest.size(), 2 + leaf.size());
    EXPECT_EQ(static_cast<uint8_t>(rest[0]) * 256U + static_cast<uint8_t>(rest[1]), leaf.size());
    EXPECT_EQ(rest.substr(2, leaf.size()), base::AsText(leaf));
    rest.remove_prefix(2 + leaf.size());
  }
  EXPECT_TRUE(rest.empty());
}

// A reading that cannot be told of does not happen.
TEST_F(TheApi, GivesNoEntriesWhereTheReadingCannotBeRecorded) {
  world.SeeCookie("visitor");
  class Full final : public trail::EntrySink {
   public:
    base::Result<uint64_t> AppendAll(trail::Drafts&) override {
      return base::Error{base::Code::kIo, {"full", "plein"}, {}};
    }
  } full;
  const Api recording(world.desk, access, "0.0.1", {.service = "s", .readings = &full});
  const Reply reply = recording.Begin(Auditor("/tile/entries/000.p/1")).work();
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.media_type, "application/problem+json");
}

}  // namespace
}  // namespace garant::server

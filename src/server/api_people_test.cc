#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/api.h"
#include "server/assets.h"
#include "server/test_world.h"

namespace garant::server {
namespace {

using nlohmann::json;

constexpr const char* kReaders = R"(stores:
  - { id: db, system: web, engine: sqlite, holds: [{ at: dogs.name, data: identity.name }] }
access:
  methods: [none]
  routes:
    - { match: "/licences/{id}", assurance: 1, about: { param: id, store: db } }
trail:
  readers:
    - { role: owner, purposes: [complaint], categories: [line] }
)";

// Opens the trail for each reading, as garant serve does; or fails.
class Sink final : public trail::EntrySink {
 public:
  explicit Sink(const trail::TestFolder& folder) : folder_(folder) {}
  base::Result<uint64_t> AppendAll(trail::Drafts& drafts) override {
    if (full) return base::Error{base::Code::kIo, {"no room", "plus de place"}, {}};
    const auto trail = TRY(folder_.Open());
    return trail->AppendAll(drafts);
  }
  bool full = false;

 private:
  const trail::TestFolder& folder_;
};

class ApiOfPeople : public testing::Test {
 protected:
  ApiOfPeople() {
    world.WriteService(std::string(TestWorld::kService) + kReaders);
    trail::Draft line;
    line.time = world.clock.Now() - std::chrono::hours(1);
    line.kind = "event";
    line.service = "dog-licences";
    line.source = "lines/web";
    line.route = "/licences/{id}";
    line.subjects = {{"licences", "anna"}};
    line.session = "raw session";
    line.trace = std::string(32, '4');
    line.sealed = {{trail::KeyClass::kSubject, "line", {'h', 'i'}, line.subjects[0]},
                   {trail::KeyClass::kTransient, "path", {'/'}, {}}};
    world.Append({line});
  }

  Reply Post(const std::string& path, const json& body, Access::Role role = Access::Role::kReader) {
    const auto now = Access::Clock::now();
    const std::string session = *access.Redeem(access.MakeToken(now, role), now);
    const Ask ask{.method = "POST",
                  .target = path,
                  .cookie = "garant-session-8090=" + session,
                  .accept = {},
                  .language = {},
                  .port = 8090,
                  .media_type = "application/json; charset=utf-8",
                  .body = body.dump()};
    const Api::Begun begun = api.Begin(ask);
    return begun.reply ? *begun.reply : begun.work();
  }
  json Read(const Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.status == 200 ? json::parse(reply.body) : json::object();
  }
  size_t Readings() {
    return Read(Post("/api/v1/search", {{"kind", "reading"}})).value("entries", json()).size();
  }

  TestWorld world;
  Access access{Access::Terms{}};
  Sink sink{world.folder};
  const Api api{
      world.desk,
      access,
      "0.0.1",
      {.is_public = false, .service = "dog-licences", .readings = &sink, .officer = "owner"}};
};

TEST_F(ApiOfPeople, FindsByWhomItIsAboutAndSaysWhomNobodyKnows) {
  const json person = {{"issuer", "licences"}, {"subject", "anna"}};
  EXPECT_EQ(Read(Post("/api/v1/search", person))["entries"].size(), 1U);
  json actor = {{"issuer", "licences"}, {"actor", "anna"}};
  EXPECT_EQ(Read(Post("/api/v1/search", actor))["entries"].size(), 0U);
  EXPECT_EQ(Read(Post("/api/v1/search", {{"session", "raw session"}}))["entries"].size(), 1U);
  EXPECT_EQ(Read(Post("/api/v1/search", {{"trace", std::string(32, '4')}}))["entries"].size(), 1U);
  const Reply nobody = Post("/api/v1/search", {{"issuer", "licences"}, {"subject", "dora"}});
  EXPECT_EQ(nobody.status, 404);
  EXPECT_NE(nobody.body.find("never seen, or erased"), std::string::npos);
  EXPECT_EQ(nobody.body.find("dora"), std::string::npos);
  EXPECT_EQ(Post("/api/v1/search", {{"subject", "anna"}}).status, 400);
  EXPECT_EQ(Post("/api/v1/search", {{"issuer", "licences"}}).status, 400);
  EXPECT_EQ(Post("/api/v1/search", {{"name", "anna"}}).status, 400);
}

TEST_F(ApiOfPeople, TakesTheMembersOfItsDescriptionAndNoOther) {
  const json description = json::parse(kOpenApi);
  size_t paths = 0;
  for (const auto& [path, operations] : description["paths"].items()) {
    if (!operations.contains("post")) continue;
    ++paths;
    const json& schema = operations["post"]["requestBody"]["content"]["application/json"]["schema"];
    const auto refuses = [&](const std::string& name, const json& value) {
      const Reply reply = Post(path, {{name, value}}, Access::Role::kOfficer);
      return reply.body.find("a name that this path does not take") != std::string::npos;
    };
    EXPECT_TRUE(refuses("unheard-of", "a") ||
                Post(path, {{"unheard-of", "a"}}, Access::Role::kOfficer).status == 400);
    for (const auto& [name, of] : schema["properties"].items()) {
      const bool number = of.value("type", "") == "integer";
      EXPECT_FALSE(refuses(name, number ? json(1) : json("oldest"))) << path << " " << name;
    }
  }
  EXPECT_EQ(paths, 4U);
}

TEST_F(ApiOfPeople, TakesABodyOfJsonByPostAlone) {
  Ask ask{.method = "GET", .target = "/api/v1/search", .cookie = {}, .accept = {}, .language = {}};
  EXPECT_EQ(api.Begin(ask).reply->status, 405);
  ask.method = "POST";
  ask.media_type = "application/json";
  EXPECT_EQ(api.Begin(ask).reply->status, 401);
  const auto now = Access::Clock::now();
  ask.cookie = "garant-session-0=" + *access.Redeem(access.MakeToken(now), now);
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "application/jsonp", "multipart/form-data"}) {
    ask.media_type = type;
    EXPECT_EQ(api.Begin(ask).reply->status, 415) << type;
  }
  ask.target = "/api/v1/entries";
  EXPECT_EQ(api.Begin(ask).reply->status, 405);
}

TEST_F(ApiOfPeople, FollowsAVisitByItsRawId) {
  EXPECT_EQ(Read(Post("/api/v1/visits", {{"session", "raw session"}}))["journeys"].size(), 1U);
  EXPECT_EQ(Post("/api/v1/visits", {{"session", "another"}}).status, 404);
  EXPECT_EQ(Post("/api/v1/visits", json::object()).status, 400);
}

TEST_F(ApiOfPeople, OpensForTheOfficerAloneAndSaysSoFirst) {
  const json request = {
      {"issuer", "licences"}, {"subject", "anna"}, {"purpose", "complaint"}, {"role", "owner"}};
  for (const auto role : {Access::Role::kReader, Access::Role::kAuditor}) {
    const Reply refused = Post("/api/v1/readings", request, role);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body.find("\"hi\""), std::string::npos);
  }
  EXPECT_EQ(Readings(), 0U);
  const json page = Read(Post("/api/v1/readings", request, Access::Role::kOfficer));
  ASSERT_EQ(page["entries"].size(), 1U);
  EXPECT_EQ(page["entries"][0]["parts"][0]["opened"], "hi");
  EXPECT_EQ(page["entries"][0]["parts"][1]["not_opened"], "withheld");
  EXPECT_EQ(Readings(), 1U);
  const json looks =
      Read(Post("/api/v1/who-looked", {{"issuer", "licences"}, {"subject", "anna"}}));
  ASSERT_EQ(looks["looks"].size(), 2U);
  EXPECT_EQ(looks["looks"][0]["at"], "service");
  EXPECT_EQ(looks["looks"][1]["at"], "trail");
  EXPECT_EQ(looks["looks"][1]["person"], "owner");
  EXPECT_EQ(looks["looks"][1]["purpose"], "complaint");
}

TEST_F(ApiOfPeople, OpensNothingForAnotherPurposeOrRoleOrWhereItCannotBeRecorded) {
  const auto status = [&](const char* purpose, const char* role) {
    const Reply reply =
        Post("/api/v1/readings", {{"purpose", purpose}, {"role", role}, {"kind", "event"}},
             Access::Role::kOfficer);
    EXPECT_EQ(reply.body.find("\"hi\""), std::string::npos);
    return reply.status;
  };
  EXPECT_EQ(status("incident", "owner"), 403);
  EXPECT_EQ(status("complaint", "security"), 400);
  sink.full = true;
  EXPECT_EQ(status("complaint", "owner"), 503);
  sink.full = false;
  EXPECT_EQ(Readings(), 0U);
  world.WriteService(TestWorld::kService);
  EXPECT_EQ(status("complaint", "owner"), 403) << "the file is read anew";
}

}  // namespace
}  // namespace garant::server

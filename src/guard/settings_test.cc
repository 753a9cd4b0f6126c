#include "guard/settings.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"

namespace garant::guard {
namespace {

std::unique_ptr<const service::Model> Example() {
  const std::string path = std::string(GARANT_SOURCE_DIR) + "/examples/parking-permits/garant.yaml";
  base::Diagnostics complaints;
  return service::Model::Parse(*base::ReadFile(path), path, complaints);
}

TEST(Settings, AreMadeOfTheServiceFile) {
  const auto model = Example();
  ASSERT_NE(model, nullptr);
  const Settings settings = SettingsOf(*model);
  EXPECT_EQ(settings.service, "parking-permits");
  EXPECT_EQ(settings.session_cookie, "__Host-garant-parking-permits");
  ASSERT_FALSE(settings.routes.empty());
  const auto clerk = std::ranges::find(settings.routes, "/clerk/sign-out", &Route::match);
  ASSERT_NE(clerk, settings.routes.end());
  EXPECT_EQ(clerk->part, "web");
  EXPECT_EQ(clerk->methods, std::vector<std::string>{"POST"});
  EXPECT_EQ(clerk->assurance, 2);
  const auto plain = std::ranges::find(settings.routes, "/privacy", &Route::match);
  ASSERT_NE(plain, settings.routes.end());
  EXPECT_EQ(plain->methods, std::vector<std::string>{"GET"});
}

TEST(Settings, ReadBackAsTheyWereWritten) {
  const auto model = Example();
  ASSERT_NE(model, nullptr);
  const Settings settings = SettingsOf(*model);
  const auto back = ParseSettings(ToJson(settings), "guard.json");
  ASSERT_TRUE(back) << back.error().ToString(base::Language::kEnglish);
  EXPECT_EQ(*back, settings);
}

TEST(Settings, RefuseWhatIsNotThem) {
  for (const auto& [text, names] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "no JSON"},
           {"[]", "/garant-guard"},
           {"{}", "/garant-guard"},
           {R"({"garant-guard":2})", "/garant-guard"},
           {R"({"garant-guard":1})", "/service"},
           {R"({"garant-guard":1,"service":1,"declared":"","session-cookie":"","routes":[]})",
            "/service"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":{}})",
            "/routes"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":[1]})",
            "/routes/0/match"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":
              [{"match":"x","part":"","methods":[],"assurance":0}]})",
            "/routes/0/match"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":
              [{"match":"/x","part":"","methods":[1],"assurance":0}]})",
            "/routes/0/methods"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":
              [{"match":"/x","part":"","methods":[],"assurance":5}]})",
            "/routes/0/assurance"},
           {R"({"garant-guard":1,"service":"","declared":"","session-cookie":"","routes":
              [{"match":"/x","part":"","methods":[],"assurance":-1}]})",
            "/routes/0/assurance"}}) {
    const auto settings = ParseSettings(text, "guard.json");
    ASSERT_FALSE(settings) << text;
    const std::string said = settings.error().ToString(base::Language::kEnglish);
    EXPECT_NE(said.find(names), std::string::npos) << said;
    EXPECT_NE(said.find("guard.json"), std::string::npos) << said;
  }
}

}  // namespace
}  // namespace garant::guard

#include "server/body.h"

#include <gtest/gtest.h>

namespace garant::server {
namespace {

TEST(Body, GivesWhatIsInIt) {
  Body body(R"({"subject": "anna", "limit": 7, "since": "2026-11-23"})");
  EXPECT_EQ(body.Text("subject"), "anna");
  EXPECT_EQ(body.Text("issuer"), std::nullopt);
  EXPECT_EQ(body.Number("limit", 1, 100), 7U);
  EXPECT_EQ(body.Number("from", 0, 100), std::nullopt);
  EXPECT_EQ(body.Time("since"), *base::ParseTime("2026-11-23T00:00:00Z"));
  EXPECT_EQ(body.Fault(), std::nullopt);
}

TEST(Body, RefusesWhatIsNoObjectOfTextsAndNumbers) {
  for (const char* json : {"",
                           "[]",
                           "null",
                           "1",
                           "\"a\"",
                           "{",
                           "{} {}",
                           R"({"subject": ["a"]})",
                           R"({"subject": {"a": "b"}})",
                           R"({"subject": "a", "subject": "b"})",
                           R"({"subject": true})",
                           R"({"subject": null})",
                           R"({"limit": -1})",
                           R"({"limit": 1.5})",
                           "{\"subject\": \"\xff\"}",
                           R"({"subject": ""})",
                           R"({"subject": 1})",
                           R"({"limit": "1"})",
                           R"({"limit": 101})",
                           R"({"since": "yesterday"})",
                           R"({"other": "a"})",
                           R"({"other": 1})"}) {
    Body body(json);
    (void)body.Text("subject");
    (void)body.Number("limit", 1, 100);
    (void)body.Time("since");
    EXPECT_TRUE(body.Fault()) << json;
  }
}

TEST(Body, SaysNothingOfWhomItNames) {
  Body body(R"({"anna": "bela", "since": "carla", "limit": "dora"})");
  (void)body.Time("since");
  (void)body.Number("limit", 1, 2);
  const auto fault = body.Fault();
  ASSERT_TRUE(fault);
  for (const char* name : {"anna", "bela", "carla", "dora"})
    EXPECT_EQ(fault->en.find(name), std::string::npos);
}

TEST(Body, BearsDeepNesting) {
  Body body("{\"subject\": " + std::string(8000, '['));
  EXPECT_TRUE(body.Fault());
}

}  // namespace
}  // namespace garant::server

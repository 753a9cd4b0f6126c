#include <gtest/gtest.h>

#include "harden/target.h"
#include "service/model.h"
#include "service/whereabouts.h"

namespace garant::harden {
namespace {

using Texts = std::vector<std::string>;

std::unique_ptr<const service::Model> Parse(const std::string& service_lines,
                                            const std::string& sections) {
  const std::string text =
      "garant: 1\n"
      "service:\n"
      "  id: permits\n"
      "  name: { en: Permits, fr: Permis }\n"
      "  stage: alpha\n"
      "  environment: trial\n"
      "  organization: { en: City, fr: Ville }\n"
      "  jurisdictions: [ca]\n" +
      service_lines +
      "people:\n"
      "  - { id: owner, role: owner, contact: owner@city.example }\n" +
      sections;
  base::Diagnostics complaints;
  auto model = service::Model::Parse(text, "garant.yaml", complaints);
  for (const auto& complaint : complaints)
    ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
  return model;
}

constexpr char kSystems[] =
    "systems:\n"
    "  - { id: inner, kind: worker, agency: city, internet: false, url: \"http://in.example/\" }\n"
    "  - id: web\n"
    "    kind: web-application\n"
    "    agency: city\n"
    "    internet: true\n"
    "    url: https://web.example/\n"
    "    origin: http://10.0.0.5:8080/\n";

TEST(TargetFromModel, TakesWhatIsDeclared) {
  const auto model = Parse("  url: https://permits.example/\n",
                           std::string(kSystems) +
                               "access:\n"
                               "  methods: [none]\n"
                               "  routes:\n"
                               "    - { match: \"/permits/{id}\", assurance: 0 }\n"
                               "cookies:\n"
                               "  - { name: session, purpose: essential, keep: session }\n"
                               "policies:\n"
                               "  privacy: { route: /privacy, owner: owner, reviewed: 2026-01-01 "
                               "}\n");
  ASSERT_NE(model, nullptr);
  const auto target = TargetFromModel(*model);
  ASSERT_TRUE(target) << target.error().message.en;
  EXPECT_EQ(target->url, "https://permits.example/");
  EXPECT_EQ(target->routes, Texts{"/permits/{id}"});
  EXPECT_EQ(target->declaration, base::FormatDigest(service::DigestOfWhereabouts(*model)));
  EXPECT_EQ(target->privacy_route, "/privacy");
  EXPECT_EQ(target->cookies_route, "");
  EXPECT_EQ(target->cookies, Texts{"session"});
  ASSERT_EQ(target->origins.size(), 1U);
  EXPECT_EQ(target->origins[0],
            std::make_pair(std::string("web"), std::string("http://10.0.0.5:8080/")));
}

TEST(TargetFromModel, FallsBackOnTheSystemThatTheInternetReaches) {
  const auto model = Parse("", kSystems);
  ASSERT_NE(model, nullptr);
  const auto target = TargetFromModel(*model);
  ASSERT_TRUE(target) << target.error().message.en;
  EXPECT_EQ(target->url, "https://web.example/");
}

TEST(TargetFromModel, SaysWhereNoAddressIsDeclared) {
  const auto model =
      Parse("", "systems:\n  - { id: web, kind: other, agency: c, internet: true }\n");
  ASSERT_NE(model, nullptr);
  const auto target = TargetFromModel(*model);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, base::Code::kInvalid);
  EXPECT_EQ(target.error().where.line, 3U);
}

}  // namespace
}  // namespace garant::harden

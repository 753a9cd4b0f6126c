#include "service/whereabouts.h"

#include <gtest/gtest.h>

namespace garant::service {
namespace {

constexpr std::string_view kFile = R"(garant: 1
service:
  id: s
  name: { en: Permits, fr: Permis }
  stage: alpha
  environment: production
  url: https://permits.example
  organization: { en: City, fr: Ville }
  jurisdictions: [ca]
people:
  - { id: owner, role: owner, contact: owner@example.org }
systems:
  - { id: web, kind: web-application, agency: a, internet: true, origin: "https://10.0.0.5" }
  - { id: db, kind: database-server, agency: a, internet: false, origin: "https://10.0.0.6" }
policies:
  privacy: { route: /privacy, owner: owner, reviewed: 2026-01-01 }
access:
  methods: [none]
  routes: [ { match: /apply, assurance: 0 } ]
)";

std::string With(std::string_view text, std::string_view by) {
  std::string file(kFile);
  file.replace(file.find(text), text.size(), by);
  return file;
}

std::string DigestOf(std::string_view file) {
  base::Diagnostics complaints;
  const auto model = Model::Parse(file, "garant.yaml", complaints);
  for (const base::Diagnostic& complaint : complaints)
    ADD_FAILURE() << complaint.ToString(base::Language::kEnglish);
  return model == nullptr ? "" : base::FormatDigest(DigestOfWhereabouts(*model));
}

TEST(Whereabouts, ChangeWithAllThatDecidesWhereToLook) {
  const std::string before = DigestOf(kFile);
  for (const auto& [text, by] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://permits.example", "https://permits.example:8443"},
           {"https://permits.example", "https://elsewhere.example"},
           {"url: https://permits.example", "beta-since: 2026-01-01"},
           {"10.0.0.5", "10.0.0.7"},
           {", origin: \"https://10.0.0.5\"", ""},
           {"id: web,", "id: site,"},
           {"/privacy", "/elsewhere"},
           {"privacy: {", "cookies: {"}})
    EXPECT_NE(DigestOf(With(text, by)), before) << text << " as " << by;
  EXPECT_NE(DigestOf(With("10.0.0.5", "10.0.0.6")), DigestOf(With("10.0.0.6", "10.0.0.5")))
      << "whose origin it is counts";
}

TEST(Whereabouts, StayWhereTheRestOfTheFileChanges) {
  const std::string before = DigestOf(kFile);
  for (const auto& [text, by] : std::initializer_list<std::pair<const char*, const char*>>{
           {"stage: alpha", "stage: beta"},
           {"en: Permits", "en: Parking permits"},
           {"owner@example.org", "somebody@example.org"},
           {"agency: a, internet: true", "agency: b, internet: true"},
           {"reviewed: 2026-01-01", "reviewed: 2026-02-01"},
           {"match: /apply", "match: /other"}})
    EXPECT_EQ(DigestOf(With(text, by)), before) << text << " as " << by;
}

TEST(Whereabouts, FallBackOnTheFirstSystemThatTheInternetReaches) {
  const std::string file = With("  url: https://permits.example\n", "");
  base::Diagnostics complaints;
  const std::string web = "internet: true, url: \"https://web.example\"";
  std::string with_system = file;
  with_system.replace(with_system.find("internet: true"), 14, web);
  with_system.replace(with_system.find("internet: false"), 15,
                      "internet: false, url: \"https://db.example\"");
  const auto model = Model::Parse(with_system, "garant.yaml", complaints);
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(PublicUrl(*model), "https://web.example");
  EXPECT_NE(DigestOf(with_system), DigestOf(file));
}

}  // namespace
}  // namespace garant::service

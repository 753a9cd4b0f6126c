#include "ingest/mapping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "ingest/test_service.h"
#include "trail/entry/allowed_facts.h"

namespace garant::ingest {
namespace {

std::vector<std::string> ComplaintsOf(const std::string& text,
                                      base::Language language = base::Language::kEnglish) {
  const TestService service;
  base::Diagnostics diagnostics;
  const auto mapping = ParseMapping(text, "m.yaml", service.systems(), diagnostics);
  EXPECT_EQ(mapping.has_value(), diagnostics.empty());
  std::vector<std::string> said;
  for (const base::Diagnostic& one : diagnostics) said.push_back(one.ToString(language));
  return said;
}

constexpr const char* kHead = "mapping: 1\nsystem: web\ntime: /time\n";

std::string First(const std::string& rest) {
  const auto said = ComplaintsOf(kHead + rest);
  return said.empty() ? "sound" : said.front();
}

TEST(Mapping, ReadsEverything) {
  const TestService service;
  const Mapping mapping =
      service.MappingOf(std::string(TestService::kMapping) + "silent-after: PT10M\n");
  EXPECT_EQ(mapping.system, "web");
  EXPECT_EQ(mapping.facts.size(), 3U);
  EXPECT_EQ(mapping.subjects.size(), 1U);
  EXPECT_EQ(mapping.data.size(), 2U);
  EXPECT_EQ(mapping.silent_after, std::chrono::minutes(10));
  EXPECT_TRUE(ComplaintsOf(kHead).empty());
}

TEST(Mapping, ReadsWhatIsSaidOfTheSourceAsAWhole) {
  const TestService service;
  const Mapping mapping = service.MappingOf(
      std::string(kHead) +
      "form: syslog\nrate: 250\nsenders: [db.rivermouth.example, web-1]\ntoken: env:OTLP_TOKEN\n"
      "part: /app\nnames: { permits: web, till: payments }\n"
      "traceparent: [/message, /application_name]\nevent: [/a, /b]\n"
      "facts: { milliseconds: { at: /seconds, unit: seconds } }\n");
  EXPECT_EQ(mapping.form, Form::kSyslog);
  EXPECT_EQ(mapping.rate, 250U);
  EXPECT_EQ(mapping.senders.size(), 2U);
  EXPECT_EQ(mapping.token, "OTLP_TOKEN");
  EXPECT_EQ(mapping.names.at("till"), "payments");
  EXPECT_EQ(mapping.traceparents.size(), 2U);
  EXPECT_EQ(mapping.facts.at(0).times, 1000);
}

TEST(Mapping, ShipsSoundOnes) {
  for (const char* name : {"nginx", "nginx-combined", "postgresql", "syslog", "otlp"}) {
    const auto text =
        base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/mappings/" + name + ".yaml");
    ASSERT_TRUE(text) << name;
    EXPECT_EQ(ComplaintsOf(*text), std::vector<std::string>{}) << name;
  }
}

TEST(Mapping, ComplainsOfEverythingAtOnceInTheOrderOfTheFile) {
  const std::string text =
      "mapping: 2\nsytem: web\nevent: event\nfacts: { email: /email, statsu: /s }\n";
  EXPECT_EQ(
      ComplaintsOf(text),
      (std::vector<std::string>{
          "m.yaml:1:1: 'system' is missing here", "m.yaml:1:1: 'time' is missing here",
          "m.yaml:1:10: this build reads mappings of version 1",
          "m.yaml:2:1: unknown key 'sytem'; did you mean 'system'?",
          "m.yaml:3:8: a place in the line is expected here: a JSON pointer, such as "
          "/request/status",
          "m.yaml:4:10: 'email' may not stand in clear: facts are count, method, milliseconds, "
          "received, sent, status; all else is sealed",
          "m.yaml:4:25: 'statsu' may not stand in clear: facts are count, method, milliseconds, "
          "received, sent, status; all else is sealed; did you mean 'status'?"}));
  const auto french = ComplaintsOf(text, base::Language::kFrench);
  ASSERT_EQ(french.size(), 7U);
  EXPECT_EQ(french[3], "m.yaml:2:1: clé inconnue « sytem »; vouliez-vous dire « system »?");
}

TEST(Mapping, SaysWhatIsWrongWithEachKey) {
  EXPECT_EQ(First("event: /a~2\n").substr(0, 34), "m.yaml:4:8: a place in the line is");
  EXPECT_EQ(First("event: [a]\n").substr(0, 34), "m.yaml:4:9: a place in the line is");
  EXPECT_EQ(First("event: []\n").substr(0, 34), "m.yaml:4:8: a place in the line is");
  EXPECT_EQ(First("event: [/a, [/b]]\n").substr(0, 35), "m.yaml:4:13: a place in the line is");
  EXPECT_EQ(First("traceparent: {}\n").substr(0, 35), "m.yaml:4:14: a place in the line is");
  EXPECT_EQ(First("form: xml\n"), "m.yaml:4:7: expected one of: json, combined, syslog, otlp");
  for (const char* rate : {"0", "1000001", "many", "-1", "1.5", "[1]"})
    EXPECT_EQ(First("rate: " + std::string(rate) + "\n").substr(0, 46),
              "m.yaml:4:7: a number of events a second is exp")
        << rate;
  for (const char* name : {"Web", "../x", "''", "a/b", "-a"})
    EXPECT_EQ(First("senders: [" + std::string(name) + "]\n").substr(0, 34),
              "m.yaml:4:11: the name in a sender'")
        << name;
  for (const char* token : {"hunter2", "'env:'", "env:a b"})
    EXPECT_EQ(First("token: " + std::string(token) + "\n").substr(0, 37),
              "m.yaml:4:8: a secret never stands in ")
        << token;
  EXPECT_EQ(First("names: { a: web }\n").substr(0, 35), "m.yaml:4:8: `names` gives the syste");
  EXPECT_EQ(First("part: /a\nnames: { a: wep }\n"),
            "m.yaml:5:13: the service file declares no system 'wep'; did you mean 'web'?");
  EXPECT_EQ(First("facts: { milliseconds: { at: /a, unit: hours } }\n"),
            "m.yaml:4:40: expected one of: seconds, milliseconds, nanoseconds");
  EXPECT_EQ(First("facts: { status: { at: /a } }\n").substr(0, 35),
            "m.yaml:4:18: a place in the line is");
  EXPECT_EQ(First("facts: { event: /event }\n").substr(0, 44),
            "m.yaml:4:10: 'event' may not stand in clear:");
  EXPECT_EQ(First("facts: [status]\n").substr(0, 46),
            "m.yaml:4:8: keys and values are expected here:");
  EXPECT_EQ(First("subjects: { issuer: a, at: /b }\n"), "m.yaml:4:11: 'subjects' must be a list");
  EXPECT_EQ(First("subjects: [{ at: /b }]\n"), "m.yaml:4:12: 'issuer' is missing here");
  EXPECT_EQ(First("actor: { issuer: a }\n"), "m.yaml:4:8: 'at' is missing here");
  EXPECT_EQ(First("actor: { issuer: [], at: /b }\n"), "m.yaml:4:18: a word is expected here");
  EXPECT_EQ(First("data: [{ at: /b, data: contact.emial }]\n"),
            "m.yaml:4:24: there is no data category 'contact.emial'; did you mean "
            "'contact.email'?; one of your own starts with x.");
  EXPECT_EQ(First("data: [{ at: /b, data: x.permit-colour }]\n"), "sound");
  EXPECT_EQ(First("silent-after: soon\n").substr(0, 34), "m.yaml:4:15: 'soon' is not a durat");
  EXPECT_EQ(First("silent-after: PT0S\n"), "m.yaml:4:15: at least a second is expected here");
  EXPECT_EQ(ComplaintsOf("mapping: 1\nsystem: webb\ntime: { at: /t, unit: hours }\n"),
            (std::vector<std::string>{
                "m.yaml:2:9: the service file declares no system 'webb'; did you mean 'web'?",
                "m.yaml:3:23: expected one of: seconds, milliseconds, nanoseconds"}));
  for (const char* none : {"", "[]", "text", "mapping: &a 1\n", "\xff", "a: [", "{}"})
    EXPECT_FALSE(ComplaintsOf(none).empty()) << none;
}

TEST(Mapping, OfTheExampleIsSound) {
  base::Diagnostics diagnostics;
  const std::string folder = std::string(GARANT_SOURCE_DIR) + "/examples/parking-permits/";
  const auto model =
      service::Model::Parse(*base::ReadFile(folder + "garant.yaml"), "garant.yaml", diagnostics);
  ASSERT_NE(model, nullptr);
  const Systems systems(*model);
  EXPECT_TRUE(ParseMapping(*base::ReadFile(folder + "journal-mapping.yaml"), "journal-mapping.yaml",
                           systems, diagnostics));
  EXPECT_TRUE(diagnostics.empty());
}

TEST(Pointer, FindsItsPlaceOrNothing) {
  const auto json = nlohmann::json::parse(R"({"a/b": {"~": [1, {"": 2}]}, "": 3})");
  const auto at = [&](const char* text) {
    const auto pointer = Pointer::Parse(text);
    const auto* found = pointer ? pointer->In(json) : nullptr;
    return found == nullptr ? "nothing" : found->dump();
  };
  EXPECT_EQ(at("/a~1b/~0/0"), "1");
  EXPECT_EQ(at("/a~1b/~0/1/"), "2");
  EXPECT_EQ(at("/"), "3");
  for (const char* none : {"/a~1b/~0/2", "/a~1b/~0/00", "/a~1b/~0/-", "/a~1b/~0/0/x", "/c",
                           "/a~1b/~0/-1", "", "a", "/~", "/~2", "/a~1b/~0/18446744073709551616"})
    EXPECT_EQ(at(none), "nothing") << none;
}

// The page's tables of facts are those of the allow-list.
TEST(Facts, StandOnTheirPageAsInTheTable) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/ingest.md");
  size_t seen = 0;
  for (const trail::ObservationKind& kind : trail::RecordKinds()) {
    // Those have pages of their own.
    const std::string_view elsewhere[] = {"act",          "erasure",        "export",
                                          "hold",         "index-run",      "reading",
                                          "trail-backup", "trail-retention"};
    if (std::ranges::find(elsewhere, kind.name) != std::end(elsewhere)) continue;
    const size_t start = page.find("kind `" + std::string(kind.name) + "`\n");
    ASSERT_NE(start, std::string::npos) << kind.name;
    const std::string section = page.substr(start, page.find("\n## ", start) - start);
    for (const trail::AttributeKind& fact : kind.attributes) {
      ++seen;
      EXPECT_NE(section.find("`" + std::string(fact.name) + "`"), std::string::npos) << fact.name;
    }
  }
  EXPECT_GT(seen, 20U);
}

}  // namespace
}  // namespace garant::ingest

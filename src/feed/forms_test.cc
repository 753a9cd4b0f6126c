#include "feed/forms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "feed/escape.h"
#include "feed/kinds.h"
#include "feed/syslog.h"
#include "trail/entry/allowed_facts.h"
#include "trail/keys/page_example.h"

namespace garant::feed {
namespace {

using Json = nlohmann::json;
using trail::Entry;

constexpr std::string_view kOrigin = "garant/parking-permits";
constexpr const char* kPage = "export.md";

Entry Example() {
  Entry entry;
  entry.index = 7;
  entry.time = *base::ParseTime("2026-11-23T20:30:00.25Z");
  entry.header.kind = "request";
  entry.header.service = "parking-permits";
  entry.header.part = "web";
  entry.header.route = "/apply";
  entry.header.categories = {"contact.email"};
  entry.header.outcome = "redirected";
  entry.header.source = "guard/0a";
  entry.header.sequence = 41;
  entry.header.trace.emplace().fill(0x22);
  entry.header.facts = {{"http", int64_t{20}},         {"method", std::string("POST")},
                        {"milliseconds", int64_t{12}}, {"received", int64_t{310}},
                        {"sent", int64_t{88}},         {"status", int64_t{303}},
                        {"tls", int64_t{13}}};
  entry.parts.resize(1);
  entry.parts[0].category = "device.address";
  return entry;
}

std::string Rendered(Form form, const Entry& entry, std::vector<Event::Part> parts = {}) {
  return Render(form, Event{&entry, kOrigin, std::move(parts)}, "0.1.0");
}

Json Parsed(Form form, const Entry& entry) { return Json::parse(Rendered(form, entry)); }

// Every kind that the trail's tables name, with every fact that it may carry, and whom it may name.
std::vector<Entry> OfEveryKind() {
  std::vector<Entry> entries;
  const auto add = [&](const trail::ObservationKind& kind, bool observation) {
    Entry entry;
    entry.index = entries.size();
    entry.time = *base::ParseTime("2026-11-23T20:30:00Z");
    entry.header.kind = kind.name;
    entry.header.service = "parking-permits";
    entry.header.source = "test";
    entry.header.outcome = "refused";
    entry.header.actor.emplace().fill(1);
    entry.header.subjects.resize(2);
    entry.header.session.emplace().fill(3);
    entry.header.trace.emplace().fill(4);
    for (const trail::AttributeKind& attribute : kind.attributes) {
      trail::Fact fact{std::string(attribute.name), true};
      if (attribute.type == trail::FactType::kInt || attribute.type == trail::FactType::kTime)
        fact.value = int64_t{12};
      if (attribute.type == trail::FactType::kText) fact.value = std::string("GET");
      if (attribute.type == trail::FactType::kTextList)
        fact.value = std::vector<std::string>{"a", "b"};
      entry.header.facts.push_back(std::move(fact));
    }
    if (observation)
      entry.header.facts.insert(entry.header.facts.begin(),
                                {{"@denominator", int64_t{4}},
                                 {"@numerator", int64_t{3}},
                                 {"@subject", std::string("permits.example:80")},
                                 {"@vantage", std::string("outside")},
                                 {"@version", int64_t{1}}});
    entries.push_back(std::move(entry));
  };
  for (const auto& kind : trail::RecordKinds()) add(kind, false);
  for (const auto& kind : trail::ObservationKinds()) add(kind, true);
  return entries;
}

std::vector<std::string> KeysOf(const std::string& cef) {
  std::vector<std::string> keys;
  for (size_t at = cef.find("|rt=") + 1; at != std::string::npos + 1;) {
    keys.push_back(cef.substr(at, cef.find('=', at) - at));
    size_t equals = cef.find('=', cef.find('=', at) + 1);
    while (equals != std::string::npos && cef[equals - 1] == '\\')
      equals = cef.find('=', equals + 1);
    if (equals == std::string::npos) break;
    at = cef.rfind(' ', equals) + 1;
  }
  return keys;
}

TEST(Forms, AreAsThePageShowsThem) {
  for (const Form form : {Form::kLines, Form::kOcsf, Form::kEcs, Form::kCef})
    EXPECT_EQ(Rendered(form, Example()) + "\n",
              trail::ExampleOf(kPage, std::string(FormName(form))))
        << FormName(form);
  EXPECT_EQ(SyslogFrame(Example(), "permits-1",
                        "CEF:0|Garant|Garant|0.1.0|request|a request that the guard saw|1|") +
                "\n",
            trail::ExampleOf(kPage, "syslog"));
}

// For who holds these to the published schemas: tests/e2e/export_test.py.
TEST(Forms, CanBeWrittenOfEveryKind) {
  const char* folder = std::getenv("GARANT_WRITE_EVENTS");
  for (const Form form : {Form::kLines, Form::kOcsf, Form::kEcs, Form::kCef}) {
    std::string lines;
    for (Entry entry : OfEveryKind())
      for (const char* outcome : {"", "passed", "refused", "somehow"}) {
        entry.header.outcome = outcome;
        lines += Rendered(form, entry) + "\n";
        entry.header.facts.clear();
        entry.header.actor.reset();
      }
    EXPECT_EQ(static_cast<size_t>(std::ranges::count(lines, '\n')), 4 * OfEveryKind().size());
    if (folder == nullptr) continue;
    EXPECT_TRUE(
        base::WriteFileDurably(std::string(folder) + "/" + std::string(FormName(form)), lines));
  }
}

TEST(Forms, HaveNamesThatAreReadBack) {
  for (const Form form : {Form::kLines, Form::kOcsf, Form::kEcs, Form::kCef})
    EXPECT_EQ(ParseForm(FormName(form)), form);
  EXPECT_EQ(ParseForm("xml"), std::nullopt);
}

TEST(Kinds, EveryKindOfTheTrailHasItsRow) {
  std::set<std::string_view> rows;
  for (const KindForms& row : AllKinds()) EXPECT_TRUE(rows.insert(row.kind).second) << row.kind;
  for (const auto& kind : trail::RecordKinds()) EXPECT_TRUE(rows.contains(kind.name)) << kind.name;
  for (const auto& kind : trail::ObservationKinds())
    EXPECT_TRUE(rows.contains(kind.name)) << kind.name;
  EXPECT_FALSE(rows.contains("of-a-later-version"));
}

TEST(Kinds, TheFactsOfAnExportStandOnItsPage) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/export.md");
  const std::string section = page.substr(page.find("kind `export`\n"));
  size_t seen = 0;
  for (const auto& kind : trail::RecordKinds())
    for (const trail::AttributeKind& fact : kind.attributes)
      if (kind.name == "export") {
        ++seen;
        EXPECT_NE(section.find("`" + std::string(fact.name) + "`"), std::string::npos) << fact.name;
      }
  EXPECT_EQ(seen, 10U);
}

// Rows of the page's table of kinds that name one class: what they say is what the code does.
TEST(Kinds, ThePageNamesTheClassOfEachThatHasOneOfItsOwn) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/export.md");
  size_t seen = 0;
  for (const KindForms& row : AllKinds()) {
    if (row.ocsf == OcsfClass::kEventLog) continue;
    size_t at = page.find("## Kinds");
    at = page.find("`" + std::string(row.kind) + "`", at);
    ASSERT_NE(at, std::string::npos) << row.kind;
    const std::string line = page.substr(at, page.find('\n', at) - at);
    EXPECT_NE(line.find("| " + std::to_string(static_cast<int>(row.ocsf)) + " "), std::string::npos)
        << row.kind << ": " << line;
    ++seen;
  }
  EXPECT_EQ(seen, 6U);
}

TEST(Kinds, OneThatNobodyKnowsIsAnEntryOfALog) {
  Entry entry = Example();
  entry.header.kind = "of-a-later-version";
  const Json ocsf = Parsed(Form::kOcsf, entry);
  EXPECT_EQ(ocsf["class_uid"], 1008);
  EXPECT_EQ(ocsf["activity_name"], "of-a-later-version");
  EXPECT_EQ(Parsed(Form::kEcs, entry)["event"]["kind"], "event");
  EXPECT_FALSE(Parsed(Form::kEcs, entry).contains("message"));
}

TEST(Ocsf, HasWhatEveryEventMustHave) {
  for (const Entry& entry : OfEveryKind()) {
    const Json json = Parsed(Form::kOcsf, entry);
    for (const char* name :
         {"activity_id", "category_uid", "class_uid", "severity_id", "time", "type_uid"})
      EXPECT_TRUE(json[name].is_number_integer()) << entry.header.kind << " " << name;
    const int uid = json["class_uid"];
    EXPECT_EQ(json["category_uid"], uid / 1000) << entry.header.kind;
    EXPECT_EQ(json["type_uid"], uid * 100 + json["activity_id"].get<int>()) << entry.header.kind;
    EXPECT_EQ(json["metadata"]["uid"], std::string(kOrigin) + "/" + std::to_string(entry.index));
    EXPECT_EQ(json["metadata"]["profiles"], Json({"host"}));
  }
}

TEST(Ocsf, AnEventOfALogIsOneOfHttpWhereItSaysAMethod) {
  Entry entry = Example();
  entry.header.kind = "event";
  EXPECT_EQ(Parsed(Form::kOcsf, entry)["class_uid"], 4002);
  EXPECT_EQ(Parsed(Form::kEcs, entry)["event"]["category"], Json({"web"}));
  entry.header.facts = {{"event", std::string("submitted")}};
  EXPECT_EQ(Parsed(Form::kOcsf, entry)["class_uid"], 1008);
  EXPECT_EQ(Parsed(Form::kOcsf, entry)["activity_name"], "submitted");
  EXPECT_EQ(Parsed(Form::kEcs, entry)["event"]["action"], "submitted");
  EXPECT_FALSE(Parsed(Form::kEcs, entry)["event"].contains("category"));
}

TEST(Ocsf, WhatHappensToASourceHappensToALog) {
  Entry entry = Example();
  entry.header.kind = "source";
  for (const auto& [outcome, activity] :
       {std::pair("rotated", 5), {"found", 6}, {"crashed", 7}, {"silent", 99}}) {
    entry.header.outcome = outcome;
    EXPECT_EQ(Parsed(Form::kOcsf, entry)["activity_id"], activity) << outcome;
  }
  EXPECT_EQ(Parsed(Form::kOcsf, entry)["severity_id"], 3) << "silent";
  entry.header.outcome = "refused";
  EXPECT_EQ(Parsed(Form::kEcs, entry)["event"]["kind"], "pipeline_error");
}

TEST(Ocsf, ALogThatCannotBeSealedIsNoMereInformation) {
  Entry entry = Example();
  entry.header.kind = "trail-sealing";
  entry.header.outcome.clear();
  for (const bool sealed : {false, true}) {
    entry.header.facts = {{"sealed", sealed}};
    EXPECT_EQ(Parsed(Form::kOcsf, entry)["severity_id"], sealed ? 1 : 3);
  }
}

TEST(Cef, EscapesWhatItsReadersWouldTakeForSomethingElse) {
  EXPECT_EQ(EscapedInHeader("a|b\\c=d\ne"), "a\\|b\\\\c=d e");
  EXPECT_EQ(EscapedInExtension("a|b\\c=d\ne\rf"), "a|b\\\\c\\=d\\ne\\rf");
  Entry entry = Example();
  entry.header.part = "x=1 externalId=9\nCEF:0|";
  const std::string line = Rendered(Form::kCef, entry);
  EXPECT_NE(line.find("garantPart=x\\=1 externalId\\=9\\nCEF:0|"), std::string::npos) << line;
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(Cef, NoTwoThingsStandUnderOneKey) {
  for (const Entry& entry : OfEveryKind()) {
    const std::string line = Rendered(Form::kCef, entry);
    const std::vector<std::string> keys = KeysOf(line);
    EXPECT_GE(keys.size(), entry.header.facts.size()) << line;
    std::set<std::string> once;
    for (const std::string& key : keys) {
      EXPECT_TRUE(once.insert(key).second) << key << " in " << line;
      EXPECT_EQ(
          key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
          std::string::npos)
          << key;
    }
  }
  // The check sees it where it is so.
  const auto twice = KeysOf("CEF:0|a|b|c|d|e|1|rt=1 in=2 rt=3");
  EXPECT_EQ(twice, (std::vector<std::string>{"rt", "in", "rt"}));
}

TEST(Cef, AFactHasAKeyOfItsOwn) {
  EXPECT_EQ(KeyOfFact("feed-date"), "garantFactFeedDate");
  EXPECT_EQ(KeyOfFact("@subject"), "garantFactAtSubject");
}

TEST(Parts, SayWhatBecameOfThem) {
  Entry entry = Example();
  entry.parts.resize(4);
  const std::vector<Event::Part> parts = {{PartState::kOpened, {'h', 'i'}},
                                          {PartState::kOpened, {0xff}},
                                          {PartState::kGone, {}},
                                          {PartState::kUntrusted, {}}};
  for (const Form form : {Form::kLines, Form::kOcsf, Form::kEcs}) {
    const Json json = Json::parse(Rendered(form, entry, parts));
    const Json& sealed = form == Form::kLines  ? json["sealed"]
                         : form == Form::kOcsf ? json["unmapped"]["sealed"]
                                               : json["garant"]["sealed"];
    EXPECT_EQ(sealed[0],
              Json({{"category", "device.address"}, {"state", "opened"}, {"text", "hi"}}));
    EXPECT_EQ(sealed[1]["base64"], "/w==");
    EXPECT_EQ(sealed[2]["state"], "gone");
    EXPECT_EQ(sealed[3]["state"], "untrusted");
  }
  EXPECT_NE(Rendered(Form::kCef, entry, parts).find(R"("text":"hi")"), std::string::npos);
  EXPECT_EQ(Rendered(Form::kCef, entry).find(R"("text")"), std::string::npos) << "nobody asked";
}

TEST(Syslog, FitsWhatRfc5424Allows) {
  Entry entry = Example();
  entry.header.kind = std::string(64, 'k');
  entry.time = *base::ParseTime("2026-11-23T20:30:00.123456789Z");
  const std::string frame = SyslogFrame(entry, "a host\x80", "x");
  EXPECT_EQ(frame, std::to_string(frame.size() - 3) +
                       " <110>1 2026-11-23T20:30:00.123456Z a_host_" + " garant - " +
                       std::string(32, 'k') + " - x");
  EXPECT_NE(SyslogFrame(entry, "", "x").find(" - garant"), std::string::npos);
}

}  // namespace
}  // namespace garant::feed

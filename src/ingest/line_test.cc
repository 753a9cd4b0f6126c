#include "ingest/line.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "ingest/line_splitter.h"
#include "ingest/test_service.h"

namespace garant::ingest {
namespace {

class LineTest : public testing::Test {
 protected:
  trail::Entry Of(const std::string& text, uint64_t length = 0) {
    const LineContext context{source_, mapping_, service_.routes(), id_, kNow, kept_};
    const Line line{40, length == 0 ? text.size() : length, text};
    return EntryOf(trail_, LineToDraft(line, context));
  }
  // A line with the time that it needs.
  trail::Entry With(const std::string& members) {
    return Of(R"({"time": "2026-11-23T20:29:59Z", )" + members + "}");
  }
  std::string ReasonOf(const std::string& text, uint64_t length = 0) {
    const trail::Entry entry = Of(text, length);
    if (entry.header.kind != "source") return "taken";
    EXPECT_EQ(entry.header.outcome, "refused");
    EXPECT_EQ(entry.header.sequence, 40U);
    EXPECT_EQ(entry.header.part, "web");
    EXPECT_EQ(Opened(trail_, entry, "line"), text);
    return FactOf<std::string>(entry, "reason").value_or("none");
  }

  TestService service_;
  trail::MemoryTrail trail_;
  std::string source_ = "lines/web";
  std::string id_ = "permits";
  base::Duration kept_ = kLongestAgo;
  Mapping mapping_ = service_.MappingOf(TestService::kMapping);
};

TEST_F(LineTest, SaysWhatTheMappingNames) {
  const std::string text =
      R"({"time": "2026-11-23T20:29:59.25+00:00", "event": "request", "system": "payments", )"
      R"("route": "/apply", "outcome": "ok", "trace": "4BF92F3577B34DA6A3CE929D0E0E4736", )"
      R"("span": "00f067aa0ba902b7", "status": 303, "ms": 12.6, "method": "POST", )"
      R"("client": "203.0.113.9", "secret": "told nobody"})";
  const trail::Entry entry = Of(text);
  EXPECT_EQ(entry.header.kind, "event");
  EXPECT_EQ(entry.header.part, "payments");
  EXPECT_EQ(entry.header.route, "/apply");
  EXPECT_EQ(entry.header.outcome, "ok");
  EXPECT_EQ(entry.header.source, "lines/web");
  EXPECT_EQ(entry.header.sequence, 40U);
  EXPECT_EQ(entry.time, *base::ParseTime("2026-11-23T20:29:59.25Z"));
  EXPECT_EQ(entry.header.categories,
            (std::vector<std::string>{"contact.email", "device.address", "identity.name"}));
  EXPECT_EQ(FactOf<std::string>(entry, "event"), "request");
  EXPECT_EQ(FactOf<int64_t>(entry, "status"), 303);
  EXPECT_EQ(FactOf<int64_t>(entry, "milliseconds"), 13);
  EXPECT_EQ(FactOf<std::string>(entry, "method"), "POST");
  EXPECT_EQ(Opened(trail_, entry, "line"), text);
  EXPECT_EQ(Opened(trail_, entry, "trace.span"),
            std::string("\x00\xf0\x67\xaa\x0b\xa9\x02\xb7", 8) + std::string(8, '\0'));
  const std::string clear = Clear(entry);
  for (const char* hidden :
       {"203.0.113.9", "told nobody", "4bf92f35", "4BF92F35", "\x67\xaa\x0b\xa9"})
    EXPECT_EQ(clear.find(hidden), std::string::npos) << hidden;
}

TEST_F(LineTest, JoinsTheGuardsTrace) {
  const trail::Entry upper = With(R"("trace": "4BF92F3577B34DA6A3CE929D0E0E4736")");
  const trail::Entry lower = With(R"("trace": "4bf92f3577b34da6a3ce929d0e0e4736")");
  EXPECT_TRUE(upper.header.trace);
  EXPECT_EQ(upper.header.trace, lower.header.trace);
}

TEST_F(LineTest, SealsALineUnderItsPersonsKey) {
  const trail::Entry subject = With(R"("reference": "RP-1", "clerk": "anna")");
  ASSERT_EQ(subject.header.subjects.size(), 1U);
  EXPECT_TRUE(subject.header.actor);
  EXPECT_EQ(subject.parts.back().key_class, trail::KeyClass::kSubject);
  EXPECT_EQ(subject.parts.back().reference, trail::KeyReference::kFirstSubject);
  const trail::Entry actor = With(R"("clerk": "anna")");
  EXPECT_EQ(actor.parts.back().reference, trail::KeyReference::kActor);
  EXPECT_EQ(actor.header.actor, subject.header.actor);
  const trail::Entry several = With(R"("reference": ["RP-1", "RP-2", "RP-1", 7])");
  EXPECT_EQ(several.header.subjects.size(), 3U);
  EXPECT_EQ(several.parts.back().key_class, trail::KeyClass::kTransient);
  EXPECT_EQ(Clear(several).find("RP-1"), std::string::npos);
}

TEST_F(LineTest, PutsNothingInClearThatDoesNotFitItsPlace) {
  const trail::Entry entry = With(
      R"("event": "Jeanne applied", "system": "jeanne@example.org", "route": "/people/jeanne",)"
      R"("outcome": "for jeanne", "method": "JEANNE", "status": "jeanne", "ms": 1e300,)"
      R"("trace": 5, "span": "jeanne", "session": {"a": 1}, "clerk": {}, "reference": [null]})"
      R"(, {"x": 1)");
  EXPECT_EQ(entry.header.kind, "source") << "two values are none";
  const trail::Entry odd = With(
      R"("event": "Jeanne applied", "system": "jeanne@example.org", "route": "/people/jeanne",)"
      R"("outcome": "for jeanne", "method": "JEANNE", "status": "jeanne", "ms": 1e300,)"
      R"("trace": 5, "span": "jeanne", "session": {"a": 1}, "clerk": {}, "reference": [null])");
  EXPECT_EQ(odd.header.kind, "event");
  EXPECT_EQ(odd.header.part, "web");
  EXPECT_EQ(odd.header.route, "");
  EXPECT_EQ(odd.header.outcome, "");
  EXPECT_FALSE(odd.header.actor);
  EXPECT_TRUE(odd.header.subjects.empty());
  EXPECT_EQ(odd.header.facts, (std::vector<trail::Fact>{{"method", std::string("other")}}));
  for (const char* name : {"eanne", "EANNE"}) EXPECT_EQ(Clear(odd).find(name), std::string::npos);
}

TEST_F(LineTest, TakesEveryKindOfHostileValue) {
  for (const char* value :
       {R"("\u0000\u001b[2J")", R"("\ud83d\ude00")", "null", "[[[[[1]]]]]", "-0",
        R"({"/": {"~": []}})", "1e308", "true", "18446744073709551615", "-9223372036854775808"})
    for (const char* key : {"event", "system", "route", "outcome", "trace", "span", "parent",
                            "session", "clerk", "reference", "client", "status", "ms", "method"}) {
      const std::string member = "\"" + std::string(key) + "\": " + value;
      EXPECT_EQ(With(member).header.kind, "event") << member;
    }
}

TEST_F(LineTest, RefusesWhatIsNoLineOfItsAndSaysWhy) {
  EXPECT_EQ(ReasonOf("garbage"), "not-json");
  EXPECT_EQ(ReasonOf("{\"time\": \"2026-11-23T20:29:59Z\""), "not-json");
  EXPECT_EQ(ReasonOf("{} {}"), "not-json");
  EXPECT_EQ(ReasonOf("[1]"), "not-object");
  EXPECT_EQ(ReasonOf("\"text\""), "not-object");
  EXPECT_EQ(ReasonOf(std::string(32'000, '[')), "not-json");
  EXPECT_EQ(ReasonOf(std::string(16'000, '[') + std::string(16'000, ']')), "not-object");
  EXPECT_EQ(ReasonOf("{\"time\": \"\xff\"}"), "not-utf8");
  EXPECT_EQ(ReasonOf("{}"), "no-time");
  EXPECT_EQ(ReasonOf(R"({"time": null})"), "no-time");
  EXPECT_EQ(ReasonOf(R"({"time": 1764000000})"), "no-time");
  EXPECT_EQ(ReasonOf(R"({"time": "yesterday"})"), "no-time");
  EXPECT_EQ(ReasonOf(R"({"time": "2026-11-23T20:29:59+99:00"})"), "no-time");
  EXPECT_EQ(ReasonOf(R"({"time": "2026-11-23T20:36:00Z"})"), "time-out-of-range");
  EXPECT_EQ(ReasonOf(R"({"time": "2026-08-23T20:29:59Z"})"), "time-out-of-range");
  EXPECT_EQ(ReasonOf(std::string(kLongestLine, 'x'), kLongestLine + 1), "too-long");
  EXPECT_EQ(ReasonOf(std::string("{\"a\": \"b\0\"}", 11)), "not-json");
}

TEST_F(LineTest, RefusesWhatIsOlderThanTheKeysOfItsDay) {
  const char* const line = R"({"time": "2026-11-03T20:30:00Z"})";  // twenty days before
  EXPECT_EQ(ReasonOf(line), "taken");
  kept_ = std::chrono::days(20);
  EXPECT_EQ(ReasonOf(line), "taken");
  kept_ -= std::chrono::seconds(1);
  EXPECT_EQ(ReasonOf(line), "time-out-of-range");
  kept_ = std::chrono::days(300);
  EXPECT_EQ(ReasonOf(R"({"time": "2026-08-23T20:29:59Z"})"), "time-out-of-range");
}

TEST_F(LineTest, ReadsOtherFormsByTheMappingsThatAreShipped) {
  const auto shipped = [this](const char* name) {
    mapping_ = service_.MappingOf(
        *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/mappings/" + name + ".yaml"));
  };
  const std::string zero(8, '\0');
  const std::string span("\x00\xf0\x67\xaa\x0b\xa9\x02\xb7", 8);
  shipped("syslog");
  const std::string message =
      "<13>1 2026-11-23T20:29:59Z h permits 1 submitted [opentelemetry "
      "trace_id=\"4bf92f3577b34da6a3ce929d0e0e4736\" span_id=\"00f067aa0ba902b7\"] Jeanne applied";
  const trail::Entry syslog = Of(message);
  EXPECT_EQ(FactOf<std::string>(syslog, "event"), "submitted");
  EXPECT_TRUE(syslog.header.trace);
  EXPECT_EQ(Opened(trail_, syslog, "trace.span"), zero + span);
  EXPECT_EQ(Opened(trail_, syslog, "line"), message);
  EXPECT_EQ(Clear(syslog).find("Jeanne"), std::string::npos);
  EXPECT_EQ(ReasonOf("{}"), "not-syslog");

  shipped("postgresql");
  const trail::Entry statement =
      Of(R"({"timestamp":"2026-11-23 20:29:59.250 UTC","user":"permits","error_severity":"LOG",)"
         R"("message":"statement: SELECT 'Jeanne' )"
         R"(/*traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/",)"
         R"("application_name":"psql"})");
  EXPECT_EQ(FactOf<std::string>(statement, "event"), "LOG");
  EXPECT_EQ(statement.header.trace, syslog.header.trace);
  EXPECT_EQ(Opened(trail_, statement, "trace.span"), zero + span);
  EXPECT_EQ(Clear(statement).find("Jeanne"), std::string::npos);

  shipped("nginx-combined");
  const trail::Entry visit =
      Of(R"(203.0.113.9 - - [23/Nov/2026:20:29:59 +0000] "GET /jeanne HTTP/1.1" 404 7 "-" "curl")");
  EXPECT_EQ(FactOf<int64_t>(visit, "status"), 404);
  EXPECT_EQ(FactOf<int64_t>(visit, "sent"), 7);
  EXPECT_EQ(visit.header.categories, std::vector<std::string>{"device.address"});
  for (const char* hidden : {"jeanne", "203.0.113.9", "curl"})
    EXPECT_EQ(Clear(visit).find(hidden), std::string::npos) << hidden;

  shipped("nginx");
  const trail::Entry seconds =
      Of(R"({"time":"2026-11-23T20:29:59+00:00","seconds":0.0126,"status":200,"traceparent":)"
         R"("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})");
  EXPECT_EQ(FactOf<int64_t>(seconds, "milliseconds"), 13);
  EXPECT_EQ(seconds.header.trace, syslog.header.trace);
}

TEST_F(LineTest, GivesAPartTheSystemThatItsNameMeans) {
  mapping_ = service_.MappingOf(
      "mapping: 1\nsystem: web\ntime: /time\npart: /name\nnames: { Till-2: payments }\n");
  EXPECT_EQ(With(R"("name": "Till-2")").header.part, "payments");
  EXPECT_EQ(With(R"("name": "mail")").header.part, "web") << "no one said what that is";
  EXPECT_EQ(With(R"("name": 3)").header.part, "web");
}

TEST_F(LineTest, RefusesWhatItsFrameSaysIsNotWhole) {
  const LineContext context{source_, mapping_, service_.routes(), id_, kNow};
  const std::string text = R"({"time": "2026-11-23T20:29:59Z"})";
  const trail::Entry entry = EntryOf(
      trail_, LineToDraft({.sequence = 1, .length = 60, .bytes = text, .refused = Reason::kCutOff},
                          context));
  EXPECT_EQ(entry.header.outcome, "refused");
  EXPECT_EQ(FactOf<std::string>(entry, "reason"), "cut-off");
  EXPECT_EQ(FactOf<int64_t>(entry, "bytes"), 60);
}

TEST_F(LineTest, TakesTheLongestLine) {
  std::string text = R"({"time": "2026-11-23T20:29:59Z", "reference": "RP-1", "x": ")";
  text += std::string(kLongestLine - text.size() - 2, 'x') + "\"}";
  ASSERT_EQ(text.size(), kLongestLine);
  const trail::Entry entry = Of(text);
  EXPECT_EQ(entry.header.kind, "event");
  EXPECT_EQ(Opened(trail_, entry, "line"), text);
}

TEST_F(LineTest, ReadsTimesInNumbers) {
  const auto time = [this](const char* unit, const std::string& number) {
    mapping_ = service_.MappingOf(
        "mapping: 1\nsystem: web\ntime: { at: /ts, unit: " + std::string(unit) + " }\n");
    const trail::Entry entry = Of("{\"ts\": " + number + "}");
    return entry.header.kind == "event" ? base::FormatTime(entry.time)
                                        : FactOf<std::string>(entry, "reason").value_or("");
  };
  EXPECT_EQ(time("seconds", "1795465799"), "2026-11-23T20:29:59Z");
  EXPECT_EQ(time("seconds", "1795465799.25"), "2026-11-23T20:29:59.25Z");
  EXPECT_EQ(time("milliseconds", "1795465799250"), "2026-11-23T20:29:59.25Z");
  EXPECT_EQ(time("nanoseconds", "1795465799250000001"), "2026-11-23T20:29:59.250000001Z");
  EXPECT_EQ(time("seconds", "-1"), "no-time");
  EXPECT_EQ(time("seconds", "1e300"), "no-time");
  EXPECT_EQ(time("nanoseconds", "18446744073709551615"), "no-time");
  EXPECT_EQ(time("seconds", "\"1795465799\""), "no-time");
  EXPECT_EQ(time("seconds", "0"), "time-out-of-range");
}

std::vector<Line> Split(const std::vector<std::string>& chunks, bool rest = true) {
  std::vector<Line> lines;
  LineSplitter splitter(100);
  for (const std::string& chunk : chunks)
    splitter.Feed(chunk, [&](Line line) { lines.push_back(std::move(line)); });
  if (auto last = splitter.Rest(); rest && last) lines.push_back(std::move(*last));
  return lines;
}

TEST(LineSplitter, NumbersLinesByWhereTheyBegin) {
  const auto lines = Split({"ab", "c\r\n\n  \nd", "e\nf"});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].sequence, 100U);
  EXPECT_EQ(lines[0].bytes, "abc");
  EXPECT_EQ(lines[1].sequence, 109U);
  EXPECT_EQ(lines[1].bytes, "de");
  EXPECT_EQ(lines[2].sequence, 112U);
  EXPECT_EQ(lines[2].bytes, "f");
}

TEST(LineSplitter, HoldsABoundedPartOfALongLine) {
  const std::string exact(kLongestLine, 'x');
  auto lines = Split({exact + "\r\n", exact, "x\n", exact + exact, exact + "\nshort\n"});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].length, kLongestLine);
  EXPECT_EQ(lines[1].length, kLongestLine + 1);
  EXPECT_EQ(lines[1].bytes.size(), kLongestLine);
  EXPECT_EQ(lines[2].length, 3 * kLongestLine);
  EXPECT_EQ(lines[2].bytes.size(), kLongestLine);
  EXPECT_EQ(lines[3].bytes, "short");
  EXPECT_EQ(lines[3].sequence, 100 + 5 * kLongestLine + 5);
}

std::string Between(const std::string& page, const std::string& from, const std::string& to) {
  const size_t start = page.find(from) + from.size();
  return page.substr(start, page.find(to, start) - start);
}

TEST_F(LineTest, BecomesWhatThePageShows) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/ingest.md");
  mapping_ = service_.MappingOf(Between(page, "```yaml\n", "```"));
  const trail::Entry entry = Of(Between(page.substr(page.find("## Worked")), "```\n", "\n```"));
  EXPECT_EQ(entry.header.kind, "event");
  EXPECT_EQ(entry.header.route, "/apply");
  EXPECT_EQ(base::FormatTime(entry.time), "2026-11-23T20:30:00Z");
  EXPECT_TRUE(entry.header.trace);
  EXPECT_EQ(FactOf<std::string>(entry, "event"), "request");
  EXPECT_EQ(FactOf<std::string>(entry, "method"), "POST");
  EXPECT_EQ(FactOf<int64_t>(entry, "milliseconds"), 12);
  EXPECT_EQ(FactOf<int64_t>(entry, "status"), 303);
  ASSERT_EQ(entry.parts.size(), 2U);
  EXPECT_EQ(entry.parts[0].category, "trace.span");
  EXPECT_EQ(entry.parts[1].category, "line");
}

}  // namespace
}  // namespace garant::ingest

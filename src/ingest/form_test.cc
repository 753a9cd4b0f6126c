#include "ingest/form.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "ingest/forms.h"
#include "ingest/test_service.h"

namespace garant::ingest {
namespace {

using Json = nlohmann::json;

std::string Read(Form form, const std::string& bytes) {
  const auto read = ReadForm(form, bytes);
  if (const auto* reason = std::get_if<Reason>(&read)) return std::string(ReasonName(*reason));
  return std::get<Json>(read).dump();
}
std::string Combined(const std::string& line) { return Read(Form::kCombined, line); }
std::string Syslog(const std::string& line) { return Read(Form::kSyslog, line); }
// A message whose header is sound, with this behind it.
std::string Behind(const std::string& rest) {
  return Syslog("<13>1 2026-11-23T20:29:59Z h a p m " + rest);
}

std::string Block(const std::string& page, const std::string& name, size_t from, size_t* begin) {
  const std::string fence = "```" + name + "\n";
  *begin = page.find(fence, from) + fence.size();
  return page.substr(*begin, page.find("\n```", *begin) - *begin);
}

TEST(Form, ReadsWhatThePageShows) {
  const std::string page =
      *base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/ingest.md");
  for (const Form form : {Form::kCombined, Form::kSyslog}) {
    size_t at = 0;
    const std::string line = Block(page, std::string(FormName(form)), 0, &at);
    const Json shown = Json::parse(Block(page, "json", at, &at));
    EXPECT_EQ(Read(form, line), shown.dump());
  }
}

TEST(Form, KnowsItsNames) {
  for (const std::string_view name : FormNames())
    EXPECT_EQ(FormName(ParseForm(name).value_or(Form::kJson)), name);
  EXPECT_FALSE(ParseForm("csv"));
}

TEST(Combined, ReadsTheCommonFormat) {
  EXPECT_EQ(Combined(R"(::1 - anna b [01/Jan/2026:00:00:00 +0000] "POST /a b HTTP/2.0" 404 -)"),
            R"({"client":"::1","method":"POST","protocol":"HTTP/2.0","status":404,)"
            R"("target":"/a b","time":"2026-01-01T00:00:00+00:00","user":"anna b"})");
}

TEST(Combined, LeavesOutWhatIsNoRequestLine) {
  EXPECT_EQ(Combined(R"(1 - - [01/Jan/2026:00:00:00 +0000] "\x16\x03\xff" 400 0)"),
            R"({"client":"1","sent":0,"status":400,"time":"2026-01-01T00:00:00+00:00"})");
  EXPECT_EQ(Combined(R"(1 - - [01/Jan/2026:00:00:00 +0000] "" 400 0 "\xff" "a\\b")"),
            R"({"agent":"a\\b","client":"1","sent":0,"status":400,)"
            R"("time":"2026-01-01T00:00:00+00:00"})");
}

TEST(Combined, RefusesAnotherFormat) {
  const std::string sound = R"(1 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1)";
  EXPECT_EQ(Combined(sound)[0], '{');
  for (size_t size = 0; size + 2 < sound.size(); ++size)
    EXPECT_EQ(Combined(sound.substr(0, size)), "not-combined") << sound.substr(0, size);
  for (const char* more : {" ", " \"-\"", " \"-\" \"-\" 0.1", " - -", "x"})
    EXPECT_EQ(Combined(sound + more), "not-combined") << more;
  EXPECT_EQ(Combined(R"(1 - - [01/Jaa/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1)"),
            "not-combined");
  EXPECT_EQ(Combined(R"(1 - - [a1/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1)"),
            "not-combined");
  EXPECT_EQ(Combined("{}"), "not-combined");
  EXPECT_EQ(Combined("\xff"), "not-utf8");
}

TEST(Syslog, ReadsTheExamplesOfTheRfc) {
  EXPECT_EQ(Syslog("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF"
                   "'su root' failed"),
            R"({"app":"su","facility":4,"host":"mymachine.example.com","id":"ID47",)"
            R"("message":"'su root' failed","severity":2,"time":"2003-10-11T22:14:15.003Z"})");
  EXPECT_EQ(
      Syslog("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time."),
      R"({"app":"myproc","facility":20,"host":"192.0.2.1","message":"%% It's time.",)"
      R"("process":"8710","severity":5,"time":"2003-08-24T05:14:15.000003-07:00"})");
  EXPECT_EQ(Syslog("<165>1 2003-10-11T22:14:15.003Z m e - ID47 [exampleSDID@32473 iut=\"3\" "
                   "eventSource=\"Application\"][examplePriority@32473 class=\"high\"]"),
            R"({"app":"e","data":{"examplePriority@32473":{"class":"high"},)"
            R"("exampleSDID@32473":{"eventSource":"Application","iut":"3"}},"facility":20,)"
            R"("host":"m","id":"ID47","severity":5,"time":"2003-10-11T22:14:15.003Z"})");
  EXPECT_EQ(Syslog("<0>1 - - - - - -"), R"({"facility":0,"severity":0})");
}

TEST(Syslog, TakesStructuredDataByItsGrammar) {
  EXPECT_EQ(Json::parse(Behind(R"([a b="\]\"\\" c="\n"])"))["data"].dump(),
            R"({"a":{"b":"]\"\\","c":"\\n"}})");
  EXPECT_EQ(Json::parse(Behind(R"([a ip="1" ip="2" ip="3"])"))["data"].dump(),
            R"({"a":{"ip":["1","2","3"]}})");
  EXPECT_EQ(Json::parse(Behind("[a]"))["data"].dump(), R"({"a":{}})");
  for (const char* bad :
       {"[", "[]", "[ a]", "[a", "[a b]", "[a b=]", "[a b=\"]", "[a b=\"]\"]", "[a b=\"c\\",
        "[a  b=\"c\"]", "[a][a]", "[a b=\"c\"]x", "-x", "[a=b c=\"d\"]", "[a \xc3\xa9=\"c\"]",
        "[123456789012345678901234567890123]"})
    EXPECT_EQ(Behind(bad), "not-syslog") << bad;
  EXPECT_EQ(Json::parse(Behind("[a] [b]x"))["message"], "[b]x") << "what follows is the message";
  EXPECT_EQ(Behind("[a b=\"\xff\"]"), "not-utf8");
}

TEST(Syslog, RefusesWhatTheGrammarDoesNotHave) {
  const std::string sound = "<13>1 2026-11-23T20:29:59Z h a p m -";
  EXPECT_EQ(Syslog(sound)[0], '{');
  for (size_t size = 0; size < sound.size(); ++size)
    EXPECT_EQ(Syslog(sound.substr(0, size)), "not-syslog") << sound.substr(0, size);
  for (const char* start : {"<192>1 ", "<013>1 ", "<-1>1 ", "<>1 ", "<1300>1 ", "<13>2 ", "<13>10 ",
                            "<13>01 ", " <13>1 ", "<13> ", "13 ", "<1a>1 "})
    EXPECT_EQ(Syslog(start + sound.substr(6)), "not-syslog") << start;
  for (const char* time :
       {"2026-11-23t20:29:59Z", "2026-11-23T20:29:59z", "2026-11-23 20:29:59Z",
        "2026-11-23T20:29:60Z", "2026-11-23T20:29:59.1234567Z", "2026-11-23T20:29:59.Z",
        "2026-11-23T20:29:59", "2026-13-23T20:29:59Z", "2026-11-23T20:29:59+0000", "--", "now"})
    EXPECT_EQ(Syslog("<13>1 " + std::string(time) + " h a p m -"), "not-syslog") << time;
  const auto with = [](size_t host, size_t app, size_t process, size_t id) {
    return Syslog("<13>1 - " + std::string(host, 'h') + " " + std::string(app, 'a') + " " +
                  std::string(process, 'p') + " " + std::string(id, 'm') + " -");
  };
  EXPECT_EQ(with(255, 48, 128, 32)[0], '{');
  EXPECT_EQ(with(256, 48, 128, 32), "not-syslog");
  EXPECT_EQ(with(255, 49, 128, 32), "not-syslog");
  EXPECT_EQ(with(255, 48, 129, 32), "not-syslog");
  EXPECT_EQ(with(255, 48, 128, 33), "not-syslog");
  EXPECT_EQ(Syslog("<13>Nov 23 20:29:59 host app: RFC 3164 is another"), "not-syslog");
}

TEST(Syslog, TakesAnyBytesForAMessageButNotBehindAMark) {
  EXPECT_EQ(Behind("- \xff\xfe").find("message"), std::string::npos);
  EXPECT_EQ(Behind("- \xff\xfe")[0], '{');
  EXPECT_EQ(Behind("- \xEF\xBB\xBF\xff"), "not-utf8");
  EXPECT_EQ(Json::parse(Behind(R"(- {"a": 1})"))["body"]["a"], 1);
  EXPECT_FALSE(Json::parse(Behind(R"(- {"a": 1} and more)")).contains("body"));
  EXPECT_FALSE(Json::parse(Behind("- [1]")).contains("body"));
  EXPECT_EQ(Behind("- " + std::string(30'000, '{'))[0], '{');
}

TEST(Forms, FindsATraceParentWhereNoUserPutsOne) {
  const std::string one = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto found = [](const std::string& text) {
    const auto parent = FindTraceParent(text);
    return parent ? parent->trace + " " + parent->parent : "none";
  };
  const std::string there = "4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7";
  EXPECT_EQ(found(one), there);
  EXPECT_EQ(found("SELECT 1 /*traceparent='" + one + "'*/"), there);
  EXPECT_EQ(found("SELECT 1 /*route='%2Fa',traceparent='" + one + "',x='1'*/ ;\n"), there);
  for (const std::string& none :
       std::vector<std::string>{" " + one, one + " ", "SELECT '/*traceparent='" + one + "'*/'",
                                "SELECT /*traceparent='" + one + "'*/ 1", "SELECT '" + one + "'",
                                "traceparent='" + one + "'", "/*traceparent='" + one + "*/",
                                "/*traceparent='" + one.substr(1) + "'*/", std::string("*/"),
                                std::string("/*/"), std::string(), "01" + one.substr(2),
                                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                                "/* traceparent='" + one + "'*/ SELECT 1 /* x */"})
    EXPECT_EQ(found(none), "none") << none;
}

TEST(Forms, ReadsTheTimesThatDatabasesWrite) {
  const auto time = [](std::string_view text) {
    const auto read = ParseTimestamp(text);
    return read ? base::FormatTime(*read) : "none";
  };
  EXPECT_EQ(time("2026-11-23 20:29:59.250 UTC"), "2026-11-23T20:29:59.25Z");
  EXPECT_EQ(time("2026-11-23 20:29:59 GMT"), "2026-11-23T20:29:59Z");
  EXPECT_EQ(time("2026-11-23 20:29:59 EST"), "none");
  EXPECT_EQ(time("2026-11-23 20:29:59 UTC UTC"), "none");
}

}  // namespace
}  // namespace garant::ingest

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harden/look.h"
#include "harden/observe.h"
#include "harden/probe.h"
#include "harden/test_probe.h"
#include "trail/append/memory_trail.h"

namespace garant::harden {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(ProbeOfAHostileService, EndlessLinkSpacesAreBounded) {
  unsigned number = 0;
  const LoopbackServer server([&number](const std::string&) {
    std::string body;
    for (int i = 0; i < 50; ++i, ++number)
      body += "<a href=/p" + std::string(1 + number % 7, 'x') + std::to_string(number) + "/y" +
              std::to_string(i) + "?q=" + std::to_string(number) + ">x</a>";
    return AnswerOf(body);
  });
  ProbeTarget target = TargetOf(server.Url());
  target.limits.pages = 20;
  const Report report = MustProbe(target);
  EXPECT_LE(Get<int64_t>(report, "crawl", server.Authority(), "pages"), 20);
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
}

// None of it may keep the rest from being recorded.
void ExpectRecordable(const Report& report) {
  std::vector<trail::Draft> drafts;
  for (const auto& seen : report.observations) {
    auto draft = trail::ToDraft(seen, "permits");
    ASSERT_TRUE(draft) << draft.error().message.en;
    drafts.push_back(std::move(*draft));
  }
  trail::MemoryTrail trail;
  const auto first = trail.Append(drafts);
  EXPECT_TRUE(first) << first.error().message.en;
}

TEST(ProbeOfAHostileService, NamesThatAreNoTextCanBeRecorded) {
  const LoopbackServer server([](const std::string&) {
    return AnswerOf(
        "<form action=https://x%ff%c2.example/f><input name='\x01\xff\xc2\x9b[2J'></form>" +
            std::string("<img src=//y%fe.example/>"),
        "Set-Cookie: \xff\x1b[2J=1\r\n");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_NE(Find(report, "http-form", "/#1"), nullptr);
  ExpectRecordable(report);
}

TEST(ProbeOfAHostileService, ACookieSetTwiceInOneAnswerCanBeRecorded) {
  const LoopbackServer server([](const std::string&) {
    return AnswerOf("", "Set-Cookie: visit=1; Secure\r\nSet-Cookie: visit=2\r\n");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  const auto* seen = Find(report, "http-cookie", "visit");
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->numerator, seen->denominator);
  ExpectRecordable(report);
}

TEST(ProbeOfAHostileService, InventedFieldsDoNotFillTheTrail) {
  std::string body = "<a href=/a>a</a><a href=/b>b</a>";
  for (int form = 0; form < 20; ++form) {
    body += "<form action=/" + std::to_string(form) + "x>";
    for (int field = 0; field < 150; ++field) body += "<input name=f" + std::to_string(field) + ">";
    body += "</form>";
  }
  const LoopbackServer server([&](const std::string&) { return AnswerOf(body); });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_LT(report.observations.size(), 6'000U);
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
  ExpectRecordable(report);
}

TEST(ProbeOfAHostileService, LinksThatABaseMakesLongAreBounded) {
  std::string body = "<base href=/" + std::string(7000, 'x') + "/>";
  for (int i = 0; i < 1900; ++i) body += "<a href=" + std::to_string(i) + ">";
  for (const char a : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'})
    body += std::string("<a href=/") + a + ">";
  const LoopbackServer server([&](const std::string&) { return AnswerOf(body); });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
  EXPECT_LT(Get<int64_t>(report, "crawl", server.Authority(), "pages"), 8);
}

TEST(ProbeOfAHostileService, RedirectLoopsEnd) {
  const LoopbackServer server([](const std::string& request) {
    return AnswerOf("", "Location: " + PathOf(request) + "x\r\n", "302 Found");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
}

TEST(ProbeOfAHostileService, HugeBodiesAndHeadersAreCutOff) {
  const LoopbackServer server([](const std::string& request) {
    if (PathOf(request) == "/header")
      return AnswerOf("x", "X: " + std::string(400'000, 'a') + "\r\n");
    return AnswerOf("<a href=/header>x</a>" + std::string(8U << 20U, ' '));
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
  EXPECT_EQ(Get<int64_t>(report, "crawl", server.Authority(), "failed"), 1);
}

std::string WhyNothing(const std::string& answer) {
  const LoopbackServer server([&](const std::string&) { return answer; });
  const base::SystemClock clock;
  const auto report = Probe(TargetOf(server.Url()), clock);
  EXPECT_FALSE(report);
  return report ? "" : report.error().ToString(base::Language::kEnglish);
}

TEST(ProbeOfAHostileService, WhatCannotBeReadIsToldAsWhatItIs) {
  using namespace std::string_literals;
  EXPECT_THAT(WhyNothing("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"s),
              HasSubstr("NUL byte"));
  EXPECT_THAT(WhyNothing(AnswerOf("x", "X: " + std::string(400'000, 'a') + "\r\n")),
              HasSubstr("too large"));
  std::string many;
  for (int i = 0; i < 600; ++i) many += "X: a\r\n";
  EXPECT_THAT(WhyNothing(AnswerOf("x", many)), HasSubstr("too large"));
  EXPECT_THAT(WhyNothing(""), HasSubstr("nothing answers"));
}

TEST(ProbeOfAHostileService, AnUnreadableAnswerInTheClearIsAnAnswer) {
  const Context context(MakeServerContext(86400 * 30, ""));
  const LoopbackServer secure([](const std::string&) { return AnswerOf("hello"); }, context.get());
  const LoopbackServer plain(
      [](const std::string&) { return AnswerOf("x", "X: " + std::string(400'000, 'a') + "\r\n"); });
  ProbeTarget target = TargetOf(secure.Url());
  target.plain_url = plain.Url();
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "http-plain", plain.Authority(), "answers"));
  for (const auto& fact : Find(report, "http-plain", plain.Authority())->facts)
    EXPECT_NE(fact.name, "redirects");
  for (const auto& fact : Find(report, "http-route", "/")->facts) EXPECT_NE(fact.name, "plain");
}

TEST(ProbeOfAHostileService, MoreThanIsRecordedShows) {
  const auto bounded = [](const LoopbackServer::Handler& handler) {
    const LoopbackServer server(handler);
    const Report report = MustProbe(TargetOf(server.Url()));
    ExpectRecordable(report);
    return Get<bool>(report, "crawl", server.Authority(), "bounded");
  };
  const auto page = [](const std::string& body, const std::string& headers = "") {
    return [=](const std::string&) { return AnswerOf(body, headers); };
  };
  EXPECT_FALSE(bounded(page("<p>hello")));
  std::string cookies;
  for (int i = 0; i <= 100; ++i) cookies += "Set-Cookie: c" + std::to_string(i) + "=1\r\n";
  EXPECT_TRUE(bounded(page("", cookies)));
  std::string hosts;
  for (int i = 0; i <= 50; ++i) hosts += "<img src=//h" + std::to_string(i) + ".example/>";
  EXPECT_TRUE(bounded(page(hosts)));
  std::string forms;
  for (int i = 0; i <= 20; ++i)
    forms += "<form action=/><input name=a" + std::to_string(i) + "></form>";
  EXPECT_TRUE(bounded(page(forms)));
  std::string records;
  for (int i = 0; i < 9; ++i) records += "<a href=/records/" + std::to_string(i) + ">r</a>";
  EXPECT_TRUE(bounded(page(records))) << "eight of nine pages behind one undeclared template";
}

TEST(ProbeOfAHostileService, WhatWasNotReadInTimeIsSaid) {
  const LoopbackServer server([](const std::string&) {
    return AnswerOf("<a href=/privacy>Privacy</a><form><input name=email></form>");
  });
  ProbeTarget target = TargetOf(server.Url());
  target.privacy_route = "/privacy";
  auto survey = Look(target, base::SystemClock().Now());
  ASSERT_TRUE(survey) << survey.error().ToString(base::Language::kEnglish);
  Omissions in_time;
  EXPECT_FALSE(ObservePolicies(*survey, target, base::Time{}, in_time).empty());
  EXPECT_FALSE(in_time.bounded);
  survey->deadline = After(milliseconds{0});
  Omissions omitted;
  const auto seen = ObservePolicies(*survey, target, base::Time{}, omitted);
  for (const auto& policy : seen)
    for (const auto& fact : policy.facts) EXPECT_NE(fact.name, "linked");
  EXPECT_TRUE(omitted.bounded);
  Omissions of_forms;
  EXPECT_TRUE(ObserveForms(*survey, target, base::Time{}, of_forms).empty());
  EXPECT_TRUE(of_forms.bounded);
}

TEST(ProbeOfAHostileService, NamesInPathsAreSealed) {
  const LoopbackServer server([](const std::string& request) {
    if (PathOf(request) == "/")
      return AnswerOf("<a href=/u/Jane.Doe?t=s3cret>J</a><img src=//jane-doe.pages.example/x>");
    return AnswerOf("<p>hello");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  const auto* seen = Find(report, "http-route", "/u/{id}");
  ASSERT_NE(seen, nullptr);
  EXPECT_EQ(seen->paths, Texts{"/u/Jane.Doe"});
  EXPECT_THAT(Get<Texts>(report, "http-route", "/", "third-parties"),
              testing::Contains("{id}.pages.example"));
  const auto draft = trail::ToDraft(*seen, "permits");
  ASSERT_TRUE(draft);
  ASSERT_EQ(draft->sealed.size(), 1U);
  EXPECT_EQ(draft->sealed[0].key_class, trail::KeyClass::kTransient);
  EXPECT_EQ(base::AsText(draft->sealed[0].bytes), "/u/Jane.Doe\n");
  EXPECT_TRUE(Find(report, "http-route", "/")->paths.empty());
  ExpectRecordable(report);
}

TEST(ProbeOfAHostileService, WhatIsNoHttpIsNotTakenForAnAnswer) {
  const LoopbackServer server([](const std::string&) { return std::string("\x16\x03\x01junk"); });
  const base::SystemClock clock;
  ProbeTarget target = TargetOf(server.Url());
  target.limits.request = milliseconds{200};
  EXPECT_FALSE(Probe(target, clock));
}

TEST(ProbeOfAHostileService, TheRunHasAnEnd) {
  const LoopbackServer server([](const std::string& request) {
    if (PathOf(request) != "/") return std::string();
    return AnswerOf(
        "<a href=/1a>1</a><a href=/2b>2</a><a href=/3c>3</a><a href=/4d>4</a>"
        "<a href=/5e>5</a><a href=/6f>6</a><a href=/7g>7</a>");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "crawl", server.Authority(), "failed"), 5);
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
}

}  // namespace
}  // namespace garant::harden

#include "harden/probe.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <future>

#include "harden/test_probe.h"

namespace garant::harden {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(Probe, SeesAPlainServiceAsItIs) {
  const LoopbackServer server([](const std::string& request) {
    const std::string path = PathOf(request);
    if (path == "/")
      return AnswerOf(
          "<a href=/people/jane@city.example>J</a><a href=/logout>Out</a>"
          "<form action=/send><input name=email value=secret@x.example></form>",
          "Set-Cookie: visit=topsecret; Max-Age=60\r\n");
    if (path == "/logout") return AnswerOf("", "Set-Cookie: followed=1\r\n");
    if (path.starts_with("/people/")) return AnswerOf("<p>Jane", "Cache-Control: no-store\r\n");
    return AnswerOf("", "", "404 Not Found");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_FALSE(Get<bool>(report, "tls-endpoint", server.Authority(), "answers"));
  EXPECT_TRUE(Get<bool>(report, "http-plain", server.Authority(), "answers"));
  EXPECT_FALSE(Get<bool>(report, "http-plain", server.Authority(), "redirects"));
  EXPECT_FALSE(Get<bool>(report, "http-route", "/", "https"));
  EXPECT_TRUE(Get<bool>(report, "http-route", "/", "plain"));
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "tls"), 0);
  EXPECT_TRUE(Get<bool>(report, "http-route", "/people/{id}", "no-store"));
  EXPECT_EQ(Get<int64_t>(report, "http-cookie", "visit", "lifetime"), 60);
  EXPECT_TRUE(Get<bool>(report, "http-cookie", "visit", "first-visit"));
  EXPECT_FALSE(Get<bool>(report, "http-form", "/#1", "secure"));
  EXPECT_FALSE(Get<bool>(report, "http-form", "/#1", "notice"));
  EXPECT_EQ(Get<std::string>(report, "http-field", "/#1.email", "category"), "contact.email");
  EXPECT_EQ(Find(report, "http-cookie", "followed"), nullptr) << "a sign-out was followed";
  EXPECT_EQ(Find(report, "http-route", "/send"), nullptr) << "404 is no route";
  for (const auto& seen : report.observations) {
    EXPECT_EQ(seen.vantage, trail::Vantage::kLoopback);
    EXPECT_EQ(seen.time, report.observations.front().time);
    for (const auto& fact : seen.facts)
      if (const auto* text = std::get_if<std::string>(&fact.value)) {
        EXPECT_EQ(text->find("secret"), std::string::npos) << seen.kind << "." << fact.name;
        EXPECT_EQ(text->find("jane"), std::string::npos) << seen.kind << "." << fact.name;
      }
  }
}

TEST(Probe, SeesASoundServiceAsSound) {
  const RootsFile file;
  const std::string& roots = file.path;
  const Context context(MakeServerContext(86400 * 30, roots));
  const std::string headers =
      "Strict-Transport-Security: max-age=63072000\r\nContent-Security-Policy: default-src "
      "'self'; frame-ancestors 'none'\r\n";
  const LoopbackServer secure(
      [&](const std::string& request) {
        if (PathOf(request) == "/privacy")
          return AnswerOf("<p>We use your email for the permit and that is it.", headers);
        if (PathOf(request) == "/.well-known/security.txt")
          return std::string(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: "
              "close\r\n\r\nContact: mailto:s@city.example\n");
        return AnswerOf("<form><input name=email><a href=/privacy>Privacy</a></form>", headers);
      },
      context.get());
  const LoopbackServer plain([&](const std::string& request) {
    return AnswerOf("", "Location: " + secure.Url(PathOf(request)) + "\r\n", "308 Permanent");
  });
  ProbeTarget target = TargetOf(secure.Url());
  target.plain_url = plain.Url();
  target.privacy_route = "/privacy";
  target.routes = {"/", "/account/{id}"};
  target.ca_file = roots;
  const Report report = MustProbe(target);
  const std::string at = secure.Authority();
  EXPECT_EQ(Get<Texts>(report, "tls-endpoint", at, "versions"), (Texts{"TLSv1.2", "TLSv1.3"}));
  EXPECT_EQ(Get<Texts>(report, "tls-endpoint", at, "refused"),
            (Texts{"SSLv3", "TLSv1.0", "TLSv1.1"}));
  EXPECT_EQ(Get<Texts>(report, "tls-endpoint", at, "weak-ciphers"), Texts{});
  EXPECT_TRUE(Get<bool>(report, "tls-endpoint", at, "certificate-valid"));
  EXPECT_TRUE(Get<bool>(report, "http-plain", plain.Authority(), "redirects"));
  EXPECT_TRUE(Get<bool>(report, "http-plain", plain.Authority(), "permanent"));
  for (const char* route : {"/", "/account/{id}", "/privacy"}) {
    EXPECT_TRUE(Get<bool>(report, "http-route", route, "https")) << route;
    EXPECT_FALSE(Get<bool>(report, "http-route", route, "plain")) << route;
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "tls"), 12) << route;
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "hsts"), 63072000) << route;
    EXPECT_TRUE(Get<bool>(report, "http-route", route, "csp")) << route;
    EXPECT_FALSE(Get<bool>(report, "http-route", route, "nosniff")) << route;
  }
  EXPECT_TRUE(Get<bool>(report, "http-form", "/#1", "notice"));
  EXPECT_EQ(Get<Texts>(report, "http-policy", "privacy", "languages"), Texts{"en"});
  EXPECT_TRUE(Get<bool>(report, "security-txt", at, "contact"));
}

TEST(Probe, SeesWhatIsWrongWithTls) {
  const Context context(MakeServerContext(-3600, ""));
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:AES128-SHA:@SECLEVEL=0");
  const LoopbackServer server([](const std::string&) { return AnswerOf("hello"); }, context.get());
  const Report report = MustProbe(TargetOf(server.Url()));
  const std::string at = server.Authority();
  EXPECT_THAT(Get<Texts>(report, "tls-endpoint", at, "versions"), testing::Contains("TLSv1.0"));
  EXPECT_EQ(Get<Texts>(report, "tls-endpoint", at, "weak-ciphers"),
            Texts{"TLS_RSA_WITH_AES_128_CBC_SHA"});
  EXPECT_FALSE(Get<bool>(report, "tls-endpoint", at, "certificate-valid"));
  EXPECT_NE(Get<std::string>(report, "tls-endpoint", at, "certificate-problem"), "");
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "tls"), 10);
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "hsts"), 0);
}

const trail::Observation* FindKind(const Report& report, std::string_view kind) {
  for (const auto& seen : report.observations)
    if (seen.kind == kind) return &seen;
  return nullptr;
}

// A server that takes offers of old versions without an answer of TLS.
enum class Manner { kReset, kSilence, kClose };
struct Old {
  Manner manner;
  std::vector<int> kept;  // connections that nobody answers
};

int OnHello(SSL* connection, int*, void* to) {
  if (SSL_client_hello_get0_legacy_version(connection) >= TLS1_2_VERSION)
    return SSL_CLIENT_HELLO_SUCCESS;
  Old& old = *static_cast<Old*>(to);
  const int descriptor = SSL_get_fd(connection);
  const linger at_once{1, 0};
  if (old.manner == Manner::kReset)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (old.manner == Manner::kSilence) old.kept.push_back(dup(descriptor));
  // What the library still wants to say goes nowhere.
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(nowhere, descriptor);
  close(nowhere);
  return SSL_CLIENT_HELLO_ERROR;
}

Report ProbeOfOld(Manner manner) {
  const Context context(MakeServerContext(86400 * 30, ""));
  Old old{manner, {}};
  SSL_CTX_set_client_hello_cb(context.get(), OnHello, &old);
  Report report;
  {
    const LoopbackServer server([](const std::string&) { return AnswerOf("hello"); },
                                context.get());
    ProbeTarget target = TargetOf(server.Url());
    target.limits.request = milliseconds{300};
    report = MustProbe(target);
  }
  for (const int descriptor : old.kept) close(descriptor);
  return report;
}

TEST(Probe, WhatIsResetOrLateIsNotRefused) {
  for (const Manner manner : {Manner::kReset, Manner::kSilence}) {
    const Report report = ProbeOfOld(manner);
    const auto* tls = FindKind(report, "tls-endpoint");
    ASSERT_NE(tls, nullptr);
    EXPECT_TRUE(Get<bool>(report, "tls-endpoint", tls->subject, "answers"));
    EXPECT_EQ(Get<Texts>(report, "tls-endpoint", tls->subject, "unsettled"),
              (Texts{"SSLv3", "TLSv1.0", "TLSv1.1"}));
    for (const auto& fact : tls->facts) EXPECT_NE(fact.name, "refused");
    for (const auto& fact : Find(report, "http-route", "/")->facts) EXPECT_NE(fact.name, "tls");
  }
}

TEST(Probe, WhatIsClosedInOrderIsRefused) {
  const Report report = ProbeOfOld(Manner::kClose);
  const auto* tls = FindKind(report, "tls-endpoint");
  ASSERT_NE(tls, nullptr);
  EXPECT_EQ(Get<Texts>(report, "tls-endpoint", tls->subject, "refused"),
            (Texts{"SSLv3", "TLSv1.0", "TLSv1.1"}));
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "tls"), 12);
}

TEST(Probe, SeesPlainHttpBehindAFirstPageThatHangsUp) {
  const Context context(MakeServerContext(86400 * 30, ""));
  const LoopbackServer secure(
      [](const std::string&) { return AnswerOf("<a href=/apply>Apply</a>"); }, context.get());
  const LoopbackServer plain([](const std::string& request) {
    return PathOf(request) == "/" ? std::string() : AnswerOf("apply in the clear");
  });
  ProbeTarget target = TargetOf(secure.Url());
  target.plain_url = plain.Url();
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "http-route", "/apply", "plain"));
  EXPECT_TRUE(Get<bool>(report, "http-plain", plain.Authority(), "answers"));
  EXPECT_FALSE(Get<bool>(report, "http-plain", plain.Authority(), "redirects"));
}

TEST(Probe, SaysNothingOfPlainHttpThatIsLate) {
  const Context context(MakeServerContext(86400 * 30, ""));
  const LoopbackServer secure([](const std::string&) { return AnswerOf("hello"); }, context.get());
  std::promise<void> probed;
  const LoopbackServer plain([late = probed.get_future().share()](const std::string&) {
    late.wait();
    return AnswerOf("in the clear");
  });
  ProbeTarget target = TargetOf(secure.Url());
  target.plain_url = plain.Url();
  const Report report = MustProbe(target);
  probed.set_value();
  EXPECT_TRUE(Get<bool>(report, "http-plain", plain.Authority(), "connects"));
  EXPECT_TRUE(std::ranges::none_of(Find(report, "http-plain", plain.Authority())->facts,
                                   [](const trail::Fact& fact) { return fact.name == "answers"; }));
  const auto* route = Find(report, "http-route", "/");
  ASSERT_NE(route, nullptr);
  for (const auto& fact : route->facts) EXPECT_NE(fact.name, "plain");
}

TEST(Probe, ACertificateMayOutliveOurCalendar) {
  const Context context(MakeServerContext(86400L * 365 * 1000, ""));
  const LoopbackServer server([](const std::string&) { return AnswerOf("hello"); }, context.get());
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "tls-endpoint", server.Authority(), "certificate-expires"),
            std::chrono::floor<std::chrono::seconds>(base::Time::max().time_since_epoch()).count());
}

TEST(Probe, ContactsNobodyElse) {
  const LoopbackServer other([](const std::string&) { return AnswerOf("other"); });
  const LoopbackServer server([&](const std::string& request) {
    if (PathOf(request) == "/away")
      return AnswerOf("", "Location: " + other.Url() + "\r\n", "302 F");
    return AnswerOf("<a href=/away>x</a><a href=" + other.Url("/link") + ">y</a><img src=" +
                    other.Url("/i.png") + "><form action=" + other.Url("/f") + "></form>");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/away", "status"), 302);
  EXPECT_EQ(other.connections(), 0U);
}

TEST(Probe, ARedirectCountsWhereItLeadsToTheService) {
  const auto redirects = [](const std::string& location, const Texts& hosts) {
    const LoopbackServer server([&](const std::string&) {
      return AnswerOf("", "Location: " + location + "\r\n", "308 Permanent Redirect");
    });
    ProbeTarget target = TargetOf(server.Url());
    target.hosts = hosts;
    return Get<bool>(MustProbe(target), "http-plain", server.Authority(), "redirects");
  };
  EXPECT_TRUE(redirects("https://127.0.0.1/", {}));
  EXPECT_FALSE(redirects("https://elsewhere.example/", {}));
  EXPECT_FALSE(redirects("https://elsewhere.example/", {"permits.example"}));
  EXPECT_TRUE(redirects("https://permits.example/", {"permits.example"}));
  EXPECT_FALSE(redirects("http://127.0.0.1:1/", {}));
}

TEST(Probe, APageOfAnEarlierRunMayBeGoneButNoLinkMayLeadThere) {
  const auto failed = [](const std::string& page, const std::string& last) {
    const LoopbackServer server([&](const std::string& request) {
      if (PathOf(request) == "/") return AnswerOf(page + "<a href=/last>Last</a>");
      if (PathOf(request) == "/last") return AnswerOf(last);
      return AnswerOf("", "", "404 Not Found");
    });
    ProbeTarget target = TargetOf(server.Url());
    target.seeds = {"/report"};
    return Get<int64_t>(MustProbe(target), "crawl", server.Authority(), "failed");
  };
  EXPECT_EQ(failed("", ""), 0);
  EXPECT_EQ(failed("<a href=/report>Report</a>", ""), 1) << "linked before it is asked";
  EXPECT_EQ(failed("", "<a href=/report>Report</a>"), 1) << "linked after it was asked";
  EXPECT_EQ(failed("<a href=/report>R</a><a href=/report>R</a>", "<a href=/report>R</a>"), 1);
}

TEST(Probe, AnOriginThatServesTheServiceIsSeen) {
  const auto page = [](const std::string&) { return AnswerOf("<title>Permits</title>"); };
  const LoopbackServer front(page);
  const LoopbackServer open(page);
  const LoopbackServer closed([](const std::string&) { return AnswerOf("no", "", "403 No"); });
  ProbeTarget target = TargetOf(front.Url());
  target.origins = {{"open", open.Url()}, {"closed", closed.Url()}, {"nowhere", "not an address"}};
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "open", "same"));
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "closed", "answers"));
  EXPECT_FALSE(Get<bool>(report, "origin-direct", "closed", "same"));
  EXPECT_EQ(Find(report, "origin-direct", "open")->vantage, trail::Vantage::kInside);
  EXPECT_EQ(Find(report, "origin-direct", "nowhere"), nullptr);
}

TEST(Probe, AnOriginThatServesOnePageOnlyIsSeen) {
  const auto page = [](const std::string& request) {
    if (PathOf(request) == "/") return AnswerOf("<title>Permits</title><a href=/apply>Apply</a>");
    return AnswerOf("<title>Apply</title>");
  };
  const LoopbackServer front(page);
  const LoopbackServer half([&](const std::string& request) {
    return PathOf(request) == "/" ? AnswerOf("no", "", "403 No") : page(request);
  });
  const LoopbackServer other([](const std::string&) { return AnswerOf("<title>Health</title>"); });
  ProbeTarget target = TargetOf(front.Url());
  target.origins = {{"half", half.Url()}, {"other", other.Url()}};
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "half", "same"));
  EXPECT_FALSE(Get<bool>(report, "origin-direct", "other", "same"));
}

TEST(Probe, WhatTheFrontRefusesItselfSaysNothingOfTheOrigin) {
  const auto refuse = [](const std::string&) { return AnswerOf("no", "", "403 No"); };
  const LoopbackServer front(refuse);
  const LoopbackServer origin(refuse);
  ProbeTarget target = TargetOf(front.Url());
  target.origins = {{"web", origin.Url()}};
  const Report report = MustProbe(target);
  const auto* seen = Find(report, "origin-direct", "web");
  ASSERT_NE(seen, nullptr);
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "web", "answers"));
  for (const trail::Fact& fact : seen->facts) EXPECT_NE(fact.name, "same");
}

TEST(Probe, SaysWhereNothingAnswers) {
  std::string url;
  {
    url = LoopbackServer([](const std::string&) { return ""; }).Url();
  }
  const base::SystemClock clock;
  const auto silent = Probe(TargetOf(url), clock);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, base::Code::kIo);
  EXPECT_THAT(silent.error().message.en, HasSubstr(url));
  const auto malformed = Probe(TargetOf("permits"), clock);
  ASSERT_FALSE(malformed);
  EXPECT_EQ(malformed.error().code, base::Code::kInvalid);
}

}  // namespace
}  // namespace garant::harden

#include "harden/probe.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <memory>
#include <optional>

#include "harden/look.h"
#include "harden/loopback_server.h"
#include "harden/observe.h"
#include "trail/memory_trail.h"

namespace garant::harden {
namespace {

// The authority that a test's servers are signed by. Tests run side by side as processes: each has
// its own.
struct RootsFile {
  RootsFile() = default;
  RootsFile(const RootsFile&) = delete;
  RootsFile& operator=(const RootsFile&) = delete;
  ~RootsFile() { std::remove(path.c_str()); }
  const std::string path = testing::TempDir() + "probe_test." + std::to_string(::getpid()) + ".pem";
};

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using Texts = std::vector<std::string>;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

std::string Answer(const std::string& body, const std::string& headers = "",
                   const std::string& status = "200 OK") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: text/html; charset=utf-8\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

std::string PathOf(const std::string& request) {
  const size_t start = request.find(' ') + 1;
  return request.substr(start, request.find(' ', start) - start);
}

ProbeTarget TargetOf(const std::string& url) {
  ProbeTarget target;
  target.url = url;
  target.limits.request = milliseconds{2000};
  target.limits.run = milliseconds{20'000};
  return target;
}

Report MustProbe(const ProbeTarget& target) {
  const base::SystemClock clock;
  auto report = Probe(target, clock);
  EXPECT_TRUE(report) << report.error().message.en;
  return report ? *std::move(report) : Report{};
}

const trail::Observation* Find(const Report& report, std::string_view kind,
                               std::string_view subject) {
  for (const auto& seen : report.observations)
    if (seen.kind == kind && seen.subject == subject) return &seen;
  return nullptr;
}

// The attribute, or a test failure and its type's zero.
template <typename T>
T Get(const Report& report, std::string_view kind, std::string_view subject,
      std::string_view name) {
  if (const auto* seen = Find(report, kind, subject))
    for (const auto& fact : seen->facts)
      if (fact.name == name && std::holds_alternative<T>(fact.value))
        return std::get<T>(fact.value);
  ADD_FAILURE() << "no " << kind << " " << subject << "." << name;
  return T{};
}

const trail::Observation* FindKind(const Report& report, std::string_view kind) {
  for (const auto& seen : report.observations)
    if (seen.kind == kind) return &seen;
  return nullptr;
}

TEST(Probe, SeesAPlainServiceAsItIs) {
  const LoopbackServer server([](const std::string& request) {
    const std::string path = PathOf(request);
    if (path == "/")
      return Answer(
          "<a href=/people/jane@city.example>J</a><a href=/logout>Out</a>"
          "<form action=/send><input name=email value=secret@x.example></form>",
          "Set-Cookie: visit=topsecret; Max-Age=60\r\n");
    if (path == "/logout") return Answer("", "Set-Cookie: followed=1\r\n");
    if (path.starts_with("/people/")) return Answer("<p>Jane", "Cache-Control: no-store\r\n");
    return Answer("", "", "404 Not Found");
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
          return Answer("<p>We use your email for the permit and that is it.", headers);
        if (PathOf(request) == "/.well-known/security.txt")
          return std::string(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: "
              "close\r\n\r\nContact: mailto:s@city.example\n");
        return Answer("<form><input name=email><a href=/privacy>Privacy</a></form>", headers);
      },
      context.get());
  const LoopbackServer plain([&](const std::string& request) {
    return Answer("", "Location: " + secure.Url(PathOf(request)) + "\r\n", "308 Permanent");
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
  const LoopbackServer server([](const std::string&) { return Answer("hello"); }, context.get());
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
    const LoopbackServer server([](const std::string&) { return Answer("hello"); }, context.get());
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
  const LoopbackServer secure([](const std::string&) { return Answer("<a href=/apply>Apply</a>"); },
                              context.get());
  const LoopbackServer plain([](const std::string& request) {
    return PathOf(request) == "/" ? std::string() : Answer("apply in the clear");
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
  const LoopbackServer secure([](const std::string&) { return Answer("hello"); }, context.get());
  std::promise<void> probed;
  const LoopbackServer plain([late = probed.get_future().share()](const std::string&) {
    late.wait();
    return Answer("in the clear");
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
  const LoopbackServer server([](const std::string&) { return Answer("hello"); }, context.get());
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "tls-endpoint", server.Authority(), "certificate-expires"),
            std::chrono::floor<std::chrono::seconds>(base::Time::max().time_since_epoch()).count());
}

// Two addresses of one name, each with its own server over TLS and in the clear.
class TwoAddresses : public testing::Test {
 protected:
  static constexpr const char* kHost = "permits.test";
  static std::string Sound(const std::string&) {
    return Answer("<a href=/apply>Apply</a>", "Strict-Transport-Security: max-age=63072000\r\n");
  }
  std::string Redirect(const std::string& request) const {
    return Answer("", "Location: https://" + At(first_secure_->port()) + PathOf(request) + "\r\n",
                  "301 Moved");
  }
  static std::string At(uint16_t port) { return std::string(kHost) + ":" + std::to_string(port); }

  void SetUp() override {
    context_.reset(MakeServerContext(86400 * 30, roots_));
    first_secure_.emplace(Sound, context_.get());
    first_plain_.emplace([this](const std::string& request) { return Redirect(request); });
  }
  Report Look() {
    ProbeTarget target = TargetOf("https://" + At(first_secure_->port()) + "/");
    target.plain_url = "http://" + At(first_plain_->port()) + "/";
    target.ca_file = roots_;
    target.addresses[kHost] = {"127.0.0.1", "127.0.0.2"};
    return MustProbe(target);
  }
  std::string Subject(const std::optional<LoopbackServer>& first, const char* address) {
    return At(first->port()) + "@" + address;
  }

  const RootsFile file_;
  const std::string& roots_ = file_.path;
  Context context_;
  std::optional<LoopbackServer> first_secure_;
  std::optional<LoopbackServer> first_plain_;
};

TEST_F(TwoAddresses, BothSoundAreSound) {
  const LoopbackServer secure(Sound, context_.get(), "127.0.0.2", first_secure_->port());
  const LoopbackServer plain([this](const std::string& request) { return Redirect(request); },
                             nullptr, "127.0.0.2", first_plain_->port());
  const Report report = Look();
  for (const char* address : {"127.0.0.1", "127.0.0.2"}) {
    const std::string tls = Subject(first_secure_, address);
    EXPECT_EQ(Get<std::string>(report, "tls-endpoint", tls, "address"), address);
    EXPECT_TRUE(Get<bool>(report, "tls-endpoint", tls, "certificate-valid")) << address;
    EXPECT_TRUE(Get<bool>(report, "http-plain", Subject(first_plain_, address), "redirects"));
  }
  for (const char* route : {"/", "/apply"}) {
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "addresses"), 2);
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "tls"), 12);
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "hsts"), 63072000);
    EXPECT_FALSE(Get<bool>(report, "http-route", route, "plain"));
  }
}

TEST_F(TwoAddresses, OneBadMakesEveryRouteBad) {
  const Context old(MakeServerContext(-3600, ""));
  SSL_CTX_set_security_level(old.get(), 0);
  SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
  SSL_CTX_set_cipher_list(old.get(), "ALL:@SECLEVEL=0");
  const auto bare = [](const std::string&) { return Answer("hello", "Set-Cookie: other=1\r\n"); };
  const LoopbackServer secure(bare, old.get(), "127.0.0.2", first_secure_->port());
  const LoopbackServer plain(bare, nullptr, "127.0.0.2", first_plain_->port());
  const Report report = Look();
  const std::string good = Subject(first_secure_, "127.0.0.1");
  const std::string bad = Subject(first_secure_, "127.0.0.2");
  EXPECT_TRUE(Get<bool>(report, "tls-endpoint", good, "certificate-valid"));
  EXPECT_FALSE(Get<bool>(report, "tls-endpoint", bad, "certificate-valid"));
  EXPECT_THAT(Get<Texts>(report, "tls-endpoint", bad, "versions"), testing::Contains("TLSv1.0"));
  EXPECT_TRUE(Get<bool>(report, "http-plain", Subject(first_plain_, "127.0.0.1"), "redirects"));
  EXPECT_FALSE(Get<bool>(report, "http-plain", Subject(first_plain_, "127.0.0.2"), "redirects"));
  for (const char* route : {"/", "/apply"}) {
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "tls"), 10);
    EXPECT_EQ(Get<int64_t>(report, "http-route", route, "hsts"), 0);
    EXPECT_TRUE(Get<bool>(report, "http-route", route, "plain"));
  }
  EXPECT_NE(Find(report, "http-cookie", "other"), nullptr) << "set at the other address only";
}

TEST_F(TwoAddresses, AHeaderThatOneLacksIsLacking) {
  const auto page = [](const char* more) {
    return Answer("hello", std::string("Content-Type: text/html\r\n") + more);
  };
  first_secure_.emplace(
      [=](const std::string&) { return page("Content-Security-Policy: script-src 'self'\r\n"); },
      context_.get());
  const LoopbackServer secure([=](const std::string&) { return page(""); }, context_.get(),
                              "127.0.0.2", first_secure_->port());
  EXPECT_FALSE(Get<bool>(Look(), "http-route", "/", "csp"));
}

TEST_F(TwoAddresses, ALatePlainPortHidesNoOther) {
  std::promise<void> probed;
  first_plain_.emplace([until = probed.get_future().share()](const std::string&) {
    until.wait();
    return Answer("late");
  });
  const LoopbackServer plain([](const std::string&) { return Answer("in clear"); }, nullptr,
                             "127.0.0.2", first_plain_->port());
  const Report report = Look();
  probed.set_value();
  EXPECT_TRUE(Get<bool>(report, "http-plain", Subject(first_plain_, "127.0.0.2"), "answers"));
  EXPECT_FALSE(Get<bool>(report, "http-plain", Subject(first_plain_, "127.0.0.2"), "redirects"));
  EXPECT_FALSE(Get<bool>(report, "http-route", "/", "https")) << "one address serves in clear only";
}

TEST_F(TwoAddresses, OneThatIsClosedServesNobody) {
  const Report report = Look();
  EXPECT_FALSE(Get<bool>(report, "tls-endpoint", Subject(first_secure_, "127.0.0.2"), "answers"));
  EXPECT_FALSE(Get<bool>(report, "http-plain", Subject(first_plain_, "127.0.0.2"), "answers"));
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "addresses"), 1);
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/", "tls"), 12);
}

TEST_F(TwoAddresses, OneThatIsLateLeavesItOpen) {
  std::promise<void> probed;
  const auto late = [until = probed.get_future().share()](const std::string&) {
    until.wait();
    return Answer("late");
  };
  const LoopbackServer secure(late, context_.get(), "127.0.0.2", first_secure_->port());
  const LoopbackServer plain(late, nullptr, "127.0.0.2", first_plain_->port());
  const Report report = Look();
  probed.set_value();
  const auto* route = Find(report, "http-route", "/");
  ASSERT_NE(route, nullptr);
  for (const auto& fact : route->facts)
    EXPECT_THAT(fact.name, testing::Not(testing::AnyOf("https", "tls", "hsts", "plain")));
  const auto* clear = Find(report, "http-plain", Subject(first_plain_, "127.0.0.2"));
  ASSERT_NE(clear, nullptr);
  for (const auto& fact : clear->facts) EXPECT_NE(fact.name, "answers");
}

TEST_F(TwoAddresses, BeyondEightSomethingIsLeftOut) {
  ProbeTarget target = TargetOf("https://" + At(first_secure_->port()) + "/");
  for (int i = 1; i <= 9; ++i) target.addresses[kHost].push_back("127.0.0." + std::to_string(i));
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "crawl", At(first_secure_->port()), "bounded"));
  const auto* more = Find(report, "tls-endpoint", At(first_secure_->port()) + "@more");
  ASSERT_NE(more, nullptr);
  EXPECT_TRUE(more->facts.empty());
  EXPECT_NE(Find(report, "tls-endpoint", Subject(first_secure_, "127.0.0.8")), nullptr);
  EXPECT_EQ(Find(report, "tls-endpoint", Subject(first_secure_, "127.0.0.9")), nullptr);
}

TEST(Probe, ContactsNobodyElse) {
  const LoopbackServer other([](const std::string&) { return Answer("other"); });
  const LoopbackServer server([&](const std::string& request) {
    if (PathOf(request) == "/away") return Answer("", "Location: " + other.Url() + "\r\n", "302 F");
    return Answer("<a href=/away>x</a><a href=" + other.Url("/link") + ">y</a><img src=" +
                  other.Url("/i.png") + "><form action=" + other.Url("/f") + "></form>");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "http-route", "/away", "status"), 302);
  EXPECT_EQ(other.connections(), 0U);
}

TEST(Probe, AnOriginThatServesTheServiceIsSeen) {
  const auto page = [](const std::string&) { return Answer("<title>Permits</title>"); };
  const LoopbackServer front(page);
  const LoopbackServer open(page);
  const LoopbackServer closed([](const std::string&) { return Answer("no", "", "403 No"); });
  ProbeTarget target = TargetOf(front.Url());
  target.origins = {{"open", open.Url()}, {"closed", closed.Url()}, {"nowhere", "not an address"}};
  const Report report = MustProbe(target);
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "open", "same"));
  EXPECT_TRUE(Get<bool>(report, "origin-direct", "closed", "answers"));
  EXPECT_FALSE(Get<bool>(report, "origin-direct", "closed", "same"));
  EXPECT_EQ(Find(report, "origin-direct", "open")->vantage, trail::Vantage::kInside);
  EXPECT_EQ(Find(report, "origin-direct", "nowhere"), nullptr);
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

TEST(ProbeOfAHostileService, EndlessLinkSpacesAreBounded) {
  unsigned number = 0;
  const LoopbackServer server([&number](const std::string&) {
    std::string body;
    for (int i = 0; i < 50; ++i, ++number)
      body += "<a href=/p" + std::string(1 + number % 7, 'x') + std::to_string(number) + "/y" +
              std::to_string(i) + "?q=" + std::to_string(number) + ">x</a>";
    return Answer(body);
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
    return Answer(
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
    return Answer("", "Set-Cookie: visit=1; Secure\r\nSet-Cookie: visit=2\r\n");
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
  const LoopbackServer server([&](const std::string&) { return Answer(body); });
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
  const LoopbackServer server([&](const std::string&) { return Answer(body); });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
  EXPECT_LT(Get<int64_t>(report, "crawl", server.Authority(), "pages"), 8);
}

TEST(ProbeOfAHostileService, RedirectLoopsEnd) {
  const LoopbackServer server([](const std::string& request) {
    return Answer("", "Location: " + PathOf(request) + "x\r\n", "302 Found");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
}

TEST(ProbeOfAHostileService, HugeBodiesAndHeadersAreCutOff) {
  const LoopbackServer server([](const std::string& request) {
    if (PathOf(request) == "/header")
      return Answer("x", "X: " + std::string(400'000, 'a') + "\r\n");
    return Answer("<a href=/header>x</a>" + std::string(8U << 20U, ' '));
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
  EXPECT_THAT(WhyNothing(Answer("x", "X: " + std::string(400'000, 'a') + "\r\n")),
              HasSubstr("too large"));
  std::string many;
  for (int i = 0; i < 600; ++i) many += "X: a\r\n";
  EXPECT_THAT(WhyNothing(Answer("x", many)), HasSubstr("too large"));
  EXPECT_THAT(WhyNothing(""), HasSubstr("nothing answers"));
}

TEST(ProbeOfAHostileService, AnUnreadableAnswerInTheClearIsAnAnswer) {
  const Context context(MakeServerContext(86400 * 30, ""));
  const LoopbackServer secure([](const std::string&) { return Answer("hello"); }, context.get());
  const LoopbackServer plain(
      [](const std::string&) { return Answer("x", "X: " + std::string(400'000, 'a') + "\r\n"); });
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
    return [=](const std::string&) { return Answer(body, headers); };
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
    return Answer("<a href=/privacy>Privacy</a><form><input name=email></form>");
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
      return Answer("<a href=/u/Jane.Doe?t=s3cret>J</a><img src=//jane-doe.pages.example/x>");
    return Answer("<p>hello");
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
    return Answer(
        "<a href=/1a>1</a><a href=/2b>2</a><a href=/3c>3</a><a href=/4d>4</a>"
        "<a href=/5e>5</a><a href=/6f>6</a><a href=/7g>7</a>");
  });
  const Report report = MustProbe(TargetOf(server.Url()));
  EXPECT_EQ(Get<int64_t>(report, "crawl", server.Authority(), "failed"), 5);
  EXPECT_TRUE(Get<bool>(report, "crawl", server.Authority(), "bounded"));
}

}  // namespace
}  // namespace garant::harden

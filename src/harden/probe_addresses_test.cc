#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "harden/test_probe.h"

namespace garant::harden {
namespace {

// Two addresses of one name, each with its own server over TLS and in the clear.
class TwoAddresses : public testing::Test {
 protected:
  static constexpr const char* kHost = "permits.test";
  static std::string Sound(const std::string&) {
    return AnswerOf("<a href=/apply>Apply</a>", "Strict-Transport-Security: max-age=63072000\r\n");
  }
  std::string Redirect(const std::string& request) const {
    return AnswerOf("", "Location: https://" + At(first_secure_->port()) + PathOf(request) + "\r\n",
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
  const auto bare = [](const std::string&) { return AnswerOf("hello", "Set-Cookie: other=1\r\n"); };
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
    return AnswerOf("hello", std::string("Content-Type: text/html\r\n") + more);
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
    return AnswerOf("late");
  });
  const LoopbackServer plain([](const std::string&) { return AnswerOf("in clear"); }, nullptr,
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
    return AnswerOf("late");
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

}  // namespace
}  // namespace garant::harden

#include "server/request.h"

#include <gtest/gtest.h>

namespace garant::server {
namespace {

TEST(Targets, AreDecoded) {
  const auto target = ParseTarget("/api/v1/items/9.4%2D09?lang=fr&of=a+b%26&empty=&bare#x");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/v1/items/9.4-09");
  EXPECT_EQ(target->query.at("lang"), "fr");
  EXPECT_EQ(target->query.at("of"), "a b&");
  EXPECT_EQ(target->query.at("empty"), "");
  EXPECT_EQ(target->query.at("bare"), "");
  EXPECT_EQ(target->query.size(), 4U);
}

TEST(Targets, ThatAreUnsoundAreNone) {
  for (const char* target : {"", "*", "items", "http://127.0.0.1/", "/%", "/%4", "/%zz", "/%00",
                             "/a%0d%0ab", "/%ff", "/?a=1&a=2", "/?a=%", "/\x01", "/?\x7f=1"})
    EXPECT_FALSE(ParseTarget(target)) << target;
  EXPECT_TRUE(ParseTarget("/" + std::string(kLongestTarget - 1, 'a')));
  EXPECT_FALSE(ParseTarget("/" + std::string(kLongestTarget, 'a')));
}

TEST(Cookies, AreFoundByTheirWholeName) {
  EXPECT_EQ(CookieOf("a=1; garant-session=x ; b=2", "garant-session"), "x");
  EXPECT_EQ(CookieOf("garant-session=", "garant-session"), "");
  EXPECT_FALSE(CookieOf("not-garant-session=x", "garant-session"));
  EXPECT_FALSE(CookieOf("garant-session", "garant-session"));
  EXPECT_FALSE(CookieOf("garant-session=x; garant-session=y", "garant-session"));
  EXPECT_FALSE(CookieOf("", "garant-session"));
}

TEST(Hosts, AreOursByNameAndPort) {
  for (const char* host : {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"})
    EXPECT_TRUE(IsOwnHost(host, 8080, "")) << host;
  for (const char* host : {"", "localhost", "127.0.0.1", "localhost:80", "evil.example:8080",
                           "localhost.:8080", "127.0.0.1.evil.example:8080", "evil.example",
                           "[::1]", "localhost:8080:8080", ":8080", "127.0.0.2:8080"})
    EXPECT_FALSE(IsOwnHost(host, 8080, "")) << host;
  EXPECT_TRUE(IsOwnHost("localhost", 80, ""));
  EXPECT_TRUE(IsOwnHost("Proofs.example", 8080, "proofs.example"));
  EXPECT_TRUE(IsOwnHost("proofs.example:443", 8080, "proofs.example"));
  EXPECT_FALSE(IsOwnHost("other.example", 8080, "proofs.example"));
}

TEST(Languages, AreThePreferred) {
  using enum base::Language;
  EXPECT_EQ(LanguageOf(""), kEnglish);
  EXPECT_EQ(LanguageOf("fr"), kFrench);
  EXPECT_EQ(LanguageOf("fr-CA, en;q=0.8"), kFrench);
  EXPECT_EQ(LanguageOf("fr, en"), kFrench);
  EXPECT_EQ(LanguageOf("en, fr"), kEnglish);
  EXPECT_EQ(LanguageOf("en-CA,en;q=0.9,fr;q=0.8"), kEnglish);
  EXPECT_EQ(LanguageOf("en;q=0.3, fr;q=0.35"), kFrench);
  EXPECT_EQ(LanguageOf("fr;q=0"), kEnglish);
  EXPECT_EQ(LanguageOf("fr;q=x"), kEnglish);
  EXPECT_EQ(LanguageOf("fry"), kEnglish);
}

TEST(Accepting, APageIsWhatABrowserDoes) {
  EXPECT_TRUE(WantsPage("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  EXPECT_FALSE(WantsPage("*/*"));
  EXPECT_FALSE(WantsPage(""));
  EXPECT_FALSE(WantsPage("application/json, text/html;q=0.5"));
}

}  // namespace
}  // namespace garant::server

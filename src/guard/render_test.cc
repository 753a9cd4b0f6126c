#include "guard/render.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "guard/local_authority.h"

namespace garant::guard {
namespace {

std::unique_ptr<const service::Model> Example() {
  const std::string path = std::string(GARANT_SOURCE_DIR) + "/examples/parking-permits/garant.yaml";
  base::Diagnostics complaints;
  return service::Model::Parse(*base::ReadFile(path), path, complaints);
}

Stand Sound() {
  return {.folder = "/etc/garant/guard",
          .spool = "/run/garant/permits",
          .module = "/usr/lib/garant/module.so",
          .certificate = "/etc/garant/c.pem",
          .key = "/etc/garant/c.key",
          .origin = "http://127.0.0.1:8000",
          .host = "permits.rivermouth.example",
          .listen = "",
          .user = "www-data"};
}

TEST(Render, SaysWhatTheServiceFileAsksFor) {
  const auto model = Example();
  const auto rendered = Render(*model, Sound());
  ASSERT_TRUE(rendered) << rendered.error().ToString(base::Language::kEnglish);
  for (const char* line :
       {"garant on;", "garant_settings \"/etc/garant/guard/guard.json\";",
        "ssl_protocols TLSv1.2 TLSv1.3;", "listen [::]:443 ssl http2;",
        "return 308 https://permits.rivermouth.example$request_uri;", "server 127.0.0.1:8000;",
        "proxy_set_header traceparent $garant_traceparent;", "user www-data;",
        "add_header Strict-Transport-Security \"max-age=31536000; includeSubDomains\" always;"})
    EXPECT_NE(rendered->nginx.find(std::string(line) + "\n"), std::string::npos) << line;
  EXPECT_NE(rendered->settings.find("\"/clerk/sign-out\""), std::string::npos);
}

TEST(Render, RedirectsToThePortThatIsNotTheUsualOne) {
  const auto model = Example();
  Stand stand = Sound();
  stand.https_port = 8443;
  const auto rendered = Render(*model, stand);
  ASSERT_TRUE(rendered);
  EXPECT_NE(rendered->nginx.find("https://permits.rivermouth.example:8443$request_uri;"),
            std::string::npos);
}

TEST(Render, RefusesTextsThatNginxWouldReadAsMore) {
  const auto model = Example();
  for (const auto member : {&Stand::folder, &Stand::spool, &Stand::module, &Stand::certificate,
                            &Stand::key, &Stand::origin, &Stand::host, &Stand::user}) {
    for (const char* text : {"a\"; root /", "x;y", "$host", "a\nb", "{", "a\\b"}) {
      Stand stand = Sound();
      stand.*member = text;
      EXPECT_FALSE(Render(*model, stand)) << text;
    }
  }
  for (const char* origin :
       {"", "127.0.0.1:8000", "ftp://x", "http://", "http://a/b", "http://a b"}) {
    Stand stand = Sound();
    stand.origin = origin;
    EXPECT_FALSE(Render(*model, stand)) << origin;
  }
}

TEST(Difference, ShowsLinesWithThoseAround) {
  EXPECT_EQ(DifferenceOf("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(DifferenceOf("", "a\n"), "+ a\n");
  EXPECT_EQ(DifferenceOf("1\n2\n3\n4\nold\n6\n7\n8\n9\n", "1\n2\n3\n4\nnew\n6\n7\n8\n9\n"),
            "  3\n  4\n- old\n+ new\n  6\n  7\n");
}

class LocalAuthority : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "authorityXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static X509* Read(const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "r");
    X509* found = file == nullptr ? nullptr : PEM_read_X509(file, nullptr, nullptr, nullptr);
    if (file != nullptr) std::fclose(file);
    return found;
  }
  std::string folder_;
};

TEST_F(LocalAuthority, SignsACertificateThatVerifies) {
  const base::Time now = base::SystemClock().Now();
  const auto files = MakeLocalCertificate(folder_, "permits.test", now);
  ASSERT_TRUE(files);
  X509* authority = Read(files->authority);
  X509* certificate = Read(files->certificate);
  ASSERT_NE(authority, nullptr);
  ASSERT_NE(certificate, nullptr);
  X509_STORE* store = X509_STORE_new();
  X509_STORE_add_cert(store, authority);
  X509_STORE_CTX* context = X509_STORE_CTX_new();
  X509_STORE_CTX_init(context, store, certificate, nullptr);
  EXPECT_EQ(X509_verify_cert(context), 1) << X509_STORE_CTX_get_error(context);
  for (const char* host : {"permits.test", "localhost"})
    EXPECT_EQ(X509_check_host(certificate, host, 0, 0, nullptr), 1) << host;
  EXPECT_EQ(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_host(certificate, "other.test", 0, 0, nullptr), 0);
  X509_STORE_CTX_free(context);
  X509_STORE_free(store);
  X509_free(authority);
  X509_free(certificate);
  const auto mode = std::filesystem::status(files->key).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(LocalAuthority, KeepsItsCertificateUntilItIsNearItsEnd) {
  const base::Time now = base::SystemClock().Now();
  const auto files = MakeLocalCertificate(folder_, "permits.test", now);
  ASSERT_TRUE(files);
  const std::string first = *base::ReadFile(files->certificate);
  ASSERT_TRUE(MakeLocalCertificate(folder_, "permits.test", now + std::chrono::days{80}));
  EXPECT_EQ(*base::ReadFile(files->certificate), first);
  ASSERT_TRUE(MakeLocalCertificate(folder_, "permits.test", now + std::chrono::days{84}));
  const std::string second = *base::ReadFile(files->certificate);
  EXPECT_NE(second, first);
  ASSERT_TRUE(MakeLocalCertificate(folder_, "other.test", now + std::chrono::days{84}));
  EXPECT_NE(*base::ReadFile(files->certificate), second);
}

}  // namespace
}  // namespace garant::guard

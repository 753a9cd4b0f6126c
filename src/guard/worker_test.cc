#include "guard/worker.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/bytes.h"
#include "spool/reader.h"

namespace garant::guard {
namespace {

Settings TwoRoutes() {
  return {.service = "permits",
          .declared = "sha256:00",
          .session_cookie = "__Host-garant-permits",
          .routes = {{.match = "/", .part = "web", .methods = {"GET"}, .assurance = 0},
                     {.match = "/mine/{id}", .part = "web", .methods = {"GET"}, .assurance = 1}}};
}

class TheWorker : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "workerXXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    auto reader = spool::Reader::Open(folder_);
    ASSERT_TRUE(reader) << reader.error().ToString(base::Language::kEnglish);
    reader_ = std::move(*reader);
    auto writer = spool::Writer::Open(folder_, 64U << 10U, base::SystemClock());
    ASSERT_TRUE(writer) << writer.error().ToString(base::Language::kEnglish);
    worker_ = std::make_unique<Worker>(TwoRoutes(), std::move(*writer));
  }
  void TearDown() override {
    worker_.reset();
    reader_.reset();
    std::filesystem::remove_all(folder_);
  }

  // What the one request that was made left in the spool.
  spool::RequestRecord Recorded() {
    auto batch = reader_->Take(10);
    EXPECT_TRUE(batch);
    EXPECT_EQ(batch->records.size(), 1U);
    if (!batch || batch->records.size() != 1) return {};
    payload_ = batch->records[0].payload;
    EXPECT_TRUE(reader_->LetGo());
    const auto record = spool::Decode(payload_);
    EXPECT_TRUE(record);
    return record ? *record : spool::RequestRecord{};
  }

  std::string folder_;
  base::Bytes payload_;
  std::unique_ptr<spool::Reader> reader_;
  std::unique_ptr<Worker> worker_;
};

TEST_F(TheWorker, RecordsARequestOfADeclaredRouteWithoutItsPath) {
  Visit visit;
  const base::Time began = *base::ParseTime("2026-11-23T20:30:00Z");
  const std::vector<std::string_view> parents = {
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
  const auto ticks = std::chrono::steady_clock::now();
  worker_->Begin({.now = began,
                  .ticks = ticks,
                  .path = "/mine/7",
                  .cookies = "a=b; __Host-garant-permits=0123456789abcdef0123456789abcdef",
                  .traceparents = parents,
                  .tracestates = {}},
                 visit);
  EXPECT_FALSE(visit.new_session);
  worker_->End(visit, {.ticks = ticks + std::chrono::milliseconds{3},
                       .upstream = std::chrono::milliseconds{2},
                       .received = 100,
                       .sent = 200,
                       .method = "GET",
                       .path = "/mine/7",
                       .client = "192.0.2.1",
                       .status = 200,
                       .asked = true,
                       .http = 20,
                       .tls = 13});
  const spool::RequestRecord record = Recorded();
  EXPECT_EQ(record.time, began);
  EXPECT_EQ(record.duration, std::chrono::milliseconds{3});
  EXPECT_EQ(record.route, "/mine/{id}");
  EXPECT_EQ(record.part, "web");
  EXPECT_EQ(record.path, "");
  EXPECT_EQ(record.client, "192.0.2.1");
  EXPECT_EQ(record.session, "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(base::ToHex(record.trace), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(base::ToHex(record.parent), "00f067aa0ba902b7");
  EXPECT_TRUE(record.continued);
  EXPECT_EQ(record.outcome, spool::Outcome::kPassed);
  EXPECT_EQ(record.method, spool::Method::kGet);
}

TEST_F(TheWorker, RecordsThePathWhereNoRouteIsDeclared) {
  Visit visit;
  worker_->Begin({.path = "/unheard/of"}, visit);
  EXPECT_FALSE(visit.has_session);
  worker_->End(visit, {.method = "BREW", .path = "/unheard/of", .status = 404, .asked = true});
  const spool::RequestRecord record = Recorded();
  EXPECT_EQ(record.route, "");
  EXPECT_EQ(record.path, "/unheard/of");
  EXPECT_EQ(record.session, "");
  EXPECT_FALSE(record.continued);
  EXPECT_EQ(record.method, spool::Method::kOther);
}

TEST_F(TheWorker, MakesASessionWhereTheOneBroughtIsNone) {
  for (const char* cookies : {"", "__Host-garant-permits=", "__Host-garant-permits=0123",
                              "__Host-garant-permits=0123456789ABCDEF0123456789ABCDEF",
                              "__Host-garant-permits=0123456789abcdef0123456789abcdef; "
                              "__Host-garant-permits=ffffffffffffffffffffffffffffffff",
                              "x__Host-garant-permits=0123456789abcdef0123456789abcdef"}) {
    Visit visit;
    worker_->Begin({.path = "/mine/1", .cookies = cookies}, visit);
    EXPECT_TRUE(visit.has_session);
    EXPECT_TRUE(visit.new_session) << cookies;
    EXPECT_NE(std::string_view(visit.session.data(), visit.session.size()),
              "0123456789abcdef0123456789abcdef");
    worker_->End(visit, {.path = "/mine/1", .status = 200});
    EXPECT_EQ(Recorded().session, std::string_view(visit.session.data(), visit.session.size()));
  }
}

TEST_F(TheWorker, TellsWhatCameOfARequest) {
  struct Case {
    Departure departure;
    spool::Outcome outcome;
  };
  const Case cases[] = {
      {{.status = 200, .asked = true, .tls = 13}, spool::Outcome::kPassed},
      {{.status = 500, .asked = true, .tls = 13}, spool::Outcome::kPassed},
      {{.status = 308, .tls = 0}, spool::Outcome::kRedirected},
      {{.status = 308, .tls = 13}, spool::Outcome::kPassed},
      {{.status = 308, .asked = true, .tls = 0}, spool::Outcome::kPassed},
      {{.status = 400, .tls = 13}, spool::Outcome::kRefused},
      {{.status = 502, .asked = true, .tls = 13}, spool::Outcome::kUnanswered},
      {{.status = 504, .asked = true, .tls = 13}, spool::Outcome::kUnanswered},
      {{.status = 499, .asked = true, .tls = 13}, spool::Outcome::kAbandoned},
      {{.status = 200, .asked = true, .client_left = true, .tls = 13}, spool::Outcome::kAbandoned},
  };
  for (const Case& one : cases) {
    Visit visit;
    worker_->Begin({.path = "/"}, visit);
    worker_->End(visit, one.departure);
    EXPECT_EQ(Recorded().outcome, one.outcome) << one.departure.status;
  }
}

TEST(AWorker, WithoutASpoolServesAllTheSame) {
  Worker worker(TwoRoutes(), nullptr);
  Visit visit;
  worker.Begin({.path = "/mine/1"}, visit);
  worker.Beat({});
  worker.End(visit, {.status = 200});
  EXPECT_TRUE(visit.new_session);
}

}  // namespace
}  // namespace garant::guard

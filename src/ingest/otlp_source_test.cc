#include "ingest/otlp_source.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ingest/listening.h"
#include "ingest/otlp_inbox.h"
#include "ingest/test_otlp.h"
#include "ingest/test_service.h"

namespace garant::ingest {
namespace {

OtlpPost Post(std::vector<std::string> records) {
  OtlpPost post;
  post.records = std::move(records);
  return post;
}

TEST(OtlpInbox, AnswersOnlyWhatWasLetGo) {
  OtlpInbox inbox(5);
  std::vector<std::string> told;
  const auto done = [&told](const char* name) {
    return [&told, name](OtlpInbox::Outcome how) {
      told.push_back(std::string(name) + (how.kept ? " kept " : " not ") +
                     std::to_string(how.rejected));
    };
  };
  ASSERT_TRUE(inbox.Offer(Post({"a", "b"}), done("first")));
  ASSERT_TRUE(inbox.Offer(Post({"c"}), done("second")));
  const LineBatch batch = inbox.Take(2);
  ASSERT_EQ(batch.lines.size(), 2U);
  EXPECT_EQ(batch.lines[0].sequence, 5U);
  EXPECT_EQ(batch.lines[1].sequence, 6U);
  EXPECT_TRUE(batch.more);
  inbox.Refused(6);
  EXPECT_TRUE(told.empty());
  inbox.LetGo();
  EXPECT_EQ(told, std::vector<std::string>{"first kept 1"});
  EXPECT_EQ(inbox.Take(2).lines.at(0).sequence, 7U);
  inbox.LetGo();
  EXPECT_EQ(told.back(), "second kept 0");
  inbox.LetGo();
  EXPECT_EQ(told.size(), 2U) << "each once";
}

TEST(OtlpInbox, TakesOnlySoManyAndGivesBackWhatNobodyTook) {
  OtlpInbox inbox(0);
  size_t refused = 0;
  const auto done = [&refused](OtlpInbox::Outcome how) { refused += how.kept ? 0 : 1; };
  std::vector<uint64_t> ids;
  for (size_t i = 0; i < OtlpInbox::kMost; ++i) {
    const auto id = inbox.Offer(Post({"a"}), done);
    ASSERT_TRUE(id.has_value());
    ids.push_back(id.value_or(0));
  }
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done)) << "it is full";
  EXPECT_EQ(inbox.Take(1).lines.size(), 1U);
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done)) << "one is being recorded";
  EXPECT_FALSE(inbox.Withdraw(ids[0])) << "it was taken";
  EXPECT_TRUE(inbox.Withdraw(ids[1]));
  EXPECT_FALSE(inbox.Withdraw(ids[1]));
  inbox.Close();
  EXPECT_EQ(refused, OtlpInbox::kMost - 2);
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done)) << "it is closed";
}

TEST(OtlpInbox, HoldsABoundedAmount) {
  OtlpInbox inbox(0);
  const auto done = [](OtlpInbox::Outcome) {};
  const std::string large(OtlpInbox::kMostBytes / 2, 'x');
  EXPECT_TRUE(inbox.Offer(Post({large, large, large}), done)) << "one alone";
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done));
  (void)inbox.Take(1);
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done)) << "it is not recorded yet";
  inbox.LetGo();
  EXPECT_TRUE(inbox.Offer(Post({large}), done));
  const auto second = inbox.Offer(Post({large}), done);
  ASSERT_TRUE(second.has_value());
  EXPECT_FALSE(inbox.Offer(Post({"a"}), done));
  EXPECT_TRUE(inbox.Withdraw(second.value_or(0)));
  EXPECT_TRUE(inbox.Offer(Post({"a"}), done));
}

TEST(OtlpInbox, RingsWhileSomethingWaits) {
  OtlpInbox inbox(0);
  const auto rings = [&inbox] {
    pollfd bell{inbox.descriptor(), POLLIN, 0};
    return ::poll(&bell, 1, 0) == 1;
  };
  EXPECT_FALSE(rings());
  ASSERT_TRUE(inbox.Offer(Post({"a"}), [](OtlpInbox::Outcome) {}));
  ASSERT_TRUE(inbox.Offer(Post({"b"}), [](OtlpInbox::Outcome) {}));
  EXPECT_TRUE(rings());
  (void)inbox.Take(1);
  EXPECT_TRUE(rings());
  (void)inbox.Take(1);
  EXPECT_FALSE(rings());
}

class OtlpSourceTest : public testing::Test {
 protected:
  void Start(std::chrono::milliseconds patience = std::chrono::minutes(1)) {
    OtlpSettings settings;
    settings.listening = std::move(*ListenTcp({"127.0.0.1", 0}, Reach::kThisMachine));
    socklen_t size = sizeof(address_);
    ::getsockname(settings.listening->number(), reinterpret_cast<sockaddr*>(&address_), &size);
    settings.patience = patience;
    source_ = TakeOtlp(std::move(settings), clock_);
  }
  int Ask(const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)), 0);
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    return socket;
  }
  int Send(const std::string& body) {
    return Ask(
        "POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  // The status line's number, once it answers.
  static std::string Answer(int socket) {
    std::string text(4096, '\0');
    const ssize_t got = ::recv(socket, text.data(), text.size(), 0);
    text.resize(got > 0 ? static_cast<size_t>(got) : 0);
    return text.size() > 12 ? text.substr(9, 3) : "nothing";
  }
  static bool Answered(int socket, int milliseconds) {
    pollfd waiting{socket, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 1;
  }
  LineBatch Take() {
    pollfd bell{source_->Descriptors().at(0), POLLIN, 0};
    EXPECT_EQ(::poll(&bell, 1, 20'000), 1);
    auto batch = source_->Take(100);
    EXPECT_TRUE(batch);
    return std::move(*batch);
  }
  base::ManualClock clock_{kNow};
  std::unique_ptr<LineSource> source_;
  sockaddr_in address_{};
};

TEST_F(OtlpSourceTest, AnswersOnceItIsLetGo) {
  Start();
  EXPECT_EQ(source_->untaken(), Untaken::kRepeated);
  const int sender = Send(otlp::Logs(otlp::Log() + otlp::Log()));
  EXPECT_EQ(Take().lines.size(), 2U);
  EXPECT_FALSE(Answered(sender, 50)) << "it is not in the trail yet";
  ASSERT_TRUE(source_->LetGo());
  EXPECT_EQ(Answer(sender), "200");
  ::close(sender);
  ASSERT_TRUE(source_->Close());
}

TEST_F(OtlpSourceTest, SaysThatNobodyTookIt) {
  Start(std::chrono::milliseconds(20));
  const int impatient = Send(otlp::Logs(otlp::Log()));
  EXPECT_EQ(Answer(impatient), "503");
  EXPECT_TRUE(source_->Take(100)->lines.empty()) << "or it would be there twice";
  ::close(impatient);
}

TEST_F(OtlpSourceTest, WaitsForWhatWasTakenHoweverLongItTakes) {
  Start(std::chrono::milliseconds(1000));
  const int sender = Send(otlp::Logs(otlp::Log()));
  EXPECT_EQ(Take().lines.size(), 1U);
  EXPECT_FALSE(Answered(sender, 1300)) << "it may yet get into the trail";
  ASSERT_TRUE(source_->LetGo());
  EXPECT_EQ(Answer(sender), "200");
  ::close(sender);
}

TEST_F(OtlpSourceTest, EndsInOrderWithThoseWhoWait) {
  Start();
  const int sender = Send(otlp::Logs(otlp::Log()));
  pollfd bell{source_->Descriptors().at(0), POLLIN, 0};
  ASSERT_EQ(::poll(&bell, 1, 20'000), 1);
  ASSERT_TRUE(source_->Close());
  EXPECT_EQ(Answer(sender), "503");
  ::close(sender);
}

TEST_F(OtlpSourceTest, RefusesWhatIsNoHttpAndWhatItDoesNotServe) {
  Start();
  for (const auto& [request, status] :
       {std::pair{"\x16\x03\x01 a handshake\r\n\r\n", "400"},
        std::pair{"GET /v1/logs HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
        std::pair{"POST /v1/metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404"},
        std::pair{"POST /v1/logs HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n",
                  "403"}}) {
    const int sender = Ask(request);
    EXPECT_EQ(Answer(sender), status) << request;
    ::close(sender);
  }
  const int large =
      Ask("POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          "Content-Length: 999999999\r\n\r\n{");
  const LineBatch batch = Take();
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].reason, Reason::kTooLong);
  ASSERT_TRUE(source_->LetGo());
  EXPECT_EQ(Answer(large), "413");
  ::close(large);
}

}  // namespace
}  // namespace garant::ingest

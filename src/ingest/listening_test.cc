#include "ingest/listening.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "ingest/datagram_socket.h"
#include "ingest/line_socket.h"
#include "ingest/syslog_splitter.h"
#include "ingest/test_files.h"
#include "ingest/test_service.h"
#include "ingest/token_bucket.h"

namespace garant::ingest {
namespace {

using Strings = std::vector<std::string>;

class SocketTest : public testing::Test {
 protected:
  std::unique_ptr<LineSource> Open(Framing framing = Framing::kLines, uint64_t next = 0) {
    auto listening = ListenUnix(path_, SocketKind::kStream);
    EXPECT_TRUE(listening) << listening.error().message.en;
    LineSocketSettings settings;
    settings.listening = std::move(*listening);
    settings.unlink = path_;
    settings.framing = framing;
    settings.next[""] = next;
    return TakeLineSocket(std::move(settings));
  }
  int Connect(int type = SOCK_STREAM) {
    const int socket = ::socket(AF_UNIX, type, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return socket;
  }
  static void Send(int socket, std::string_view text) {
    EXPECT_EQ(::write(socket, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  static Strings Texts(const LineBatch& batch) {
    Strings out;
    for (const Line& line : batch.lines)
      out.push_back(std::to_string(line.sequence) + " " + line.bytes);
    return out;
  }
  TestFiles files_;
  std::string path_ = files_.Path("socket");
};

TEST_F(SocketTest, TakesLinesOfSeveralSenders) {
  auto source = Open(Framing::kLines, 10);
  EXPECT_EQ(source->untaken(), Untaken::kWaits);
  const int first = Connect();
  const int second = Connect();
  Send(first, "one\nno ");
  Send(second, "two\n");
  auto batch = source->Take(100);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->lines.at(0).sequence, 10U);
  EXPECT_EQ(batch->lines.at(1).sequence, 11U);
  EXPECT_EQ(source->Descriptors().size(), 3U);
  Send(first, "end");
  ::close(first);
  ::close(second);
  batch = source->Take(100);
  EXPECT_EQ(Texts(*batch), Strings{"12 no end"});
  EXPECT_EQ(source->Descriptors().size(), 1U);
}

TEST_F(SocketTest, LetsNoSenderKeepTheOthersFromBeingHeard) {
  auto source = Open();
  const int loud = Connect();
  const int quiet = Connect();
  std::string flood;
  for (int i = 0; i < 100; ++i) flood += "loud\n";
  Send(quiet, "quiet\n");
  bool heard = false;
  for (int i = 0; i < 3 && !heard; ++i) {
    Send(loud, flood);
    const auto batch = source->Take(10);
    for (const Line& line : batch->lines) heard = heard || line.bytes == "quiet";
  }
  EXPECT_TRUE(heard);
  ::close(loud);
  ::close(quiet);
}

TEST_F(SocketTest, EndsASenderThatCannotBeFollowed) {
  auto source = Open(Framing::kSyslog);
  const int sender = Connect();
  Send(sender, "6 <1>1 a99999999 x");
  auto batch = source->Take(100);
  ASSERT_EQ(batch->lines.size(), 2U);
  EXPECT_EQ(batch->lines[0].bytes, "<1>1 a");
  EXPECT_EQ(batch->lines[1].refused, Reason::kNotSyslog);
  EXPECT_EQ(source->Descriptors().size(), 1U);
  ::close(sender);
}

TEST_F(SocketTest, TakesThePlaceOfADeadSocketOnly) {
  auto source = Open();
  EXPECT_EQ(ListenUnix(path_, SocketKind::kStream).error().code, base::Code::kConflict);
  source.reset();
  EXPECT_FALSE(base::Exists(path_));
  {
    auto left = ListenUnix(path_, SocketKind::kDatagram);  // nobody unlinks it
    ASSERT_TRUE(left);
    EXPECT_EQ(ListenUnix(path_, SocketKind::kDatagram).error().code, base::Code::kConflict);
    struct stat about {};
    ASSERT_EQ(::stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0660U);
  }
  EXPECT_TRUE(ListenUnix(path_, SocketKind::kDatagram));
  ::unlink(path_.c_str());
  files_.Append("a file", "socket");
  EXPECT_EQ(ListenUnix(path_, SocketKind::kStream).error().code, base::Code::kConflict);
  EXPECT_TRUE(base::Exists(path_));
  EXPECT_EQ(ListenUnix(std::string(200, 'x'), SocketKind::kStream).error().code,
            base::Code::kInvalid);
}

TEST_F(SocketTest, TakesDatagramsAndCountsThoseThatAreTooMany) {
  base::ManualClock clock{kNow};
  DatagramSettings settings;
  settings.listening = std::move(*ListenUnix(path_, SocketKind::kDatagram));
  settings.unlink = path_;
  settings.rate = 1;  // and so five at once
  settings.next = 7;
  auto source = TakeDatagrams(std::move(settings), clock);
  EXPECT_EQ(source->untaken(), Untaken::kLost);
  const int sender = Connect(SOCK_DGRAM);
  for (int i = 0; i < 8; ++i) Send(sender, "m" + std::to_string(i) + "\n");
  auto batch = source->Take(100);
  EXPECT_EQ(Texts(*batch), (Strings{"7 m0", "8 m1", "9 m2", "10 m3", "11 m4"}));
  ASSERT_EQ(batch->events.size(), 1U);
  EXPECT_EQ(batch->events[0].happening, Happening::kGap);
  EXPECT_EQ(batch->events[0].count, 3U);
  EXPECT_EQ(batch->events[0].reason, Reason::kOverRate);
  clock.Set(kNow + std::chrono::seconds(2));
  Send(sender, std::string(kLongestLine + 100, 'x'));
  batch = source->Take(100);
  ASSERT_EQ(batch->lines.size(), 1U);
  EXPECT_EQ(batch->lines[0].length, kLongestLine + 100);
  EXPECT_EQ(batch->lines[0].bytes.size(), kLongestLine);
  EXPECT_TRUE(batch->events.empty());
  ::close(sender);
}

TEST(Endpoint, IsANumericAddressWithAPort) {
  const auto parsed = [](std::string_view text) {
    const auto endpoint = ParseEndpoint(text);
    return endpoint ? endpoint->host + " " + std::to_string(endpoint->port) : "none";
  };
  EXPECT_EQ(parsed("127.0.0.1:4318"), "127.0.0.1 4318");
  EXPECT_EQ(parsed("[::1]:514"), "::1 514");
  for (const char* bad : {"localhost:1", "127.0.0.1", "127.0.0.1:", ":1", "127.0.0.1:0", "::1:1",
                          "127.0.0.1:65536", "127.0.0.1:1x", "[::1]", "[]:1", "[:1", ""})
    EXPECT_EQ(parsed(bad), "none") << bad;
}

TEST(Endpoint, KeepsWhatNobodyProtectsOnThisMachine) {
  for (const char* host : {"0.0.0.0", "::", "192.0.2.1"})
    EXPECT_EQ(ListenTcp({host, 1}, Reach::kThisMachine).error().code, base::Code::kInvalid) << host;
  EXPECT_EQ(ListenTcp({"example.org", 1}, Reach::kAnywhere).error().code, base::Code::kInvalid);
  const auto one = ListenTcp({"127.0.0.1", 0}, Reach::kThisMachine);
  ASSERT_TRUE(one);
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  ASSERT_EQ(::getsockname((*one)->number(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const auto* four = reinterpret_cast<const sockaddr_in*>(&address);
  EXPECT_EQ(ListenTcp({"127.0.0.1", ntohs(four->sin_port)}, Reach::kThisMachine).error().code,
            base::Code::kConflict);
}

Strings Split(const Strings& chunks) {
  Strings out;
  SyslogSplitter splitter;
  const auto give = [&](const Line& line) {
    out.push_back((line.refused ? std::string(ReasonName(*line.refused)) + ":" : "") + line.bytes);
  };
  for (const std::string& chunk : chunks) splitter.Feed(chunk, give);
  if (const auto rest = splitter.Rest()) give(*rest);
  if (splitter.lost()) out.emplace_back("lost");
  return out;
}

TEST(SyslogSplitter, TakesBothFramings) {
  EXPECT_EQ(Split({"5 <1>1 5 <2>1\n<3>1 x\r\n\n\n3 a\nb<4>1\n"}),
            (Strings{"<1>1 ", "<2>1\n", "<3>1 x", "a\nb", "<4>1"}));
  const std::string text = "11 <1>1 a\nb c\n<3>1 x\n4 abcd";
  const Strings whole = Split({text});
  EXPECT_EQ(whole, (Strings{"<1>1 a\nb c\n", "<3>1 x", "abcd"}));
  for (size_t at = 0; at <= text.size(); ++at)
    EXPECT_EQ(Split({text.substr(0, at), text.substr(at)}), whole) << at;
}

TEST(SyslogSplitter, SaysWhatIsCutOff) {
  EXPECT_EQ(Split({"9 <1>1"}), Strings{"cut-off:<1>1"});
  EXPECT_EQ(Split({"<1>1"}), Strings{"cut-off:<1>1"});
  EXPECT_EQ(Split({"12"}), Strings{"cut-off:12"});
  EXPECT_EQ(Split({"3 abc"}), Strings{"abc"});
}

TEST(SyslogSplitter, IsLostOverALengthThatCannotBe) {
  EXPECT_EQ(Split({"1048577 x"}), (Strings{"not-syslog:1048577", "lost"}));
  EXPECT_EQ(Split({"99999999 x\n<1>1\n"}), (Strings{"not-syslog:9999999", "lost"}));
  EXPECT_EQ(Split({"12x\n<1>1\n"}), (Strings{"12x", "<1>1"})) << "it was no length";
  EXPECT_EQ(Split({"0 <1>1\n"}), Strings{"0 <1>1"});
}

TEST(SyslogSplitter, HoldsABoundedPart) {
  std::vector<Line> lines;
  SyslogSplitter splitter;
  const std::string big(kLongestLine + 5, 'x');
  for (const std::string& text : {std::to_string(big.size()) + " " + big, "<" + big + "\n"})
    splitter.Feed(text, [&](Line line) { lines.push_back(std::move(line)); });
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].length, kLongestLine + 5);
  EXPECT_EQ(lines[1].length, kLongestLine + 6);
  for (const Line& line : lines) EXPECT_EQ(line.bytes.size(), kLongestLine);
}

TEST(TokenBucket, FillsByTheClockAndOwesWhatCameAtOnce) {
  TokenBucket bucket(10, kNow);
  EXPECT_EQ(bucket.Held(kNow), 50U);
  bucket.Take(70);
  EXPECT_EQ(bucket.Held(kNow), 0U);
  EXPECT_EQ(bucket.Wait(), std::chrono::seconds(3)) << "twenty-one at ten a second";
  EXPECT_EQ(bucket.Held(kNow - std::chrono::hours(1)), 0U) << "a clock that was set back";
  EXPECT_EQ(bucket.Held(kNow - std::chrono::hours(1) + std::chrono::seconds(3)), 10U);
  EXPECT_EQ(bucket.Held(kNow + std::chrono::hours(1)), 50U);
}

}  // namespace
}  // namespace garant::ingest

#include "feed/destination.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/file.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Descriptor;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "garant-feed-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    top_ = name;
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(top_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const char* name) const { return top_ + "/" + name; }

 private:
  std::string top_;
};

// Listens on the loopback, and reads when it is told to.
class Receiver {
 public:
  Receiver() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.number(), any, sizeof address), 0);
    EXPECT_EQ(::listen(listener_.number(), 4), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_.number(), any, &size), 0);
    port_ = std::to_string(ntohs(address.sin_port));
  }

  [[nodiscard]] Address address() const { return {Address::Kind::kTcp, {}, "127.0.0.1", port_}; }
  void Accept() {
    accepted_ = std::make_unique<Descriptor>(::accept(listener_.number(), nullptr, nullptr));
    EXPECT_GE(accepted_->number(), 0);
  }
  [[nodiscard]] std::string Read(size_t bytes) const {
    std::string text(bytes, '\0');
    size_t got = 0;
    while (got < bytes) {
      const ssize_t more = ::read(accepted_->number(), text.data() + got, bytes - got);
      if (more <= 0) break;
      got += static_cast<size_t>(more);
    }
    text.resize(got);
    return text;
  }
  // With bytes unread that breaks the connection, as when a process is killed.
  void Close() { accepted_.reset(); }

 private:
  Descriptor listener_;
  std::unique_ptr<Descriptor> accepted_;
  std::string port_;
};

bool Never(milliseconds) { return false; }

std::unique_ptr<Destination> Open(const Address& address, milliseconds settle,
                                  Pause pause = Never) {
  DestinationOptions options;
  options.settle = settle;
  auto opened = OpenDestination(address, options, std::move(pause));
  EXPECT_TRUE(opened);
  return std::move(*opened);
}

// What the kernel does between two sockets takes no time that could be said beforehand.
bool Until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!holds())
    if (std::chrono::steady_clock::now() > end) return false;
  return true;
}

TEST(Address, IsReadAsItIsWritten) {
  const auto tls = ParseAddress("tls://logs.example:6514");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->kind, Address::Kind::kTls);
  EXPECT_EQ(tls->host + " " + tls->port, "logs.example 6514");
  EXPECT_EQ(ParseAddress("tcp://[::1]:514")->host, "::1");
  EXPECT_EQ(ParseAddress("unix:/run/log")->path, "/run/log");
  EXPECT_EQ(ParseAddress("-")->kind, Address::Kind::kOutput);
  EXPECT_EQ(ParseAddress("events.json")->kind, Address::Kind::kFile);
  for (const char* text : {"", "udp://a:1", "tcp://a", "tcp://a:", "tcp://:1", "tcp://a:0",
                           "tcp://a:65536", "tcp://::1:514", "tls://a:x", "unix:"})
    EXPECT_FALSE(ParseAddress(text)) << text;
}

TEST(File, IsNewUnlessAnExportGoesOnThere) {
  const Folder folder;
  const std::string path = folder / "events";
  const Address address = *ParseAddress(path);
  const auto first = FileDestination(address, false);
  ASSERT_TRUE(first->Connect());
  ASSERT_TRUE(first->Send("one\ntwo\nthr"));
  EXPECT_EQ(*first->Taken(), 11U);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto refused = FileDestination(address, false)->Connect();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kConflict);
  EXPECT_NE(refused.error().message.en.find("name a new file"), std::string::npos);
  const auto second = FileDestination(address, true);
  ASSERT_TRUE(second->Connect());
  ASSERT_TRUE(second->Send("three\n"));
  EXPECT_EQ(*base::ReadFile(path), "one\ntwo\nthree\n") << "the torn line was cut off";
}

TEST(File, GoesOnUnderItsNameWhenItWasPutAway) {
  const Folder folder;
  const std::string path = folder / "events";
  const auto file = FileDestination(*ParseAddress(path), false);
  ASSERT_TRUE(file->Connect());
  ASSERT_TRUE(file->Send("one\n"));
  EXPECT_EQ(*file->Taken(), 4U);
  fs::rename(path, path + ".1");
  ASSERT_TRUE(file->Send("two\n"));
  EXPECT_EQ(*file->Taken(), 8U);
  ASSERT_TRUE(file->Send("three\n"));
  EXPECT_EQ(*file->Taken(), 14U);
  EXPECT_EQ(*base::ReadFile(path + ".1"), "one\ntwo\n");
  EXPECT_EQ(*base::ReadFile(path), "three\n");
}

TEST(File, IsLeftAloneWhereItHoldsNoLines) {
  const Folder folder;
  const std::string path = folder / "photo";
  ASSERT_TRUE(base::WriteFileDurably(path, std::string(2U << 20U, 'x')));
  EXPECT_FALSE(FileDestination(*ParseAddress(path), true)->Connect());
  EXPECT_EQ(fs::file_size(path), 2U << 20U);
}

TEST(Connection, CountsAsTakenWhatArrivedAndSettled) {
  Receiver receiver;
  const auto destination = Open(receiver.address(), milliseconds(0));
  ASSERT_TRUE(destination->Connect());
  receiver.Accept();
  ASSERT_TRUE(destination->Send("hello\n"));
  EXPECT_TRUE(Until([&] { return *destination->Taken() == 6; }));
  const auto patient = Open(receiver.address(), std::chrono::hours(1));
  ASSERT_TRUE(patient->Connect());
  ASSERT_TRUE(patient->Send("hello\n"));
  receiver.Accept();
  EXPECT_EQ(receiver.Read(6), "hello\n");
  EXPECT_EQ(*patient->Taken(), 0U) << "the receiver may still lose it";
}

TEST(Connection, AReceiverThatDiesWithBytesUnreadTookNothing) {
  Receiver receiver;
  const auto destination = Open(receiver.address(), std::chrono::hours(1));
  ASSERT_TRUE(destination->Connect());
  receiver.Accept();
  ASSERT_TRUE(destination->Send("one\ntwo\n"));
  EXPECT_EQ(receiver.Read(4), "one\n");
  receiver.Close();
  EXPECT_TRUE(Until([&] { return !destination->Taken(); }));
  EXPECT_FALSE(destination->Finish());
  ASSERT_TRUE(destination->Connect()) << "and may come back";
  EXPECT_EQ(*destination->Taken(), 0U);
}

TEST(Connection, AReceiverThatClosesInItsTurnTookEverything) {
  Receiver receiver;
  const auto destination = Open(receiver.address(), std::chrono::hours(1));
  ASSERT_TRUE(destination->Connect());
  receiver.Accept();
  ASSERT_TRUE(destination->Send("one\ntwo\n"));
  std::string got;
  std::thread reading([&] {
    got = receiver.Read(100);  // to the end
    receiver.Close();
  });
  EXPECT_TRUE(destination->Finish());
  reading.join();
  EXPECT_EQ(got, "one\ntwo\n");
  EXPECT_EQ(*destination->Taken(), 8U);
}

// Whichever of the two is quicker.
TEST(Connection, ClosesInOrderHoweverQuickTheReceiverIs) {
  for (int i = 0; i < 300; ++i) {
    Receiver receiver;
    const auto destination = Open(receiver.address(), std::chrono::hours(1));
    ASSERT_TRUE(destination->Connect());
    receiver.Accept();
    std::thread reading([&] {
      EXPECT_EQ(receiver.Read(100), "one\n");
      receiver.Close();
    });
    EXPECT_TRUE(destination->Send("one\n"));
    EXPECT_TRUE(destination->Finish()) << i;
    reading.join();
  }
}

TEST(Connection, AReceiverThatStaysOpenIsGivenTimeToSettle) {
  Receiver receiver;
  const auto destination = Open(receiver.address(), milliseconds(50));
  ASSERT_TRUE(destination->Connect());
  receiver.Accept();
  ASSERT_TRUE(destination->Send("one\n"));
  EXPECT_TRUE(destination->Finish());
  EXPECT_EQ(*destination->Taken(), 4U);
}

TEST(Connection, WaitsForASlowReceiverUntilItShallEnd) {
  Receiver receiver;
  int asked = 0;
  const auto destination =
      Open(receiver.address(), milliseconds(0), [&](milliseconds) { return ++asked > 2; });
  ASSERT_TRUE(destination->Connect());
  receiver.Accept();
  const auto sent = destination->Send(std::string(64U << 20U, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, Code::kConflict);
  EXPECT_EQ(asked, 3);
  EXPECT_LT(*destination->Taken(), 64U << 20U);
}

TEST(Connection, SaysThatNobodyIsThere) {
  const Folder folder;
  for (const std::string& to : {"unix:" + folder / "nobody", "unix:/" + std::string(200, 'x'),
                                std::string("tcp://127.0.0.1:1")}) {
    const auto connected = Open(*ParseAddress(to), milliseconds(0))->Connect();
    ASSERT_FALSE(connected) << to;
    EXPECT_EQ(connected.error().code, Code::kIo);
  }
}

TEST(Connection, OverAUnixSocketIsTakenWhatWasRead) {
  const Folder folder;
  const std::string path = folder / "socket";
  const Descriptor listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.number(), 1), 0);
  const auto destination = Open(*ParseAddress("unix:" + path), milliseconds(0));
  ASSERT_TRUE(destination->Connect());
  const Descriptor accepted(::accept(listener.number(), nullptr, nullptr));
  ASSERT_TRUE(destination->Send("hello\n"));
  EXPECT_EQ(*destination->Taken(), 0U) << "nobody has read it";
  char got[6];
  ASSERT_EQ(::read(accepted.number(), got, sizeof got), 6);
  EXPECT_EQ(*destination->Taken(), 6U);
}

TEST(Connection, TlsNeedsFilesThatAreOfUse) {
  DestinationOptions options;
  options.tls.authorities = "/nowhere.pem";
  EXPECT_FALSE(OpenDestination(*ParseAddress("tls://127.0.0.1:1"), options, Never));
}

}  // namespace
}  // namespace garant::feed

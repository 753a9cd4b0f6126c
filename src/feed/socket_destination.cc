#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>

#include "base/file.h"
#include "feed/destination.h"
#include "feed/wire.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kToConnect{10'000};
constexpr milliseconds kToFinish{10'000};
constexpr milliseconds kLook{200};
constexpr milliseconds kOften{20};
constexpr int kFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

using Socket = std::unique_ptr<Descriptor>;

Result<Socket> ConnectTo(int family, const sockaddr* address, socklen_t length) {
  auto socket = std::make_unique<Descriptor>(::socket(family, kFlags, 0));
  if (socket->number() < 0) return Gone(base::SystemText(errno));
  if (::connect(socket->number(), address, length) == 0) return socket;
  if (errno != EINPROGRESS) return Gone(base::SystemText(errno));
  pollfd ready{socket->number(), POLLOUT, 0};
  if (::poll(&ready, 1, static_cast<int>(kToConnect.count())) <= 0)
    return Gone(base::SystemText(ETIMEDOUT));
  int problem = 0;
  socklen_t size = sizeof problem;
  ::getsockopt(socket->number(), SOL_SOCKET, SO_ERROR, &problem, &size);
  if (problem != 0) return Gone(base::SystemText(problem));
  return socket;
}

Result<Socket> ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Gone(base::SystemText(ENAMETOOLONG));
  std::memcpy(address.sun_path, path.data(), path.size());
  return ConnectTo(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// At the first address that answers.
Result<Socket> ConnectTcp(const Address& to) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int problem = ::getaddrinfo(to.host.c_str(), to.port.c_str(), &hints, &found);
      problem != 0)
    return Gone({::gai_strerror(problem), ::gai_strerror(problem)});
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  Result<Socket> socket = Gone(base::SystemText(EADDRNOTAVAIL));
  for (const addrinfo* one = found; one != nullptr && !socket; one = one->ai_next)
    socket = ConnectTo(one->ai_family, one->ai_addr, one->ai_addrlen);
  const int on = 1;
  if (socket) ::setsockopt((*socket)->number(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  return socket;
}

class Connection final : public Destination {
 public:
  Connection(Address to, const DestinationOptions& options, Pause pause,
             std::unique_ptr<TlsClient> tls)
      : to_(std::move(to)),
        settle_(options.settle),
        pause_(std::move(pause)),
        tls_(std::move(tls)) {}

  Status Connect() override {
    wire_.reset();
    sent_ = taken_ = 0;
    finished_ = false;
    lost_.reset();
    seen_.clear();
    Socket socket = TRY(to_.kind == Address::Kind::kUnix ? ConnectUnix(to_.path) : ConnectTcp(to_));
    wire_ = tls_ == nullptr ? PlainWire(std::move(socket))
                            : TRY(tls_->Connect(std::move(socket), to_.host, kToConnect));
    return Ok{};
  }

  Status Send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const size_t done = TRY(Remember(wire_->Write(bytes)));
      bytes.remove_prefix(done);
      sent_ += done;
      if (done != 0) continue;
      pollfd ready{wire_->number(), wire_->waits(), 0};
      if (::poll(&ready, 1, static_cast<int>(kLook.count())) < 0 && errno != EINTR)
        return Gone(base::SystemText(errno));
      if (pause_(milliseconds(0))) return Error{Code::kConflict, {}, {}};
      TRY(StillThere());
    }
    return Ok{};
  }

  Result<uint64_t> Taken() override {
    if (finished_) return sent_;
    TRY(StillThere());
    return Settled();
  }

  // A receiver that closes in its turn has read to the end; one that dies with bytes unread breaks
  // the connection instead.
  Status Finish() override {
    wire_->Close();
    const auto end = Steady::now() + std::min(settle_, kToFinish) + kLook;
    while (TRY(Look()) == Wire::Other::kThere && Settled() < sent_) {
      // Of what has arrived, only time is missing.
      const bool arrived = Acknowledged() == sent_ && settle_ <= kToFinish;
      if (Steady::now() >= end && !arrived)
        return Gone({"the receiver does not say that it took everything",
                     "le destinataire ne dit pas avoir tout reçu"});
      pollfd ready{wire_->number(), POLLIN, 0};
      ::poll(&ready, 1, static_cast<int>(kOften.count()));
    }
    finished_ = true;
    return Ok{};
  }

  [[nodiscard]] bool IsNetwork() const override { return true; }

 private:
  struct Seen {
    uint64_t bytes;
    Steady::time_point when;
  };

  // What had arrived long enough ago, over a connection that is there still.
  uint64_t Settled() {
    const Steady::time_point now = Steady::now();
    if (const uint64_t there = Acknowledged(); seen_.empty() || seen_.back().bytes < there)
      seen_.push_back({there, now});
    while (!seen_.empty() && now - seen_.front().when >= settle_) {
      taken_ = std::max(taken_, seen_.front().bytes);
      if (seen_.size() == 1) break;
      seen_.pop_front();
    }
    return taken_;
  }

  Status StillThere() {
    if (TRY(Look()) == Wire::Other::kThere) return Ok{};
    return Remember(Status(Gone({"the receiver closed it", "le destinataire l’a fermée"})));
  }

  // A socket tells of its end once: whoever asks again would take it for one in order.
  Result<Wire::Other> Look() {
    if (lost_) return *lost_;
    return Remember(wire_->Look());
  }
  template <typename T>
  Result<T> Remember(Result<T> result) {
    if (!result) lost_ = result.error();
    return result;
  }

  // Of what was sent, what no longer waits on this side: the receiver's system has it (over a Unix
  // socket: the receiver). TLS makes more bytes of it, so fewer are counted.
  [[nodiscard]] uint64_t Acknowledged() const {
    int waiting = 0;
    if (::ioctl(wire_->number(), SIOCOUTQ, &waiting) != 0 || waiting < 0) return 0;
    return sent_ - std::min(sent_, static_cast<uint64_t>(waiting));
  }

  Address to_;
  milliseconds settle_;
  Pause pause_;
  std::unique_ptr<TlsClient> tls_;
  std::unique_ptr<Wire> wire_;
  uint64_t sent_ = 0;
  uint64_t taken_ = 0;
  bool finished_ = false;
  std::optional<Error> lost_;
  std::deque<Seen> seen_;  // how much had arrived when
};

}  // namespace

Result<std::unique_ptr<Destination>> SocketDestination(const Address& address,
                                                       const DestinationOptions& options,
                                                       Pause pause) {
  std::unique_ptr<TlsClient> tls;
  if (address.kind == Address::Kind::kTls) tls = TRY(TlsClient::Load(options.tls));
  return std::unique_ptr<Destination>(
      std::make_unique<Connection>(address, options, std::move(pause), std::move(tls)));
}

}  // namespace garant::feed

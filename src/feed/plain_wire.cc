#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "feed/wire.h"

namespace garant::feed {
namespace {

using base::Result;

class Plain final : public Wire {
 public:
  explicit Plain(std::unique_ptr<base::Descriptor> socket) : socket_(std::move(socket)) {}

  Result<size_t> Write(std::string_view bytes) override {
    for (;;) {
      const ssize_t done = ::send(socket_->number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (done >= 0) return static_cast<size_t>(done);
      if (errno == EAGAIN || errno == EWOULDBLOCK) return size_t{0};
      if (errno != EINTR) return Gone(base::SystemText(errno));
    }
  }

  Result<Other> Look() override {
    std::array<char, 4096> said{};
    // What is sent back without end is somebody else's doing, and not waited for.
    for (int i = 0; i < kMostAtOnce; ++i) {
      const ssize_t got = ::recv(socket_->number(), said.data(), said.size(), MSG_DONTWAIT);
      if (got == 0) return Other::kClosed;
      if (got > 0 || errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return Other::kThere;
      return Gone(base::SystemText(errno));
    }
    return Other::kThere;
  }

  void Close() override { ::shutdown(socket_->number(), SHUT_WR); }
  [[nodiscard]] int number() const override { return socket_->number(); }
  [[nodiscard]] short waits() const override { return POLLOUT; }

 private:
  std::unique_ptr<base::Descriptor> socket_;
};

}  // namespace

std::unique_ptr<Wire> PlainWire(std::unique_ptr<base::Descriptor> socket) {
  return std::make_unique<Plain>(std::move(socket));
}

base::Error Gone(const base::Text& why) {
  return {base::Code::kIo,
          base::Filled("the connection is gone: {}", "la connexion est rompue : {}", {why}),
          {}};
}

}  // namespace garant::feed

#include <unistd.h>

#include <cerrno>

#include "ingest/stream.h"

namespace garant::ingest {
namespace {

class Plain final : public Stream {
 public:
  explicit Plain(std::unique_ptr<base::Descriptor> socket) : socket_(std::move(socket)) {}

  Got Read(std::span<char> out) override {
    for (;;) {
      const ssize_t got = ::read(socket_->number(), out.data(), out.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {State::kLater};
      if (got == 0) return {State::kEnded};
      if (got < 0) return {State::kBroken};
      return {State::kBytes, static_cast<size_t>(got)};
    }
  }
  [[nodiscard]] const std::string& sender() const override { return nobody_; }
  [[nodiscard]] bool ready() const override { return true; }
  [[nodiscard]] const base::Text& problem() const override { return none_; }
  [[nodiscard]] int number() const override { return socket_->number(); }

 private:
  std::unique_ptr<base::Descriptor> socket_;
  std::string nobody_;
  base::Text none_;
};

}  // namespace

std::unique_ptr<Stream> PlainStream(std::unique_ptr<base::Descriptor> socket) {
  return std::make_unique<Plain>(std::move(socket));
}

}  // namespace garant::ingest

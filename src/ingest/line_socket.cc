#include "ingest/line_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <list>

#include "base/file.h"
#include "ingest/line_splitter.h"

namespace garant::ingest {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr size_t kMostSenders = 64;
constexpr size_t kChunk = 64U << 10U;

Error CannotListen(const std::string& path, const base::Text& why, Code code = Code::kIo) {
  return Error{
      code, Filled("cannot listen at {}: {}", "impossible d’écouter à {} : {}", {path, why}), {}};
}

Result<sockaddr_un> AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path))
    return CannotListen(
        path,
        {"the name of a socket has 1 to 107 bytes", "le nom d’une prise compte de 1 à 107 octets"},
        Code::kInvalid);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* Plain(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Status MakeRoom(const std::string& path, const sockaddr_un& address) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return Ok{};
  const base::Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const bool dead = S_ISSOCK(about.st_mode) &&
                    ::connect(probe.number(), Plain(address), sizeof(address)) != 0 &&
                    errno == ECONNREFUSED;
  if (!dead)
    return CannotListen(path,
                        {"something is there already; name another place",
                         "il y a déjà quelque chose là; nommez un autre endroit"},
                        Code::kConflict);
  ::unlink(path.c_str());
  return Ok{};
}

class LineSocket final : public LineSource {
 public:
  LineSocket(std::string path, std::unique_ptr<base::Descriptor> listening, uint64_t next)
      : path_(std::move(path)), listening_(std::move(listening)), next_(next) {}
  ~LineSocket() override { ::unlink(path_.c_str()); }

  Result<LineBatch> Take(size_t most) override {
    LineBatch batch;
    Accept();
    for (auto sender = senders_.begin(); sender != senders_.end();) {
      const bool open = Read(*sender, most, batch);
      sender = open ? std::next(sender) : senders_.erase(sender);
    }
    return batch;
  }
  Status LetGo() override { return Ok{}; }
  Status Close() override { return Ok{}; }

  [[nodiscard]] std::vector<int> Descriptors() const override {
    std::vector<int> numbers = {listening_->number()};
    for (const Sender& sender : senders_) numbers.push_back(sender.socket->number());
    return numbers;
  }

 private:
  struct Sender {
    std::unique_ptr<base::Descriptor> socket;
    LineSplitter lines{0};
  };

  // Who comes when all places are taken waits.
  void Accept() {
    while (senders_.size() < kMostSenders) {
      auto socket = std::make_unique<base::Descriptor>(
          ::accept4(listening_->number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket->number() < 0) return;
      senders_.push_back({std::move(socket), LineSplitter(0)});
    }
  }

  // False where the sender has ended.
  bool Read(Sender& sender, size_t most, LineBatch& batch) {
    const auto give = [&](Line line) {
      line.sequence = next_++;
      batch.lines.push_back(std::move(line));
    };
    std::string chunk(kChunk, '\0');
    for (;;) {
      if (batch.lines.size() >= most) {
        batch.more = true;
        return true;
      }
      const ssize_t got = ::read(sender.socket->number(), chunk.data(), chunk.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
      if (got <= 0) {
        if (auto rest = sender.lines.Rest()) give(std::move(*rest));
        return false;
      }
      sender.lines.Feed(std::string_view(chunk).substr(0, static_cast<size_t>(got)), give);
    }
  }

  std::string path_;
  std::unique_ptr<base::Descriptor> listening_;
  uint64_t next_;
  std::list<Sender> senders_;
};

}  // namespace

Result<std::unique_ptr<LineSource>> OpenLineSocket(const std::string& path,
                                                   std::optional<uint64_t> taken) {
  const sockaddr_un address = TRY(AddressOf(path));
  TRY(MakeRoom(path, address));
  auto listening = std::make_unique<base::Descriptor>(
      ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool listens = listening->number() >= 0 &&
                       ::bind(listening->number(), Plain(address), sizeof(address)) == 0 &&
                       ::chmod(path.c_str(), 0660) == 0 &&
                       ::listen(listening->number(), kMostSenders) == 0;
  if (!listens) return CannotListen(path, base::SystemText(errno));
  return std::unique_ptr<LineSource>(
      std::make_unique<LineSocket>(path, std::move(listening), taken ? *taken + 1 : 0));
}

}  // namespace garant::ingest

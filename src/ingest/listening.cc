#include "ingest/listening.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace garant::ingest {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr int kWaiting = 64;

Error CannotListen(const std::string& where, const base::Text& why, Code code = Code::kIo) {
  return Error{
      code, Filled("cannot listen at {}: {}", "impossible d’écouter à {} : {}", {where, why}), {}};
}

template <typename Address>
const sockaddr* Plain(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
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

Status MakeRoom(const std::string& path, const sockaddr_un& address, int type) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return Ok{};
  const Descriptor probe(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
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

struct Numeric {
  sockaddr_storage address{};
  socklen_t size = 0;
  bool loopback = false;
};

std::optional<Numeric> NumericOf(const Endpoint& endpoint) {
  Numeric out;
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (::inet_pton(AF_INET, endpoint.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(endpoint.port);
    out.loopback = ntohl(four.sin_addr.s_addr) >> 24U == 127;
    out.size = sizeof(four);
    std::memcpy(&out.address, &four, sizeof(four));
    return out;
  }
  if (::inet_pton(AF_INET6, endpoint.host.c_str(), &six.sin6_addr) != 1) return {};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(endpoint.port);
  out.loopback = IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0;
  out.size = sizeof(six);
  std::memcpy(&out.address, &six, sizeof(six));
  return out;
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return {};
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return {};
  }
  Endpoint out{std::string(host), 0};
  const std::string_view port = text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (read.ec != std::errc{} || read.ptr != port.data() + port.size() || out.port == 0 ||
      !NumericOf(out))
    return {};
  return out;
}

Result<std::unique_ptr<Descriptor>> ListenTcp(const Endpoint& endpoint, Reach reach) {
  const std::string where = endpoint.host + ":" + std::to_string(endpoint.port);
  const auto numeric = NumericOf(endpoint);
  if (!numeric)
    return CannotListen(where,
                        {"a numeric address is expected, such as 127.0.0.1",
                         "une adresse numérique est attendue, comme 127.0.0.1"},
                        Code::kInvalid);
  if (reach == Reach::kThisMachine && !numeric->loopback)
    return CannotListen(where,
                        {"nothing says there who sends, and all can read it on the way; listen at "
                         "127.0.0.1 behind a front, or take syslog-tls",
                         "rien n’y dit qui envoie, et tous peuvent lire en chemin; écoutez à "
                         "127.0.0.1 derrière une façade, ou prenez syslog-tls"},
                        Code::kInvalid);
  auto listening = std::make_unique<Descriptor>(
      ::socket(numeric->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int one = 1;
  ::setsockopt(listening->number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  const bool listens = listening->number() >= 0 &&
                       ::bind(listening->number(), Plain(numeric->address), numeric->size) == 0 &&
                       ::listen(listening->number(), kWaiting) == 0;
  if (!listens)
    return CannotListen(where, base::SystemText(errno),
                        errno == EADDRINUSE ? Code::kConflict : Code::kIo);
  return listening;
}

Result<std::unique_ptr<Descriptor>> ListenUnix(const std::string& path, SocketKind kind) {
  const int type = kind == SocketKind::kStream ? SOCK_STREAM : SOCK_DGRAM;
  const sockaddr_un address = TRY(AddressOf(path));
  TRY(MakeRoom(path, address, type));
  auto listening =
      std::make_unique<Descriptor>(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const bool listens =
      listening->number() >= 0 &&
      ::bind(listening->number(), Plain(address), sizeof(address)) == 0 &&
      ::chmod(path.c_str(), 0660) == 0 &&
      (kind == SocketKind::kDatagram || ::listen(listening->number(), kWaiting) == 0);
  if (!listens) return CannotListen(path, base::SystemText(errno));
  return listening;
}

}  // namespace garant::ingest

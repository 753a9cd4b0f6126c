#include "harden/connect.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace garant::harden {
namespace {

using std::chrono::milliseconds;

std::string Numeric(const sockaddr* address, socklen_t size) {
  char text[NI_MAXHOST];
  if (getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return text;
}

std::string WithoutBrackets(const std::string& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return host.substr(1, host.size() - 2);
  return host;
}

struct AddressList {
  ~AddressList() {
    if (first != nullptr) freeaddrinfo(first);
  }
  addrinfo* first = nullptr;
};

int Look(const std::string& host, const std::string& port, int flags, AddressList& list) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  return getaddrinfo(host.c_str(), port.c_str(), &hints, &list.first);
}

bool Wait(int descriptor, short events, Deadline deadline) {
  pollfd waiting{descriptor, events, 0};
  int ready = 0;
  do {
    ready = poll(&waiting, 1, static_cast<int>(TimeLeft(deadline).count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

// 0, or the errno of the failure.
int ConnectTo(int descriptor, const addrinfo& address, Deadline deadline) {
  if (connect(descriptor, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!Wait(descriptor, POLLOUT, deadline)) return ETIMEDOUT;
  int failure = 0;
  socklen_t size = sizeof failure;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) return errno;
  return failure;
}

Socket Open(const addrinfo& address) {
  return Socket(socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool IsOwnAddress(int descriptor, const std::string& peer) {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size) != 0) return false;
  return Numeric(reinterpret_cast<const sockaddr*>(&local), size) == peer;
}

// The four bytes of an IPv4 address, also of one mapped into IPv6.
bool ReadV4(const std::string& address, uint8_t out[4]) {
  if (inet_pton(AF_INET, address.c_str(), out) == 1) return true;
  uint8_t long_form[16];
  if (inet_pton(AF_INET6, address.c_str(), long_form) != 1) return false;
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(long_form, kMapped, sizeof kMapped) != 0) return false;
  std::memcpy(out, long_form + 12, 4);
  return true;
}

}  // namespace

Deadline After(milliseconds time) { return std::chrono::steady_clock::now() + time; }

milliseconds TimeLeft(Deadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::clamp(left, milliseconds{0}, milliseconds{3'600'000});
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool Socket::Send(std::string_view bytes, Deadline deadline) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!Wait(descriptor_, POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

Socket::Received Socket::Receive(std::string& out, Deadline deadline) const {
  char buffer[16384];
  while (true) {
    const ssize_t count = recv(descriptor_, buffer, sizeof buffer, 0);
    if (count > 0) {
      out.append(buffer, static_cast<size_t>(count));
      return Received::kBytes;
    }
    if (count == 0) return Received::kClosed;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return Received::kBroken;
    if (!Wait(descriptor_, POLLIN, deadline)) return Received::kLate;
  }
}

void Socket::EndSending() const { shutdown(descriptor_, SHUT_WR); }

Addresses Resolve(const std::string& host) {
  Addresses found;
  AddressList list;
  if (Look(WithoutBrackets(host), "0", 0, list) != 0) return found;
  for (const addrinfo* each = list.first; each != nullptr; each = each->ai_next) {
    std::string address = Numeric(each->ai_addr, each->ai_addrlen);
    if (address.empty() ||
        std::find(found.list.begin(), found.list.end(), address) != found.list.end())
      continue;
    if (found.list.size() < kMostAddresses)
      found.list.push_back(std::move(address));
    else
      found.more = true;
  }
  return found;
}

Reach TryToReach(Endpoint& endpoint, milliseconds connect, Deadline deadline) {
  constexpr unsigned kTries = 2;
  AddressList list;
  if (Look(endpoint.address, std::to_string(endpoint.port), AI_NUMERICHOST, list) != 0)
    return Reach::kSilent;
  for (unsigned i = 0; i < kTries; ++i) {
    const Socket socket = Open(*list.first);
    const int failure =
        ConnectTo(socket.descriptor(), *list.first, std::min(deadline, After(connect)));
    if (failure == 0) {
      endpoint.same_machine = IsOwnAddress(socket.descriptor(), endpoint.address);
      return Reach::kConnected;
    }
    // A loopback address that is not there at all is as good as closed.
    if (failure == ECONNREFUSED || (failure != ETIMEDOUT && IsLoopbackAddress(endpoint.address)))
      return Reach::kRefused;
  }
  return Reach::kSilent;
}

base::Result<Socket> Connect(const Endpoint& endpoint, Deadline deadline) {
  AddressList list;
  if (Look(endpoint.address, std::to_string(endpoint.port), AI_NUMERICHOST, list) != 0)
    return base::Error{base::Code::kInvalid,
                       base::Filled("not a numeric address: {}", "pas une adresse numérique : {}",
                                    {endpoint.address}),
                       {}};
  Socket socket = Open(*list.first);
  if (const int failure = ConnectTo(socket.descriptor(), *list.first, deadline); failure != 0)
    return base::Error{
        base::Code::kIo,
        base::Filled("{}: {}", "{} : {}", {endpoint.Subject(), base::SystemText(failure)}),
        {}};
  return socket;
}

bool IsLoopbackAddress(const std::string& address) {
  uint8_t v4[4];
  return address == "::1" || (ReadV4(address, v4) && v4[0] == 127);
}

bool IsPrivateAddress(const std::string& address) {
  uint8_t v4[4];
  if (ReadV4(address, v4))
    return v4[0] == 10 || (v4[0] == 172 && (v4[1] & 0xf0U) == 16) ||
           (v4[0] == 192 && v4[1] == 168) || (v4[0] == 169 && v4[1] == 254) ||
           (v4[0] == 100 && (v4[1] & 0xc0U) == 64);
  uint8_t v6[16];
  if (inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), v6) != 1) return false;
  return (v6[0] & 0xfeU) == 0xfc || (v6[0] == 0xfe && (v6[1] & 0xc0U) == 0x80);
}

trail::Vantage VantageOf(const Endpoint& endpoint) {
  if (endpoint.same_machine || IsLoopbackAddress(endpoint.address))
    return trail::Vantage::kLoopback;
  return IsPrivateAddress(endpoint.address) ? trail::Vantage::kInside : trail::Vantage::kOutside;
}

}  // namespace garant::harden

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "harden/url.h"
#include "trail/observation.h"

// Resolved addresses and bounded connections to them.
namespace garant::harden {

using Deadline = std::chrono::steady_clock::time_point;

[[nodiscard]] Deadline After(std::chrono::milliseconds time);
[[nodiscard]] std::chrono::milliseconds TimeLeft(Deadline deadline);  // never negative

// An open, non-blocking TCP socket.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Socket& operator=(Socket&&) = delete;
  ~Socket();

  // Sends everything; false on any failure or at the deadline. Never raises a signal.
  [[nodiscard]] bool Send(std::string_view bytes, Deadline deadline) const;
  // Appends what has arrived, waiting for at least one byte; false where the connection closed or
  // broke or the deadline passed.
  enum class Received { kBytes, kClosed, kLate };
  [[nodiscard]] Received Receive(std::string& out, Deadline deadline) const;
  void EndSending() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// One address of a host: every connection of a run goes to the address that was found first.
struct Endpoint {
  std::string host;  // as in Url: the name in SNI and Host
  uint16_t port = 0;
  std::string address;  // numeric, without brackets
  bool same_machine = false;
  unsigned others = 0;  // further addresses of the host that are not looked at

  [[nodiscard]] std::string Subject() const { return host + ":" + std::to_string(port); }
};

enum class Reach { kConnected, kRefused, kSilent, kUnresolved };
struct Reached {
  Reach reach = Reach::kUnresolved;
  Endpoint endpoint;   // with an address unless kUnresolved
  std::string reason;  // where not connected
};
// Resolves the host and connects once to each of its addresses until one accepts.
[[nodiscard]] Reached FindEndpoint(const std::string& host, uint16_t port,
                                   std::chrono::milliseconds connect);

[[nodiscard]] base::Result<Socket> Connect(const Endpoint& endpoint, Deadline deadline);

// True for private, shared, link-local and unique-local addresses, which only some can reach.
[[nodiscard]] bool IsPrivateAddress(const std::string& address);
[[nodiscard]] bool IsLoopbackAddress(const std::string& address);
// From where an endpoint was looked at: kLoopback where both ends are on this machine, kInside
// where the address is private, else kOutside.
[[nodiscard]] trail::Vantage VantageOf(const Endpoint& endpoint);

}  // namespace garant::harden

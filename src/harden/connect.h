#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "harden/url.h"
#include "trail/entry/observation.h"

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
  // Appends what has arrived, waiting for at least one byte. kClosed: the other end said that it
  // has no more; kBroken: the connection was reset or failed, which says nothing of its will.
  enum class Received { kBytes, kClosed, kBroken, kLate };
  [[nodiscard]] Received Receive(std::string& out, Deadline deadline) const;
  void EndSending() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

// One port at one address of a host.
struct Endpoint {
  std::string host;  // as in Url: the name in SNI and Host
  uint16_t port = 0;
  std::string address;  // numeric, without brackets
  bool same_machine = false;
  bool several = false;  // the host has further addresses

  [[nodiscard]] std::string Subject() const { return host + ":" + std::to_string(port); }
  // The subject, and at which address where the host has several.
  [[nodiscard]] std::string At() const { return Subject() + (several ? "@" + address : ""); }
};

enum class Reach {
  kConnected,
  kRefused,
  kSilent,  // no answer within the time, or no way there
  kUnresolved,
};

struct Addresses {
  std::vector<std::string> list;  // numeric, in the order of preference; empty where unresolved
  bool more = false;              // the host has more than are looked at
};
inline constexpr size_t kMostAddresses = 8;
// Asks the system for a host's addresses, also of families that this machine cannot reach: what
// cannot be looked at must show.
[[nodiscard]] Addresses Resolve(const std::string& host);

// Connects, and once more where nothing came back.
[[nodiscard]] Reach TryToReach(Endpoint& endpoint, std::chrono::milliseconds connect,
                               Deadline deadline);

[[nodiscard]] base::Result<Socket> Connect(const Endpoint& endpoint, Deadline deadline);

// True for private, shared, link-local and unique-local addresses, which only some can reach.
[[nodiscard]] bool IsPrivateAddress(const std::string& address);
[[nodiscard]] bool IsLoopbackAddress(const std::string& address);
// From where an endpoint was looked at: kLoopback where both ends are on this machine, kInside
// where the address is private, else kOutside.
[[nodiscard]] trail::Vantage VantageOf(const Endpoint& endpoint);

}  // namespace garant::harden

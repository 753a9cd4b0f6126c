#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "feed/forms.h"

// Where events go.
namespace garant::feed {

// Waits for so long; true where the program shall end, from then on at once.
using Pause = std::function<bool(std::chrono::milliseconds)>;

class Destination {
 public:
  virtual ~Destination() = default;
  // Once, and again after it failed: what it had not taken must be sent again.
  virtual base::Status Connect() = 0;
  // Waits while the other side takes no more. kIo: it is gone. kConflict: the program shall end.
  virtual base::Status Send(std::string_view bytes) = 0;
  // How many of the bytes since Connect are taken, as far as this side can know.
  [[nodiscard]] virtual base::Result<uint64_t> Taken() = 0;
  // Nothing more comes: waits until everything is taken, or for so long as makes sense.
  virtual base::Status Finish() = 0;
  // Whether events travel in frames of syslog.
  [[nodiscard]] virtual bool IsNetwork() const = 0;
};

struct Address {
  enum class Kind : uint8_t { kOutput, kFile, kTcp, kTls, kUnix };
  Kind kind = Kind::kOutput;
  std::string path;  // of kFile and kUnix
  std::string host;  // of kTcp and kTls
  std::string port;
};
// "-", "tcp://host:port", "tls://host:port", "unix:/path", otherwise a file. kInvalid where it is
// none of these.
[[nodiscard]] base::Result<Address> ParseAddress(const std::string& text);
[[nodiscard]] std::string_view AddressKindName(Address::Kind kind);

struct TlsOptions {
  std::string authorities;  // PEM; the system's where empty
  std::string certificate;  // PEM, of this side; none where empty
  std::string key;
};
struct DestinationOptions {
  TlsOptions tls;
  // How long a connection must have held after a receiver's system took something, before it
  // counts as taken.
  std::chrono::milliseconds settle{10'000};
  bool append = false;  // to a file that is there; otherwise it must be new
};

// The standard output is written to as `descriptor`.
[[nodiscard]] base::Result<std::unique_ptr<Destination>> OpenDestination(
    const Address& address, const DestinationOptions& options, Pause pause);

[[nodiscard]] std::unique_ptr<Destination> FileDestination(const Address& address, bool append);
[[nodiscard]] base::Result<std::unique_ptr<Destination>> SocketDestination(
    const Address& address, const DestinationOptions& options, Pause pause);

}  // namespace garant::feed

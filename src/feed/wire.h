#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"
#include "feed/destination.h"

namespace garant::feed {

// A connection to a receiver, written and read without waiting. Errors: it is gone (kIo).
class Wire {
 public:
  virtual ~Wire() = default;
  // How many bytes went; 0 where it takes none now, and `waits` says for what (POLLIN, POLLOUT).
  [[nodiscard]] virtual base::Result<size_t> Write(std::string_view bytes) = 0;
  // What the other side did: nothing, or it closed in order. What it says is passed over.
  enum class Other : uint8_t { kThere, kClosed };
  [[nodiscard]] virtual base::Result<Other> Look() = 0;
  // Says that nothing more comes.
  virtual void Close() = 0;
  [[nodiscard]] virtual int number() const = 0;
  [[nodiscard]] virtual short waits() const = 0;
};

[[nodiscard]] std::unique_ptr<Wire> PlainWire(std::unique_ptr<base::Descriptor> socket);

// The sending end of TLS 1.2 or later; the receiver's certificate must be of `host`.
class TlsClient {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<TlsClient>> Load(const TlsOptions& options);
  virtual ~TlsClient() = default;
  // Waits for the handshake, at most `patience`.
  [[nodiscard]] virtual base::Result<std::unique_ptr<Wire>> Connect(
      std::unique_ptr<base::Descriptor> socket, const std::string& host,
      std::chrono::milliseconds patience) const = 0;
};

// Reads of what a receiver sends back, for one look.
constexpr int kMostAtOnce = 64;

// "the connection is gone: …".
[[nodiscard]] base::Error Gone(const base::Text& why);

}  // namespace garant::feed

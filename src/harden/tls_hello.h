#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// A ClientHello written by hand and the server's first answer to it: our own TLS library refuses to
// offer much of what an endpoint must not accept.
namespace garant::harden {

inline constexpr uint16_t kSsl3 = 0x0300;
inline constexpr uint16_t kTls12 = 0x0303;

// A TLS record with one ClientHello (RFC 5246 section 7.4.1.2) that offers at most `version` and
// exactly these suites. `server_name` is left out where it is empty or `version` is SSL 3.0.
[[nodiscard]] std::string ClientHello(uint16_t version, std::span<const uint16_t> suites,
                                      const std::string& server_name);

struct ServerHello {
  uint16_t version = 0;
  uint16_t suite = 0;
};
enum class HelloAnswer { kMore, kAccepted, kRefused };
// Reads untrusted bytes that have arrived so far; kRefused for an alert and for what is not TLS.
[[nodiscard]] HelloAnswer ReadServerHello(std::string_view bytes, ServerHello& hello);

struct WeakSuite {
  uint16_t id;
  std::string_view name;  // as IANA registers it
};
// Suites without forward secrecy, authenticated encryption, encryption or authentication.
[[nodiscard]] std::span<const WeakSuite> WeakSuites();

}  // namespace garant::harden

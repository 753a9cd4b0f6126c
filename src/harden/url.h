#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace garant::harden {

// An absolute address of the web. Nothing else than http and https is ever represented, and no
// user name or password.
struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address stands in brackets
  uint16_t port = 0;
  std::string path = "/";  // percent-encoded, dot segments removed
  std::string query;       // without the question mark

  [[nodiscard]] bool secure() const { return scheme == "https"; }
  // "host:port", always with the port.
  [[nodiscard]] std::string Authority() const;
  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] Url WithPath(std::string new_path) const;
  bool operator==(const Url&) const = default;
};

// Takes untrusted text; gives nothing for relative, malformed or over-long (8 KiB) addresses.
[[nodiscard]] std::optional<Url> ParseUrl(std::string_view text);
// A reference found in a page or header, against the address that it was found at (RFC 3986
// section 5); the fragment is dropped. Gives nothing for mailto:, javascript: and the like.
[[nodiscard]] std::optional<Url> ResolveUrl(const Url& base, std::string_view reference);

}  // namespace garant::harden

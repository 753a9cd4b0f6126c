#include "feed/destination.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

bool IsPort(std::string_view text) {
  constexpr uint32_t kMost = 65535;
  constexpr size_t kDigits = 5;
  if (text.empty() || text.size() > kDigits) return false;
  uint32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<uint32_t>(c - '0');
  }
  return number > 0 && number <= kMost;
}

Result<Address> Network(Address::Kind kind, const std::string& text, std::string_view rest) {
  const size_t colon = rest.rfind(':');
  Address address{.kind = kind, .path = {}, .host = {}, .port = {}};
  if (colon != std::string_view::npos) {
    address.host = rest.substr(0, colon);
    address.port = rest.substr(colon + 1);
  }
  if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']')
    address.host = address.host.substr(1, address.host.size() - 2);
  else if (address.host.find(':') != std::string::npos)
    address.host.clear();
  if (!address.host.empty() && IsPort(address.port)) return address;
  return Error{Code::kInvalid,
               Filled("'{}' names no host and port, as tcp://logs.example:6514 or "
                      "tls://[::1]:6514 do",
                      "« {} » ne nomme pas un hôte et un port, comme le font "
                      "tcp://logs.example:6514 ou tls://[::1]:6514",
                      {text}),
               {}};
}

}  // namespace

Result<Address> ParseAddress(const std::string& text) {
  const std::string_view all = text;
  if (all == "-") return Address{};
  if (all.starts_with("tcp://")) return Network(Address::Kind::kTcp, text, all.substr(6));
  if (all.starts_with("tls://")) return Network(Address::Kind::kTls, text, all.substr(6));
  const bool socket = all.starts_with("unix:");
  const std::string_view path = socket ? all.substr(5) : all;
  const bool scheme = !socket && all.find("://") != std::string_view::npos;
  if (path.empty() || scheme)
    return Error{Code::kInvalid,
                 Filled("'{}' is no destination: it takes a file, - for the standard output, "
                        "tcp://HOST:PORT, tls://HOST:PORT or unix:PATH",
                        "« {} » n’est pas une destination : il faut un fichier, - pour la sortie "
                        "standard, tcp://HÔTE:PORT, tls://HÔTE:PORT ou unix:CHEMIN",
                        {text}),
                 {}};
  return Address{.kind = socket ? Address::Kind::kUnix : Address::Kind::kFile,
                 .path = std::string(path),
                 .host = {},
                 .port = {}};
}

std::string_view AddressKindName(Address::Kind kind) {
  switch (kind) {
    case Address::Kind::kOutput:
      return "output";
    case Address::Kind::kFile:
      return "file";
    case Address::Kind::kTcp:
      return "tcp";
    case Address::Kind::kTls:
      return "tls";
    case Address::Kind::kUnix:
      break;
  }
  return "unix";
}

Result<std::unique_ptr<Destination>> OpenDestination(const Address& address,
                                                     const DestinationOptions& options,
                                                     Pause pause) {
  if (address.kind == Address::Kind::kOutput || address.kind == Address::Kind::kFile)
    return FileDestination(address, options.append);
  return SocketDestination(address, options, std::move(pause));
}

}  // namespace garant::feed

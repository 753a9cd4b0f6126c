#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace garant::ingest {

// A numeric address, since a name may mean another machine tomorrow.
struct Endpoint {
  std::string host;  // "127.0.0.1", "::1"
  uint16_t port = 0;
};
// "127.0.0.1:4318", "[::1]:4318"; nothing where it is none.
[[nodiscard]] std::optional<Endpoint> ParseEndpoint(std::string_view text);

// Who may connect where nothing says who they are: processes of this machine.
enum class Reach : uint8_t { kThisMachine, kAnywhere };

// Listening sockets that never wait. kInvalid: no such address, or one that others reach though
// they must not; kConflict: it is taken.
[[nodiscard]] base::Result<std::unique_ptr<base::Descriptor>> ListenTcp(const Endpoint& endpoint,
                                                                        Reach reach);
enum class SocketKind : uint8_t { kStream, kDatagram };
// Of mode 0660. Takes the place of a socket on which nobody listens; kConflict where somebody does,
// or where something else stands there.
[[nodiscard]] base::Result<std::unique_ptr<base::Descriptor>> ListenUnix(const std::string& path,
                                                                         SocketKind kind);

}  // namespace garant::ingest

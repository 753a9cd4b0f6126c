#pragma once

#include <string>

#include "cli/child.h"
#include "guard/render.h"

// An unprivileged nginx with the guard in it, for trying out.
namespace garant::cli {

// The nginx module beside this program; empty where there is none.
[[nodiscard]] std::string FindGuardModule();
// A TCP port of the loopback address that nobody listens at now.
[[nodiscard]] base::Result<uint16_t> FreePort();

struct GuardRequest {
  std::string folder;       // everything that nginx reads and writes lies here; made where missing
  std::string spool;        // folder
  std::string origin;       // http://host:port
  std::string host;         // "localhost"
  std::string module;       // FindGuardModule where empty
  uint16_t https_port = 0;  // a free one where 0
  uint16_t http_port = 0;
};

struct RunningGuard {
  Child nginx;
  std::string url;        // https://host:port/
  std::string plain_url;  // http://host:port/
  std::string authority;  // PEM file of what signed its certificate
};

// Renders into the folder, with a certificate made on the spot, and starts nginx. Up when it
// returns.
[[nodiscard]] base::Result<RunningGuard> StartGuard(const service::Model& model,
                                                    const GuardRequest& request);

// Writes what was rendered.
base::Status WriteRendered(const guard::Rendered& rendered, const std::string& folder);

}  // namespace garant::cli

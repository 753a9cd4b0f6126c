#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "harden/connect.h"
#include "harden/target.h"

namespace garant::harden {

// How an endpoint negotiates TLS. A version that is in neither list was not settled, and `notes`
// says why.
struct TlsFindings {
  bool answers = false;
  std::vector<std::string> versions;  // accepted, oldest first: SSLv3, TLSv1.0 … TLSv1.3
  std::vector<std::string> refused;   // offered alone and refused
  std::vector<std::string> weak_suites;
  bool weak_settled = false;  // the search for weak suites ended with a refusal
  bool certificate_valid = false;
  std::optional<base::Time> certificate_expires;
  std::string certificate_problem;
  std::vector<base::Text> notes;

  // 3, 10, 11, 12 or 13; 0 where none was accepted; nothing where an older one is not settled.
  [[nodiscard]] std::optional<int> LowestVersion() const;
};

// One handshake for each protocol version, offered alone; weak suites offered alone until refused;
// the certificate against the system's roots, `ca_file` and the host's name as of `now`.
[[nodiscard]] TlsFindings LookAtTls(const Endpoint& endpoint, const std::string& ca_file,
                                    const Limits& limits, base::Time now, Deadline deadline);

}  // namespace garant::harden

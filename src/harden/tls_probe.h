#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "harden/connect.h"
#include "harden/target.h"

namespace garant::harden {

// How an endpoint negotiates TLS. Only an alert, another answer than was asked for, or an orderly
// close while the endpoint goes on answering is a refusal; a time-out or a reset settles nothing,
// and `notes` says so.
struct TlsFindings {
  std::optional<bool> answers;         // nothing where no version was accepted and not all settled
  std::vector<std::string> versions;   // accepted, oldest first: SSLv3, TLSv1.0 … TLSv1.3
  std::vector<std::string> refused;    // offered alone and refused, likewise
  std::vector<std::string> unsettled;  // offered alone without an answer that counts, likewise
  std::vector<std::string> weak_suites;
  bool weak_settled = false;              // the search for weak suites ended with a refusal
  std::optional<bool> certificate_valid;  // nothing where none was shown in time
  std::optional<base::Time> certificate_expires;
  std::string certificate_problem;
  std::vector<base::Text> notes;

  // The oldest accepted: 3, 10, 11, 12 or 13; 0 where all were refused; nothing where it is 12 or
  // more and an older one is not settled.
  [[nodiscard]] std::optional<int> LowestVersion() const;
};

// One handshake for each protocol version, offered alone; weak suites offered alone until refused;
// the certificate against the system's roots, `ca_file` and the host's name as of `now`.
[[nodiscard]] TlsFindings LookAtTls(const Endpoint& endpoint, const std::string& ca_file,
                                    const Limits& limits, base::Time now, Deadline deadline);

}  // namespace garant::harden

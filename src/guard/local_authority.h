#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace garant::guard {

struct LocalCertificate {
  std::string authority;    // PEM file that a browser or --ca may trust
  std::string certificate;  // PEM file
  std::string key;          // PEM file, for its owner alone
};

// For trying out: makes a certificate authority on the spot that signs one certificate, for `host`
// (a name or an address) and the loopback addresses, for 90 days, and is gone: its key is never
// written. ECDSA P-256. Made anew where the files in `folder` are missing, for another host or
// within a week of their end.
[[nodiscard]] base::Result<LocalCertificate> MakeLocalCertificate(const std::string& folder,
                                                                  const std::string& host,
                                                                  base::Time now);

}  // namespace garant::guard

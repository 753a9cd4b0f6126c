#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/result.h"
#include "ingest/stream.h"

namespace garant::ingest {

struct TlsFiles {
  std::string certificate;  // PEM, the chain
  std::string key;          // PEM
  std::string clients;      // PEM of the authorities of senders; empty: no certificate is asked
};

// The receiving end of syslog over TLS (RFC 5425): TLS 1.2 or later. Immutable.
class Tls {
 public:
  [[nodiscard]] static base::Result<std::shared_ptr<const Tls>> Load(const TlsFiles& files);
  virtual ~Tls() = default;
  // `senders`: the names that may send; empty for every name that an authority vouches for. Where
  // certificates are asked, a sender without one, or of another name, is broken and says why.
  [[nodiscard]] virtual std::unique_ptr<Stream> Accept(
      std::unique_ptr<base::Descriptor> socket,
      const std::set<std::string, std::less<>>& senders) const = 0;
  [[nodiscard]] virtual bool asks() const = 0;
};

}  // namespace garant::ingest

#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "harden/connect.h"

namespace garant::harden {

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTls>;
using TlsConnection = std::unique_ptr<SSL, FreeTls>;

enum class Handshake {
  kDone,
  kAccepted,    // the server chose what was offered; our side broke off
  kRefused,     // an alert, another version, or an answer that is not TLS
  kClosed,      // closed in order, without a word
  kNotOffered,  // our library would not say it
  kSilent,      // no answer within the time, a reset, or no connection: nothing is known
};

// The name for SNI: empty for a numeric address.
[[nodiscard]] std::string ServerName(const Endpoint& endpoint);

// A client context that offers these versions, however old, and every suite that this build has.
[[nodiscard]] TlsContext MakeContext(int least_version, int most_version);

// Shakes hands over a fresh connection, without verifying anything. The connection can be asked for
// its certificate afterwards; nothing is ever sent through it.
[[nodiscard]] Handshake ShakeHands(SSL* connection, const Endpoint& endpoint, Deadline deadline);

}  // namespace garant::harden

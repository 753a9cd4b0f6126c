#include "harden/tls_handshake.h"

#include <openssl/err.h>

#include <cctype>

namespace garant::harden {
namespace {

constexpr size_t kMostBytes = 256U << 10U;

struct Seen {
  bool hello_sent = false;
  bool offered_chosen = false;
};

// Notices the ServerHello: where our own library then breaks off, the server has accepted still.
void OnMessage(int sent, int, int type, const void* data, size_t size, SSL* connection, void* to) {
  if (type != SSL3_RT_HANDSHAKE || size < 6) return;
  const auto* bytes = static_cast<const uint8_t*>(data);
  auto* seen = static_cast<Seen*>(to);
  if (sent == 1 && bytes[0] == SSL3_MT_CLIENT_HELLO) seen->hello_sent = true;
  if (sent == 0 && bytes[0] == SSL3_MT_SERVER_HELLO)
    seen->offered_chosen = bytes[4] * 256 + bytes[5] == SSL_get_max_proto_version(connection);
}

// Moves what the library wants to say onto the wire.
bool Flush(BIO* out, const Socket& socket, Deadline deadline) {
  char buffer[16384];
  for (int count = BIO_read(out, buffer, sizeof buffer); count > 0;
       count = BIO_read(out, buffer, sizeof buffer))
    if (!socket.Send({buffer, static_cast<size_t>(count)}, deadline)) return false;
  return true;
}

Handshake Broken(const Seen& seen) {
  if (seen.offered_chosen) return Handshake::kAccepted;
  return seen.hello_sent ? Handshake::kRefused : Handshake::kNotOffered;
}

}  // namespace

std::string ServerName(const Endpoint& endpoint) {
  const bool numeric = endpoint.host.front() == '[' || endpoint.host == endpoint.address;
  return numeric ? std::string() : endpoint.host;
}

TlsContext MakeContext(int least_version, int most_version) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return nullptr;
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_clear_options(context.get(), SSL_OP_NO_SSL_MASK);
  SSL_CTX_set_options(context.get(), SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  if (SSL_CTX_set_min_proto_version(context.get(), least_version) != 1 ||
      SSL_CTX_set_max_proto_version(context.get(), most_version) != 1 ||
      SSL_CTX_set_cipher_list(context.get(), "ALL:COMPLEMENTOFALL:@SECLEVEL=0") != 1)
    return nullptr;
  return context;
}

Handshake ShakeHands(SSL* connection, const Endpoint& endpoint, Deadline deadline) {
  const auto socket = Connect(endpoint, deadline);
  if (!socket) return Handshake::kSilent;
  Seen seen;
  SSL_set_msg_callback(connection, OnMessage);
  SSL_set_msg_callback_arg(connection, &seen);
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(connection, in, out);
  if (const std::string name = ServerName(endpoint); !name.empty())
    SSL_set_tlsext_host_name(connection, name.c_str());
  Handshake result = Handshake::kSilent;
  size_t received = 0;
  while (true) {
    ERR_clear_error();
    const int done = SSL_connect(connection);
    const bool wants_more = done != 1 && SSL_get_error(connection, done) == SSL_ERROR_WANT_READ;
    const bool flushed = Flush(out, *socket, deadline);
    if (done == 1 || !wants_more) {
      result = done == 1 ? Handshake::kDone : Broken(seen);
      break;
    }
    if (!flushed) {
      result = seen.offered_chosen ? Handshake::kAccepted : Handshake::kSilent;
      break;
    }
    std::string bytes;
    const auto got = socket->Receive(bytes, deadline);
    received += bytes.size();
    if (got != Socket::Received::kBytes) {
      const bool closed = got == Socket::Received::kClosed && seen.hello_sent;
      result = seen.offered_chosen ? Handshake::kAccepted
               : closed            ? Handshake::kClosed
                                   : Handshake::kSilent;
      break;
    }
    if (received > kMostBytes) {
      result = Broken(seen);
      break;
    }
    BIO_write(in, bytes.data(), static_cast<int>(bytes.size()));
  }
  SSL_set_msg_callback(connection, nullptr);
  ERR_clear_error();
  return result;
}

}  // namespace garant::harden

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <array>

#include "base/openssl.h"
#include "feed/wire.h"

namespace garant::feed {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Freeing;
using base::Result;
using base::Text;

using Context = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freeing<SSL_free>>;

class TlsWire final : public Wire {
 public:
  TlsWire(Session session, std::unique_ptr<base::Descriptor> socket)
      : socket_(std::move(socket)), session_(std::move(session)) {}

  // kThere: it must be done again when the socket is ready.
  Result<bool> Shake() {
    ERR_clear_error();
    const int done = SSL_connect(session_.get());
    if (done == 1) return true;
    if (MayGoOn(done)) return false;
    const long verified = SSL_get_verify_result(session_.get());
    const std::string why =
        verified == X509_V_OK ? base::OpenSslReason() : X509_verify_cert_error_string(verified);
    return Error{Code::kUntrusted,
                 Filled("TLS did not come about: {}", "TLS ne s’est pas établi : {}", {why}),
                 {}};
  }

  Result<size_t> Write(std::string_view bytes) override {
    ERR_clear_error();
    size_t done = 0;
    const int status = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &done);
    if (status == 1) return done;
    if (MayGoOn(status)) return size_t{0};
    return Gone({base::OpenSslReason(), base::OpenSslReason()});
  }

  // An end that was not announced may be somebody's who cut the connection.
  Result<Other> Look() override {
    std::array<char, 4096> said{};
    // What is sent back without end is somebody else's doing, and not waited for.
    for (int i = 0; i < kMostAtOnce; ++i) {
      ERR_clear_error();
      size_t got = 0;
      const int status = SSL_read_ex(session_.get(), said.data(), said.size(), &got);
      if (status == 1) continue;
      if (SSL_get_error(session_.get(), status) == SSL_ERROR_ZERO_RETURN) return Other::kClosed;
      if (MayGoOn(status)) return Other::kThere;
      const std::string why = base::OpenSslReason();
      return Gone({why, why});
    }
    return Other::kThere;
  }

  void Close() override {
    ERR_clear_error();
    SSL_shutdown(session_.get());
  }
  [[nodiscard]] int number() const override { return socket_->number(); }
  [[nodiscard]] short waits() const override { return waits_; }

 private:
  bool MayGoOn(int status) {
    const int error = SSL_get_error(session_.get(), status);
    waits_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
  }

  std::unique_ptr<base::Descriptor> socket_;
  Session session_;
  short waits_ = POLLOUT;
};

class OpenSsl final : public TlsClient {
 public:
  explicit OpenSsl(Context context) : context_(std::move(context)) {}

  Result<std::unique_ptr<Wire>> Connect(std::unique_ptr<base::Descriptor> socket,
                                        const std::string& host,
                                        std::chrono::milliseconds patience) const override {
    Session session(SSL_new(context_.get()));
    if (!session || SSL_set_fd(session.get(), socket->number()) != 1) return Gone({"TLS", "TLS"});
    X509_VERIFY_PARAM* const checks = SSL_get0_param(session.get());
    const bool address = X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) == 1;
    if (!address && (SSL_set1_host(session.get(), host.c_str()) != 1 ||
                     SSL_set_tlsext_host_name(session.get(), host.c_str()) != 1))
      return Gone({base::OpenSslReason(), base::OpenSslReason()});
    auto wire = std::make_unique<TlsWire>(std::move(session), std::move(socket));
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
      if (TRY(wire->Shake())) return std::unique_ptr<Wire>(std::move(wire));
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      pollfd ready{wire->number(), wire->waits(), 0};
      if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0)
        return Gone({"no TLS handshake in time", "pas de négociation TLS à temps"});
    }
  }

 private:
  Context context_;
};

Error CannotUse(const std::string& file) {
  return Error{Code::kInvalid,
               Filled("cannot use {} for TLS: {}", "impossible d’utiliser {} pour TLS : {}",
                      {file, base::OpenSslReason()}),
               {}};
}

}  // namespace

Result<std::unique_ptr<TlsClient>> TlsClient::Load(const TlsOptions& options) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return CannotUse("OpenSSL");
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const bool loaded =
      options.authorities.empty()
          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
          : SSL_CTX_load_verify_locations(context.get(), options.authorities.c_str(), nullptr) == 1;
  if (!loaded) return CannotUse(options.authorities);
  if (!options.certificate.empty() &&
      SSL_CTX_use_certificate_chain_file(context.get(), options.certificate.c_str()) != 1)
    return CannotUse(options.certificate);
  if (!options.key.empty() &&
      (SSL_CTX_use_PrivateKey_file(context.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
       SSL_CTX_check_private_key(context.get()) != 1))
    return CannotUse(options.key);
  return std::unique_ptr<TlsClient>(std::make_unique<OpenSsl>(std::move(context)));
}

}  // namespace garant::feed

#include "ingest/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "base/openssl.h"
#include "ingest/forms.h"

namespace garant::ingest {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Freeing;
using base::Result;
using base::Text;

using Context = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freeing<SSL_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return out;
}

std::string_view View(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

// The first DNS name, else the common name, as RFC 5425 section 5.2 has it; empty where neither is
// one that can name a source.
std::string NameOf(X509* certificate) {
  std::string name;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && name.empty() && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* one = sk_GENERAL_NAME_value(names.get(), i);
    if (one->type == GEN_DNS) name = Lower(View(one->d.dNSName));
  }
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (name.empty() && at >= 0)
    name = Lower(View(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  return IsSenderName(name) ? name : std::string();
}

class TlsStream final : public Stream {
 public:
  TlsStream(Session session, std::unique_ptr<base::Descriptor> socket, bool asks,
            const std::set<std::string, std::less<>>& senders)
      : socket_(std::move(socket)), session_(std::move(session)), asks_(asks), senders_(senders) {}

  Got Read(std::span<char> out) override {
    ERR_clear_error();
    if (!ready_ && !Shake()) return {problem_.en.empty() ? state_ : State::kBroken};
    size_t size = 0;
    const int done = SSL_read_ex(session_.get(), out.data(), out.size(), &size);
    if (done == 1) return {State::kBytes, size};
    return {After(done)};
  }
  [[nodiscard]] const std::string& sender() const override { return sender_; }
  [[nodiscard]] bool ready() const override { return ready_; }
  [[nodiscard]] const Text& problem() const override { return problem_; }
  [[nodiscard]] int number() const override { return socket_->number(); }

 private:
  // An end that the peer did not announce may be somebody's who cut the connection.
  State After(int done) {
    switch (SSL_get_error(session_.get(), done)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return State::kLater;
      case SSL_ERROR_ZERO_RETURN:
        return State::kEnded;
      default:
        return State::kBroken;
    }
  }

  bool Shake() {
    const int done = SSL_accept(session_.get());
    if (done != 1) {
      state_ = After(done);
      if (state_ == State::kBroken && ERR_peek_last_error() != 0)
        problem_ = Filled("TLS did not come about: {}", "TLS ne s’est pas établi : {}",
                          {base::OpenSslReason()});
      return false;
    }
    if (asks_ && !Know()) return false;
    ready_ = true;
    return true;
  }

  bool Know() {
    const Certificate certificate(SSL_get1_peer_certificate(session_.get()));
    sender_ = certificate == nullptr ? std::string() : NameOf(certificate.get());
    if (sender_.empty()) {
      problem_ = {"its certificate holds no name that can be one of a sender",
                  "son certificat ne contient aucun nom qui puisse être celui d’un expéditeur"};
      return false;
    }
    if (senders_.empty() || senders_.contains(sender_)) return true;
    problem_ = Filled("'{}' is not among the mapping’s senders",
                      "« {} » n’est pas parmi les expéditeurs de la correspondance", {sender_});
    return false;
  }

  std::unique_ptr<base::Descriptor> socket_;
  Session session_;
  bool asks_;
  const std::set<std::string, std::less<>>& senders_;
  bool ready_ = false;
  State state_ = State::kLater;
  std::string sender_;
  Text problem_;
};

class OpenSsl final : public Tls {
 public:
  OpenSsl(Context context, bool asks) : context_(std::move(context)), asks_(asks) {}

  [[nodiscard]] std::unique_ptr<Stream> Accept(
      std::unique_ptr<base::Descriptor> socket,
      const std::set<std::string, std::less<>>& senders) const override {
    Session session(SSL_new(context_.get()));
    if (!session || SSL_set_fd(session.get(), socket->number()) != 1) return nullptr;
    SSL_set_accept_state(session.get());
    return std::make_unique<TlsStream>(std::move(session), std::move(socket), asks_, senders);
  }
  [[nodiscard]] bool asks() const override { return asks_; }

 private:
  Context context_;
  bool asks_;
};

Error CannotUse(const std::string& file) {
  return Error{Code::kInvalid,
               Filled("cannot use {} for TLS: {}", "impossible d’utiliser {} pour TLS : {}",
                      {file, base::OpenSslReason()}),
               {}};
}

}  // namespace

Result<std::shared_ptr<const Tls>> Tls::Load(const TlsFiles& files) {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return CannotUse(files.certificate);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Sessions that are taken up again would pass by the check of who they are.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    return CannotUse(files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1)
    return CannotUse(files.key);
  const bool asks = !files.clients.empty();
  if (asks) {
    if (SSL_CTX_load_verify_locations(context.get(), files.clients.c_str(), nullptr) != 1)
      return CannotUse(files.clients);
    SSL_CTX_set_client_CA_list(context.get(), SSL_load_client_CA_file(files.clients.c_str()));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return std::shared_ptr<const Tls>(std::make_shared<OpenSsl>(std::move(context), asks));
}

}  // namespace garant::ingest

#include "harden/loopback_server.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <csignal>
#include <cstdio>

namespace garant::harden {
namespace {

constexpr int kPatience = 5000;  // milliseconds

bool Ready(int descriptor, const std::atomic<bool>& over) {
  pollfd waiting{descriptor, POLLIN, 0};
  for (int waited = 0; waited < kPatience && !over; waited += 20)
    if (poll(&waiting, 1, 20) > 0) return true;
  return false;
}

void AddExtension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  assert(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* MakeCertificate(EVP_PKEY* key, long seconds) {
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), seconds);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("loopback"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:permits.test");
  X509_sign(certificate, key, EVP_sha256());
  return certificate;
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler, SSL_CTX* context, const std::string& at,
                               uint16_t port)
    : handler_(std::move(handler)), context_(context), at_(at) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (inet_pton(AF_INET, at.c_str(), &address.sin_addr) != 1) std::abort();
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    std::abort();
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LoopbackServer::~LoopbackServer() {
  over_ = true;
  thread_.join();
  close(listener_);
}

std::string LoopbackServer::Url(const std::string& path) const {
  return (context_ != nullptr ? "https://" : "http://") + Authority() + path;
}

void LoopbackServer::Serve() {
  while (!over_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) continue;
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor < 0) continue;
    ++connections_;
    Converse(descriptor);
    close(descriptor);
  }
}

void LoopbackServer::Converse(int descriptor) {
  SSL* connection = nullptr;
  timeval patience{5, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (context_ != nullptr) {
    connection = SSL_new(context_);
    SSL_set_fd(connection, descriptor);
  }
  const bool open = connection == nullptr || SSL_accept(connection) == 1;
  std::string request;
  while (open && request.find("\r\n\r\n") == std::string::npos) {
    if ((connection == nullptr || SSL_pending(connection) == 0) && !Ready(descriptor, over_)) break;
    char buffer[4096];
    const auto count =
        connection != nullptr
            ? static_cast<ssize_t>(SSL_read(connection, buffer, static_cast<int>(sizeof buffer)))
            : recv(descriptor, buffer, sizeof buffer, 0);
    if (count <= 0) break;
    request.append(buffer, static_cast<size_t>(count));
  }
  if (request.find("\r\n\r\n") != std::string::npos) {
    const std::string answer = handler_(request);
    if (connection != nullptr && !answer.empty())
      SSL_write(connection, answer.data(), static_cast<int>(answer.size()));
    for (size_t sent = 0; connection == nullptr && sent < answer.size();) {
      const ssize_t count =
          send(descriptor, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<size_t>(count);
    }
  }
  if (connection != nullptr) {
    if (open) SSL_shutdown(connection);
    SSL_free(connection);
  }
}

SSL_CTX* MakeServerContext(long seconds, const std::string& certificate_file) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = MakeCertificate(key, seconds);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM");
  if (!certificate_file.empty()) {
    std::FILE* file = std::fopen(certificate_file.c_str(), "w");
    if (file == nullptr || PEM_write_X509(file, certificate) != 1) std::abort();
    std::fclose(file);
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

}  // namespace garant::harden

#include "harden/tls_probe.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "harden/tls_handshake.h"
#include "harden/tls_hello.h"

namespace garant::harden {
namespace {

struct Version {
  int number;
  const char* name;
  int short_form;
};
constexpr Version kSslVersion3 = {SSL3_VERSION, "SSLv3", 3};
constexpr Version kVersions[] = {{TLS1_VERSION, "TLSv1.0", 10},
                                 {TLS1_1_VERSION, "TLSv1.1", 11},
                                 {TLS1_2_VERSION, "TLSv1.2", 12},
                                 {TLS1_3_VERSION, "TLSv1.3", 13}};
// A refusal without an alert may be an accident of the network; it is asked again.
constexpr int kTries = 2;

Handshake Try(const Endpoint& endpoint, int version, const Limits& limits, Deadline deadline) {
  Handshake result = Handshake::kNotOffered;
  const TlsContext context = MakeContext(version, version);
  for (int i = 0; context != nullptr && i < kTries; ++i) {
    const TlsConnection connection(SSL_new(context.get()));
    if (connection == nullptr) return Handshake::kNotOffered;
    result = ShakeHands(connection.get(), endpoint, std::min(deadline, After(limits.request)));
    if (result != Handshake::kRefused && result != Handshake::kSilent) break;
  }
  return result;
}

HelloAnswer SayHello(const Endpoint& endpoint, uint16_t version, std::span<const uint16_t> suites,
                     ServerHello& hello, Deadline deadline) {
  const auto socket = Connect(endpoint, deadline);
  if (!socket || !socket->Send(ClientHello(version, suites, ServerName(endpoint)), deadline))
    return HelloAnswer::kMore;
  std::string bytes;
  while (true) {
    const auto got = socket->Receive(bytes, deadline);
    if (got == Socket::Received::kLate) return HelloAnswer::kMore;
    const HelloAnswer answer = ReadServerHello(bytes, hello);
    if (answer != HelloAnswer::kMore) return answer;
    if (got == Socket::Received::kClosed) return HelloAnswer::kRefused;
  }
}

void FindWeakSuites(const Endpoint& endpoint, const Limits& limits, Deadline deadline,
                    TlsFindings& findings) {
  std::vector<uint16_t> offered;
  for (const WeakSuite& suite : WeakSuites()) offered.push_back(suite.id);
  while (!offered.empty()) {
    ServerHello hello;
    const HelloAnswer answer =
        SayHello(endpoint, kTls12, offered, hello, std::min(deadline, After(limits.request)));
    const auto chosen = std::find(offered.begin(), offered.end(), hello.suite);
    if (answer != HelloAnswer::kAccepted || chosen == offered.end()) {
      findings.weak_settled = answer == HelloAnswer::kRefused;
      break;
    }
    for (const WeakSuite& suite : WeakSuites())
      if (suite.id == hello.suite) findings.weak_suites.emplace_back(suite.name);
    offered.erase(chosen);
    findings.weak_settled = offered.empty();
  }
  std::sort(findings.weak_suites.begin(), findings.weak_suites.end());
  if (!findings.weak_settled)
    findings.notes.push_back(
        {endpoint.Subject() + ": weak cipher suites were offered and got no answer in time",
         endpoint.Subject() +
             " : des suites de chiffrement faibles ont été proposées, sans réponse à temps"});
}

void TrySsl3(const Endpoint& endpoint, const Limits& limits, Deadline deadline,
             TlsFindings& findings) {
  std::vector<uint16_t> suites;
  for (const WeakSuite& suite : WeakSuites())
    if (suite.id < 0x00bb) suites.push_back(suite.id);
  ServerHello hello;
  const HelloAnswer answer =
      SayHello(endpoint, kSsl3, suites, hello, std::min(deadline, After(limits.request)));
  if (answer == HelloAnswer::kAccepted && hello.version == kSsl3)
    findings.versions.insert(findings.versions.begin(), kSslVersion3.name);
}

std::optional<base::Time> ReadExpiry(const X509* certificate) {
  std::tm moment{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &moment) != 1) return std::nullopt;
  // A certificate may run to the year 9999; base::Time ends in 2262.
  constexpr auto kLast =
      std::chrono::floor<std::chrono::seconds>(base::Time::max().time_since_epoch());
  return base::Time(std::clamp(std::chrono::seconds(timegm(&moment)), -kLast, kLast));
}

// False where nothing was set that a certificate would have to be for.
bool SetExpectations(SSL* connection, const Endpoint& endpoint, base::Time now) {
  X509_VERIFY_PARAM* expected = SSL_get0_param(connection);
  const std::string name = ServerName(endpoint);
  const int set = name.empty() ? X509_VERIFY_PARAM_set1_ip_asc(expected, endpoint.address.c_str())
                               : X509_VERIFY_PARAM_set1_host(expected, name.c_str(), name.size());
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set_auth_level(expected, 2);  // keys and digests of at least 112 bits
  X509_VERIFY_PARAM_set_time(
      expected, std::chrono::system_clock::to_time_t(
                    std::chrono::time_point_cast<std::chrono::system_clock::duration>(now)));
  return set == 1;
}

void LookAtCertificate(const Endpoint& endpoint, const std::string& ca_file, base::Time now,
                       Deadline deadline, TlsFindings& findings) {
  const TlsContext context = MakeContext(TLS1_VERSION, TLS1_3_VERSION);
  if (context == nullptr) return;
  SSL_CTX_set_cipher_list(context.get(), "ALL:!aNULL:@SECLEVEL=0");
  SSL_CTX_set_default_verify_paths(context.get());
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1)
    findings.notes.push_back({ca_file + ": no certificates could be read from this file",
                              ca_file + " : aucun certificat n’a pu être lu dans ce fichier"});
  const TlsConnection connection(SSL_new(context.get()));
  if (connection == nullptr) return;
  const bool named = SetExpectations(connection.get(), endpoint, now);
  const Handshake result = ShakeHands(connection.get(), endpoint, deadline);
  const X509* certificate = SSL_get0_peer_certificate(connection.get());
  if (certificate == nullptr) {
    findings.certificate_problem = "the endpoint showed no certificate";
    return;
  }
  const long verdict = SSL_get_verify_result(connection.get());
  findings.certificate_valid = named && result == Handshake::kDone && verdict == X509_V_OK;
  findings.certificate_expires = ReadExpiry(certificate);
  if (verdict != X509_V_OK)
    findings.certificate_problem = X509_verify_cert_error_string(verdict);
  else if (!findings.certificate_valid)
    findings.certificate_problem =
        named ? "the handshake broke off" : "no certificate can name this address";
}

}  // namespace

std::optional<int> TlsFindings::LowestVersion() const {
  const auto has = [](const std::vector<std::string>& list, const char* name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  if (has(versions, kSslVersion3.name)) return kSslVersion3.short_form;
  for (const Version& version : kVersions) {
    if (has(versions, version.name)) return version.short_form;
    if (!has(refused, version.name)) return std::nullopt;
  }
  return 0;
}

TlsFindings LookAtTls(const Endpoint& endpoint, const std::string& ca_file, const Limits& limits,
                      base::Time now, Deadline deadline) {
  TlsFindings findings;
  for (const Version& version : kVersions) {
    const Handshake result = Try(endpoint, version.number, limits, deadline);
    if (result == Handshake::kDone || result == Handshake::kAccepted)
      findings.versions.emplace_back(version.name);
    else if (result == Handshake::kRefused)
      findings.refused.emplace_back(version.name);
    else
      findings.notes.push_back(
          {endpoint.Subject() + ": " + version.name +
               (result == Handshake::kNotOffered ? " could not be offered by this build of OpenSSL"
                                                 : " was offered and got no answer in time"),
           endpoint.Subject() + " : " + version.name +
               (result == Handshake::kNotOffered
                    ? " n’a pu être proposé par cette version d’OpenSSL"
                    : " a été proposé, sans réponse à temps")});
    if (result == Handshake::kSilent && findings.versions.empty() && findings.refused.empty())
      return findings;  // three more silences would tell nothing new
  }
  if (!findings.versions.empty()) TrySsl3(endpoint, limits, deadline, findings);
  findings.answers = !findings.versions.empty();
  if (!findings.answers) return findings;
  FindWeakSuites(endpoint, limits, deadline, findings);
  LookAtCertificate(endpoint, ca_file, now, std::min(deadline, After(limits.request)), findings);
  return findings;
}

}  // namespace garant::harden

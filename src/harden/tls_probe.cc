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
// A close or a silence may be an accident of the network; it is asked again.
constexpr int kTries = 2;

Handshake Try(const Endpoint& endpoint, int least, int most, const Limits& limits,
              Deadline deadline) {
  Handshake result = Handshake::kNotOffered;
  const TlsContext context = MakeContext(least, most);
  for (int i = 0; context != nullptr && i < kTries; ++i) {
    const TlsConnection connection(SSL_new(context.get()));
    if (connection == nullptr) return Handshake::kNotOffered;
    result = ShakeHands(connection.get(), endpoint, std::min(deadline, After(limits.request)));
    if (result != Handshake::kClosed && result != Handshake::kSilent) break;
  }
  return result;
}

bool Holds(Handshake result) {
  return result == Handshake::kDone || result == Handshake::kAccepted;
}

enum class Offer { kAccepted, kRefused, kClosed, kUnknown };

Offer SayHello(const Endpoint& endpoint, uint16_t version, std::span<const uint16_t> suites,
               ServerHello& hello, Deadline deadline) {
  const auto socket = Connect(endpoint, deadline);
  if (!socket || !socket->Send(ClientHello(version, suites, ServerName(endpoint)), deadline))
    return Offer::kUnknown;
  std::string bytes;
  while (true) {
    const auto got = socket->Receive(bytes, deadline);
    const HelloAnswer answer = ReadServerHello(bytes, hello);
    if (answer == HelloAnswer::kAccepted) return Offer::kAccepted;
    if (answer == HelloAnswer::kRefused) return Offer::kRefused;
    if (got == Socket::Received::kClosed) return Offer::kClosed;
    if (got != Socket::Received::kBytes) return Offer::kUnknown;
  }
}

// Looks at one endpoint, offer by offer.
class TlsLooker {
 public:
  TlsLooker(const Endpoint& endpoint, const Limits& limits, Deadline deadline)
      : endpoint_(endpoint), limits_(limits), deadline_(deadline) {}

  void OfferVersions() {
    std::vector<const Version*> closed;
    unsigned silences = 0;
    // The newest first: what answers nothing new does not get to answer what is old.
    for (size_t i = std::size(kVersions); i-- > 0 && silences < 2;) {
      const Version& version = kVersions[i];
      const Handshake result = Try(endpoint_, version.number, version.number, limits_, deadline_);
      if (Holds(result))
        findings_.versions.emplace_back(version.name);
      else if (result == Handshake::kRefused)
        findings_.refused.emplace_back(version.name);
      else if (result == Handshake::kClosed)
        closed.push_back(&version);
      else
        Unsettled(version, result == Handshake::kNotOffered);
      const bool nothing =
          findings_.versions.empty() && findings_.refused.empty() && closed.empty();
      if (result == Handshake::kSilent && nothing) ++silences;
    }
    SettleClosed(closed);
    if (!findings_.versions.empty())
      findings_.answers = true;
    else if (findings_.refused.size() == std::size(kVersions))
      findings_.answers = false;
  }

  void OfferSsl3() {
    std::vector<uint16_t> suites;
    for (const WeakSuite& suite : WeakSuites())
      if (suite.id < 0x00bb) suites.push_back(suite.id);
    ServerHello hello;
    const Offer answer = Say(kSsl3, suites, hello);
    const auto name = kSslVersion3.name;
    if (answer == Offer::kAccepted && hello.version == kSsl3)
      findings_.versions.insert(findings_.versions.begin(), name);
    else if (answer == Offer::kAccepted || answer == Offer::kRefused)
      findings_.refused.insert(findings_.refused.begin(), name);
    else
      Unsettled(kSslVersion3, false);
  }

  void OfferWeakSuites() {
    std::vector<uint16_t> offered;
    for (const WeakSuite& suite : WeakSuites()) offered.push_back(suite.id);
    while (!offered.empty()) {
      ServerHello hello;
      const Offer answer = Say(kTls12, offered, hello);
      const auto chosen = std::find(offered.begin(), offered.end(), hello.suite);
      if (answer != Offer::kAccepted || chosen == offered.end()) {
        findings_.weak_settled = answer == Offer::kRefused;
        break;
      }
      for (const WeakSuite& suite : WeakSuites())
        if (suite.id == hello.suite) findings_.weak_suites.emplace_back(suite.name);
      offered.erase(chosen);
      findings_.weak_settled = offered.empty();
    }
    std::sort(findings_.weak_suites.begin(), findings_.weak_suites.end());
    if (!findings_.weak_settled)
      findings_.notes.push_back(
          {endpoint_.At() + ": weak cipher suites were offered and got no answer that counts",
           endpoint_.At() +
               " : des suites de chiffrement faibles ont été proposées, sans réponse qui compte"});
  }

  TlsFindings& findings() { return findings_; }

 private:
  // A server without room closes just as one that refuses; one that refuses answers the next.
  [[nodiscard]] bool StillAnswers() const {
    return !findings_.versions.empty() &&
           Holds(Try(endpoint_, TLS1_VERSION, TLS1_3_VERSION, limits_, deadline_));
  }

  void SettleClosed(const std::vector<const Version*>& closed) {
    for (const Version* version : closed) {
      if (findings_.versions.empty() || (Try(endpoint_, version->number, version->number, limits_,
                                             deadline_) == Handshake::kClosed &&
                                         StillAnswers()))
        findings_.refused.emplace_back(version->name);
      else
        Unsettled(*version, false);
    }
    for (auto* list : {&findings_.versions, &findings_.refused, &findings_.unsettled})
      std::sort(list->begin(), list->end());  // the names sort by age
  }

  [[nodiscard]] Offer Say(uint16_t version, std::span<const uint16_t> suites,
                          ServerHello& hello) const {
    Offer answer = Offer::kUnknown;
    for (int i = 0; i < kTries && answer != Offer::kAccepted && answer != Offer::kRefused; ++i)
      answer =
          SayHello(endpoint_, version, suites, hello, std::min(deadline_, After(limits_.request)));
    if (answer == Offer::kClosed) answer = StillAnswers() ? Offer::kRefused : Offer::kUnknown;
    return answer;
  }

  void Unsettled(const Version& version, bool not_offered) {
    findings_.unsettled.insert(findings_.unsettled.begin(), version.name);
    const std::string name = version.name;
    findings_.notes.push_back(
        {endpoint_.At() + ": " + name +
             (not_offered ? " could not be offered by this build of OpenSSL"
                          : " was offered and got no answer that counts (late, reset or cut off); "
                            "whether it is refused is not known"),
         endpoint_.At() + " : " + name +
             (not_offered ? " n’a pu être proposé par cette version d’OpenSSL"
                          : " a été proposé, sans réponse qui compte (tardive, interrompue ou "
                            "coupée); on ne sait pas s’il est refusé")});
  }

  const Endpoint& endpoint_;
  const Limits& limits_;
  const Deadline deadline_;
  TlsFindings findings_;
};

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
                              ca_file + " : aucun certificat n’a pu être lu dans ce fichier"});
  const TlsConnection connection(SSL_new(context.get()));
  if (connection == nullptr) return;
  const bool named = SetExpectations(connection.get(), endpoint, now);
  const Handshake result = ShakeHands(connection.get(), endpoint, deadline);
  const X509* certificate = SSL_get0_peer_certificate(connection.get());
  const bool cut_off = result == Handshake::kSilent || result == Handshake::kClosed;
  if (certificate == nullptr) {
    if (cut_off) {
      findings.notes.push_back({endpoint.At() + ": the certificate was not shown in time",
                                endpoint.At() + " : le certificat n’a pas été montré à temps"});
      return;
    }
    findings.certificate_valid = false;
    findings.certificate_problem = "the endpoint showed no certificate";
    return;
  }
  const long verdict = SSL_get_verify_result(connection.get());
  if (verdict == X509_V_OK && named && cut_off) return;  // it may hold
  findings.certificate_valid = named && result == Handshake::kDone && verdict == X509_V_OK;
  findings.certificate_expires = ReadExpiry(certificate);
  if (verdict != X509_V_OK)
    findings.certificate_problem = X509_verify_cert_error_string(verdict);
  else if (!*findings.certificate_valid)
    findings.certificate_problem =
        named ? "the handshake broke off" : "no certificate can name this address";
}

}  // namespace

std::optional<int> TlsFindings::LowestVersion() const {
  const auto has = [](const std::vector<std::string>& list, const char* name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  if (has(versions, kSslVersion3.name)) return kSslVersion3.short_form;
  bool settled = !has(unsettled, kSslVersion3.name);
  for (const Version& version : kVersions) {
    // What is too old is too old, whatever is not known of what is older still.
    if (has(versions, version.name))
      return settled || version.short_form < 12 ? std::optional(version.short_form) : std::nullopt;
    settled = settled && has(refused, version.name);
  }
  return settled ? std::optional(0) : std::nullopt;
}

TlsFindings LookAtTls(const Endpoint& endpoint, const std::string& ca_file, const Limits& limits,
                      base::Time now, Deadline deadline) {
  TlsLooker looker(endpoint, limits, deadline);
  looker.OfferVersions();
  if (looker.findings().answers.value_or(false)) {
    looker.OfferSsl3();
    looker.OfferWeakSuites();
    LookAtCertificate(endpoint, ca_file, now, std::min(deadline, After(limits.request)),
                      looker.findings());
  }
  return std::move(looker.findings());
}

}  // namespace garant::harden

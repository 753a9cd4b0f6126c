#include "guard/local_authority.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/bytes.h"
#include "base/file.h"

namespace garant::guard {
namespace {

using base::Code;
using base::Error;

constexpr std::chrono::days kValid{90};
constexpr std::chrono::days kLeft{7};

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* thing) const {
    kFree(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;

Error Failed() {
  return {Code::kIo,
          base::Text{"OpenSSL could not make a certificate: is its configuration sound?",
                     "OpenSSL n’a pas pu créer de certificat : sa configuration est-elle valide?"},
          {}};
}

time_t Seconds(base::Time time) {
  return std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
}

bool Extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// A certificate with what both have; null where OpenSSL fails.
Certificate Begin(EVP_PKEY* key, const std::string& name, base::Time now) {
  Certificate made(X509_new());
  if (made == nullptr) return nullptr;
  std::array<uint8_t, 16> serial{};
  base::FillRandom(serial);
  serial[0] = static_cast<uint8_t>((serial[0] & 0x7FU) | 0x01U);
  std::unique_ptr<BIGNUM, Freer<BN_free>> number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  time_t start = Seconds(now - std::chrono::hours{1});
  time_t end = Seconds(now + kValid);
  X509_NAME* subject = X509_get_subject_name(made.get());
  const bool sound =
      number != nullptr && X509_set_version(made.get(), X509_VERSION_3) == 1 &&
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())) != nullptr &&
      ASN1_TIME_set(X509_getm_notBefore(made.get()), start) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(made.get()), end) != nullptr &&
      X509_set_pubkey(made.get(), key) == 1 &&
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                 0) == 1;
  return sound ? std::move(made) : nullptr;
}

std::string Names(const std::string& host) {
  std::string names = "IP:127.0.0.1,IP:::1,DNS:localhost";
  const bool address = host.find(':') != std::string::npos ||
                       host.find_first_not_of("0123456789.") == std::string::npos;
  if (host != "localhost" && host != "127.0.0.1" && host != "::1")
    names += (address ? ",IP:" : ",DNS:") + host;
  return names;
}

template <typename Write>
base::Result<std::string> Pem(Write write) {
  Bio memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr || write(memory.get()) != 1) return Failed();
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

bool StillGood(const LocalCertificate& files, const std::string& host, base::Time now) {
  const auto text = base::ReadFile(files.certificate);
  if (!text || !base::Exists(files.authority) || !base::Exists(files.key)) return false;
  Bio memory(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  Certificate found(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  if (found == nullptr) return false;
  time_t wanted = Seconds(now + kLeft);
  if (X509_cmp_time(X509_get0_notAfter(found.get()), &wanted) <= 0) return false;
  return X509_check_host(found.get(), host.c_str(), host.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc(found.get(), host.c_str(), 0) == 1;
}

}  // namespace

base::Result<LocalCertificate> MakeLocalCertificate(const std::string& folder,
                                                    const std::string& host, base::Time now) {
  LocalCertificate files{.authority = folder + "/authority.pem",
                         .certificate = folder + "/certificate.pem",
                         .key = folder + "/certificate.key"};
  if (StillGood(files, host, now)) return files;
  Key authority_key(EVP_EC_gen("P-256"));
  Key key(EVP_EC_gen("P-256"));
  if (authority_key == nullptr || key == nullptr) return Failed();
  const Certificate authority =
      Begin(authority_key.get(), "Garant, made on the spot for trying out", now);
  const Certificate certificate = Begin(key.get(), host, now);
  if (authority == nullptr || certificate == nullptr) return Failed();
  X509* issuer = authority.get();
  const bool sound =
      X509_set_issuer_name(issuer, X509_get_subject_name(issuer)) == 1 &&
      Extend(issuer, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      Extend(issuer, issuer, NID_key_usage, "critical,keyCertSign") &&
      Extend(issuer, issuer, NID_subject_key_identifier, "hash") &&
      X509_sign(issuer, authority_key.get(), EVP_sha256()) > 0 &&
      X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer)) == 1 &&
      Extend(certificate.get(), issuer, NID_basic_constraints, "critical,CA:FALSE") &&
      Extend(certificate.get(), issuer, NID_key_usage, "critical,digitalSignature") &&
      Extend(certificate.get(), issuer, NID_ext_key_usage, "serverAuth") &&
      Extend(certificate.get(), issuer, NID_subject_alt_name, Names(host)) &&
      Extend(certificate.get(), issuer, NID_authority_key_identifier, "keyid") &&
      X509_sign(certificate.get(), authority_key.get(), EVP_sha256()) > 0;
  if (!sound) return Failed();
  const std::string secret = TRY(Pem([&](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }));
  const std::string chain =
      TRY(Pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }));
  const std::string root = TRY(Pem([&](BIO* out) { return PEM_write_bio_X509(out, issuer); }));
  TRY(base::WriteFileDurably(files.key, secret, base::FileMode::kPrivate));
  TRY(base::WriteFileDurably(files.authority, root));
  TRY(base::WriteFileDurably(files.certificate, chain));
  return files;
}

}  // namespace garant::guard

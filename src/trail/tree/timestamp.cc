#include "trail/tree/timestamp.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/ts.h>

#include <ctime>
#include <memory>

#include "base/openssl.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

constexpr int kNonceBytes = 16;
constexpr int64_t kLastSecond = 9'223'372'036;  // that a base::Time can hold

struct Free {
  void operator()(TS_REQ* one) const { TS_REQ_free(one); }
  void operator()(TS_RESP* one) const { TS_RESP_free(one); }
  void operator()(TS_MSG_IMPRINT* one) const { TS_MSG_IMPRINT_free(one); }
  void operator()(TS_VERIFY_CTX* one) const { TS_VERIFY_CTX_free(one); }
  void operator()(X509_STORE* one) const { X509_STORE_free(one); }
  void operator()(X509_ALGOR* one) const { X509_ALGOR_free(one); }
  void operator()(ASN1_INTEGER* one) const { ASN1_INTEGER_free(one); }
  void operator()(BIGNUM* one) const { BN_free(one); }
  void operator()(BIO* one) const { BIO_free(one); }
  void operator()(STACK_OF(X509) * one) const { sk_X509_free(one); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Error NoStamp(const Text& why) {
  return Error{Code::kUntrusted, Filled("time-stamp: {}", "horodatage : {}", {why}), {}};
}

Error Failed() {
  return Error{Code::kIo,
               Filled("time-stamp: OpenSSL fails: {}", "horodatage : OpenSSL échoue : {}",
                      {base::OpenSslReason()}),
               {}};
}

bool FillImprint(TS_REQ* request, ByteView content) {
  const Owned<TS_MSG_IMPRINT> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR> algorithm(X509_ALGOR_new());
  if (imprint == nullptr || algorithm == nullptr) return false;
  base::Digest digest = base::Sha256(content);
  return X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
         TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
         TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size())) ==
             1 &&
         TS_REQ_set_msg_imprint(request, imprint.get()) == 1;
}

bool FillNonce(TS_REQ* request) {
  std::array<uint8_t, kNonceBytes> bytes{};
  base::FillRandom(bytes);
  bytes[0] = static_cast<uint8_t>(bytes[0] >> 1U | 0x40U);  // a positive number of this length
  const Owned<BIGNUM> number(BN_bin2bn(bytes.data(), kNonceBytes, nullptr));
  const Owned<ASN1_INTEGER> nonce(number ? BN_to_ASN1_INTEGER(number.get(), nullptr) : nullptr);
  return nonce != nullptr && TS_REQ_set_nonce(request, nonce.get()) == 1;
}

// Whole DER and nothing behind it.
Owned<TS_RESP> ParseAnswer(ByteView answer) {
  const unsigned char* at = answer.data();
  Owned<TS_RESP> parsed(d2i_TS_RESP(nullptr, &at, static_cast<long>(answer.size())));
  if (parsed != nullptr && at != answer.data() + answer.size()) parsed.reset();
  return parsed;
}

std::optional<base::Time> TimeOf(const TS_TST_INFO* info) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &parts) != 1) return std::nullopt;
  const auto seconds = static_cast<int64_t>(::timegm(&parts));
  if (seconds < 0 || seconds > kLastSecond) return std::nullopt;
  return base::Time(std::chrono::seconds(seconds));
}

Result<Owned<TS_VERIFY_CTX>> ContextOf(ByteView content, const std::string& certificates,
                                       base::Time at, ByteView request) {
  Owned<TS_VERIFY_CTX> context(TS_VERIFY_CTX_new());
  Owned<X509_STORE> store(X509_STORE_new());
  if (context == nullptr || store == nullptr) return Failed();
  if (X509_STORE_load_file(store.get(), certificates.c_str()) != 1)
    return Error{
        Code::kInvalid,
        Filled("{} holds no certificates in PEM: {}", "{} ne contient aucun certificat en PEM : {}",
               {certificates, base::OpenSslReason()}),
        {}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch());
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), seconds.count());
  int flags = TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_IMPRINT;
  const base::Digest digest = base::Sha256(content);
  if (!request.empty()) {
    const unsigned char* from = request.data();
    const Owned<TS_REQ> asked(d2i_TS_REQ(nullptr, &from, static_cast<long>(request.size())));
    if (asked == nullptr || TS_REQ_to_TS_VERIFY_CTX(asked.get(), context.get()) == nullptr)
      return Failed();
    flags |= TS_VFY_NONCE;
  } else {
    auto* imprint = static_cast<unsigned char*>(OPENSSL_memdup(digest.data(), digest.size()));
    if (imprint == nullptr) return Failed();
    TS_VERIFY_CTX_set_imprint(context.get(), imprint, static_cast<long>(digest.size()));
  }
  TS_VERIFY_CTX_set_flags(context.get(), flags);
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  return context;
}

std::string SignerOf(PKCS7* token) {
  const Owned<STACK_OF(X509)> signers(PKCS7_get0_signers(token, nullptr, 0));
  if (signers == nullptr || sk_X509_num(signers.get()) != 1) return "?";
  const Owned<BIO> text(BIO_new(BIO_s_mem()));
  if (text == nullptr) return "?";
  X509_NAME_print_ex(text.get(), X509_get_subject_name(sk_X509_value(signers.get(), 0)), 0,
                     XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(text.get(), &bytes);
  return length > 0 ? std::string(bytes, static_cast<size_t>(length)) : "?";
}

}  // namespace

Result<Bytes> MakeStampRequest(ByteView content) {
  const Owned<TS_REQ> request(TS_REQ_new());
  if (request == nullptr || TS_REQ_set_version(request.get(), 1) != 1 ||
      !FillImprint(request.get(), content) || !FillNonce(request.get()) ||
      TS_REQ_set_cert_req(request.get(), 1) != 1)
    return Failed();
  unsigned char* der = nullptr;
  const int length = i2d_TS_REQ(request.get(), &der);
  if (length <= 0) return Failed();
  Bytes out(der, der + length);
  OPENSSL_free(der);
  return out;
}

Result<Stamp> VerifyStamp(ByteView answer, ByteView content, const std::string& certificates,
                          ByteView request) {
  ERR_clear_error();
  if (answer.size() > kLargestStamp)
    return NoStamp({"the answer is too large", "la réponse est trop volumineuse"});
  const Owned<TS_RESP> parsed = ParseAnswer(answer);
  if (parsed == nullptr)
    return NoStamp({"the answer is none of RFC 3161", "la réponse n’est pas de la RFC 3161"});
  TS_TST_INFO* const info = TS_RESP_get_tst_info(parsed.get());
  if (info == nullptr) return NoStamp({"the authority gave none", "l’autorité n’en a donné aucun"});
  const auto time = TimeOf(info);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr,
                  TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(info)));
  if (!time || OBJ_obj2nid(algorithm) != NID_sha256)
    return NoStamp({"it has no time, or is of another digest than SHA-256",
                    "il n’a pas d’heure, ou porte sur une autre empreinte que SHA-256"});
  const auto context = TRY(ContextOf(content, certificates, *time, request));
  if (TS_RESP_verify_response(context.get(), parsed.get()) != 1)
    return NoStamp(Filled("it does not hold: {}", "il ne tient pas : {}", {base::OpenSslReason()}));
  return Stamp{*time, SignerOf(TS_RESP_get_token(parsed.get()))};
}

}  // namespace garant::trail

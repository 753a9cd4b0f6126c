#include "identity/ssh_signature.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "identity/ssh_wire.h"

namespace garant::identity {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr std::string_view kMagic = "SSHSIG";
constexpr uint8_t kUserPresent = 0x01;
constexpr size_t kMostArmor = 16384;

Error Fault(Code code, const Text& message) {
  return Error{code, Filled("signature: {}", "signature : {}", {message}), {}};
}
Error Invalid(const Text& message) { return Fault(Code::kInvalid, message); }
Error Untrusted(const Text& message) { return Fault(Code::kUntrusted, message); }

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Free>;

Result<Bytes> Unarmor(std::string_view text) {
  if (text.size() > kMostArmor) return Invalid({"larger than 16 KiB", "plus grande que 16 Kio"});
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd) ||
      text.size() < kBegin.size() + kEnd.size())
    return Invalid(
        Filled("it must be what ssh-keygen -Y sign writes: from {} to {}, and nothing else",
               "ce doit être ce qu’écrit ssh-keygen -Y sign : de {} à {}, et rien d’autre",
               {kBegin.substr(0, kBegin.size() - 1), kEnd}));
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  if (!text.ends_with('\n'))
    return Invalid({"its last line does not end before the footer",
                    "sa dernière ligne ne se termine pas avant la ligne de fin"});
  std::string joined;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == 0 || end > 76)
      return Invalid({"a line is empty or longer than 76 characters",
                      "une ligne est vide ou dépasse 76 caractères"});
    joined += text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  Result<Bytes> bytes = base::FromBase64(joined);
  if (!bytes)
    return Invalid(Filled("not base64: {}", "pas du base64 : {}", {bytes.error().message}));
  return bytes;
}

Status ReadInner(ByteView inner, SshSignature& out) {
  SshReader in(inner);
  const std::string type = in.Text();
  const ByteView bytes = in.String();
  if (out.key.type == KeyType::kEd25519Sk) {
    out.flags = in.Byte();
    out.counter = in.Uint32();
  }
  if (!in.Finished())
    return Invalid(
        {"it is cut short, or bytes follow it", "elle est tronquée, ou des octets la suivent"});
  if (type != KeyTypeName(out.key.type))
    return Invalid(Filled("of type \"{}\", by a key of type {}",
                          "de type « {} », par une clé de type {}",
                          {type.substr(0, 64), KeyTypeName(out.key.type)}));
  if (out.key.type != KeyType::kEcdsaP256 && bytes.size() != 64)
    return Invalid(
        {"a signature of Ed25519 has 64 bytes", "une signature Ed25519 compte 64 octets"});
  out.signature.assign(bytes.begin(), bytes.end());
  return Ok{};
}

Bytes Hash(std::string_view name, std::string_view message) {
  Bytes out(64);
  size_t length = 0;
  if (EVP_Q_digest(nullptr, name == "sha512" ? "SHA512" : "SHA256", nullptr, message.data(),
                   message.size(), out.data(), &length) != 1)
    length = 0;
  out.resize(length);
  return out;
}

// What the key signed: PROTOCOL.sshsig, "Signed Data".
Bytes SignedData(const SshSignature& signature, std::string_view message) {
  Bytes out(kMagic.begin(), kMagic.end());
  PutString(out, base::AsBytes(signature.name_space));
  PutString(out, {});
  PutString(out, base::AsBytes(signature.hash));
  PutString(out, Hash(signature.hash, message));
  return out;
}

// What a FIDO key signs of it: PROTOCOL.u2f, "SSH U2F Signatures".
Bytes SignedByHardware(const SshSignature& signature, const Bytes& data) {
  const base::Digest application = base::Sha256(base::AsBytes(signature.key.application));
  const base::Digest digest = base::Sha256(data);
  Bytes out(application.begin(), application.end());
  out.push_back(signature.flags);
  PutUint32(out, signature.counter);
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

KeyHandle Ed25519Key(const Bytes& point) {
  return KeyHandle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, point.data(), point.size()));
}

KeyHandle P256Key(Bytes point) {
  const std::unique_ptr<EVP_PKEY_CTX, Free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  std::string group = "prime256v1";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    return nullptr;
  return KeyHandle(key);
}

// Two positive integers in wire form (RFC 5656 section 3.1.2) to DER; empty where they are not.
Bytes EcdsaToDer(const Bytes& wire) {
  SshReader in(wire);
  BIGNUM* numbers[2] = {nullptr, nullptr};
  bool sound = true;
  for (BIGNUM*& number : numbers) {
    const ByteView bytes = in.String();
    sound = sound && !bytes.empty() && bytes.size() <= 33 && (bytes[0] & 0x80U) == 0;
    // One spelling: a leading zero only where the next bit would make the number negative.
    sound = sound && (bytes[0] != 0 || (bytes.size() > 1 && (bytes[1] & 0x80U) != 0));
    number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size() % 64), nullptr);
  }
  const std::unique_ptr<ECDSA_SIG, Free> signature(ECDSA_SIG_new());
  sound = sound && in.Finished() && signature != nullptr && numbers[0] != nullptr &&
          numbers[1] != nullptr;
  if (!sound || ECDSA_SIG_set0(signature.get(), numbers[0], numbers[1]) != 1) {
    BN_free(numbers[0]);
    BN_free(numbers[1]);
    return {};
  }
  uint8_t* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  Bytes out;
  if (length > 0) out.assign(der, der + length);
  OPENSSL_free(der);
  return out;
}

bool Holds(EVP_PKEY* key, const EVP_MD* digest, const Bytes& signature, const Bytes& data) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr && !signature.empty() &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), data.data(),
                          data.size()) == 1;
}

}  // namespace

Result<SshSignature> ParseSshSignature(std::string_view armored) {
  const Bytes bytes = TRY(Unarmor(armored));
  SshReader in(bytes);
  if (base::AsText(in.Take(kMagic.size())) != kMagic)
    return Invalid({"it does not start as one", "son début n’est pas celui d’une signature"});
  const uint32_t version = in.Uint32();
  if (in.ok() && version != 1)
    return Fault(Code::kUnsupported,
                 Filled("version {}, not 1", "version {}, et non 1", {version}));
  const ByteView key = in.String();
  SshSignature out;
  out.name_space = in.Text();
  const ByteView reserved = in.String();
  out.hash = in.Text();
  const ByteView inner = in.String();
  if (!in.Finished())
    return Invalid(
        {"it is cut short, or bytes follow it", "elle est tronquée, ou des octets la suivent"});
  out.key = TRY(ParseKeyBlob(key));
  if (!reserved.empty())
    return Invalid({"its reserved field is not empty", "son champ réservé n’est pas vide"});
  if (out.hash != "sha512" && out.hash != "sha256")
    return Fault(Code::kUnsupported, Filled("hash \"{}\" is not taken; use sha512",
                                            "le hachage « {} » n’est pas accepté; prenez sha512",
                                            {out.hash.substr(0, 64)}));
  TRY(ReadInner(inner, out));
  return out;
}

Status VerifySshSignature(const SshSignature& signature, const PublicKey& key,
                          std::string_view name_space, std::string_view message) {
  if (signature.key != key)
    return Untrusted(Filled("made with the key {}, not with {}",
                            "faite avec la clé {}, et non avec {}",
                            {signature.key.Fingerprint(), key.Fingerprint()}));
  if (signature.name_space != name_space)
    return Untrusted(Filled("made for the namespace \"{}\", not for \"{}\"",
                            "faite pour l’espace de noms « {} », et non pour « {} »",
                            {signature.name_space, name_space}));
  if (key.type == KeyType::kEd25519Sk && (signature.flags & kUserPresent) == 0)
    return Untrusted({"the security key signed without a person touching it",
                      "la clé de sécurité a signé sans que personne ne la touche"});
  const Bytes data = SignedData(signature, message);
  bool holds = false;
  switch (key.type) {
    case KeyType::kEd25519:
      holds = Holds(Ed25519Key(key.point).get(), nullptr, signature.signature, data);
      break;
    case KeyType::kEd25519Sk:
      holds = Holds(Ed25519Key(key.point).get(), nullptr, signature.signature,
                    SignedByHardware(signature, data));
      break;
    case KeyType::kEcdsaP256:
      holds = Holds(P256Key(key.point).get(), EVP_sha256(), EcdsaToDer(signature.signature), data);
      break;
  }
  if (!holds)
    return Untrusted({"it does not hold: the text or the signature was changed",
                      "elle ne tient pas : le texte ou la signature a été modifié"});
  return Ok{};
}

}  // namespace garant::identity

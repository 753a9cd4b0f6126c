#include "trail/tree/verifier_key.h"

#include <algorithm>

#include "base/bytes.h"
#include "trail/crypto/crypto.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

Error Invalid(Text message) { return Error{Code::kInvalid, std::move(message), {}}; }

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 255 &&
         std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
}

std::array<uint8_t, 4> KeyId(const VerifierKey& key) {
  Bytes hashed(key.name.begin(), key.name.end());
  hashed.push_back('\n');
  hashed.push_back(static_cast<uint8_t>(key.type));
  hashed.insert(hashed.end(), key.key.begin(), key.key.end());
  const base::Digest digest = base::Sha256(hashed);
  return {digest[0], digest[1], digest[2], digest[3]};
}

Error OfAnotherType(KeyType wanted) {
  if (wanted == KeyType::kCosignature)
    return Error{Code::kUnsupported,
                 {"a witness's verifier key is of type 4, Ed25519 cosignatures; this one is of "
                  "another type",
                  "la clé de vérification d’un témoin est de type 4, des cosignatures Ed25519; "
                  "celle-ci est d’un autre type"},
                 {}};
  return Error{Code::kUnsupported,
               {"a verifier key of another type than Ed25519",
                "une clé de vérification d’un autre type qu’Ed25519"},
               {}};
}

}  // namespace

Result<VerifierKey> VerifierKey::FromSeed(std::string_view name, std::span<const uint8_t, 32> seed,
                                          KeyType type) {
  if (!IsName(name))
    return Invalid(Filled(
        "the origin must have 1 to 255 printable ASCII characters without space and +: \"{}\"",
        "l’origine doit avoir de 1 à 255 caractères ASCII imprimables, sans espace ni + : « {} »",
        {name}));
  VerifierKey out;
  out.name = name;
  out.key = Ed25519PublicKey(seed);
  out.type = type;
  out.id = KeyId(out);
  return out;
}

Result<VerifierKey> VerifierKey::Parse(std::string_view text, KeyType wanted) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !IsName(text.substr(0, first)))
    return Invalid({"a verifier key has the form origin+keyid+base64",
                    "une clé de vérification a la forme origine+id+base64"});
  const Bytes typed = TRY(base::FromBase64(text.substr(second + 1)));
  if (typed.size() != 33 || typed[0] != static_cast<uint8_t>(wanted)) return OfAnotherType(wanted);
  VerifierKey out;
  out.name = text.substr(0, first);
  out.type = wanted;
  std::copy(typed.begin() + 1, typed.end(), out.key.begin());
  out.id = KeyId(out);
  if (out.ToString() != text)
    return Error{Code::kUntrusted,
                 {"the verifier key's id does not belong to its name and key: it was changed",
                  "l’identifiant de la clé de vérification ne va pas avec son nom et sa clé : "
                  "elle a été modifiée"},
                 {}};
  return out;
}

std::string VerifierKey::ToString() const {
  Bytes typed{static_cast<uint8_t>(type)};
  typed.insert(typed.end(), key.begin(), key.end());
  return name + "+" + base::ToHex(id) + "+" + base::ToBase64(typed);
}

}  // namespace garant::trail

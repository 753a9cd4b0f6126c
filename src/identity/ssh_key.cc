#include "identity/ssh_key.h"

#include "base/text.h"
#include "identity/ssh_wire.h"

namespace garant::identity {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr KeyType kTypes[] = {KeyType::kEd25519, KeyType::kEd25519Sk, KeyType::kEcdsaP256};

Error Invalid(const base::Text& message) {
  return Error{Code::kInvalid, Filled("public key: {}", "clé publique : {}", {message}), {}};
}

Result<KeyType> FindType(std::string_view name) {
  for (const KeyType type : kTypes)
    if (KeyTypeName(type) == name) return type;
  return Error{Code::kUnsupported,
               Filled("public key: type \"{}\" is not taken; use ssh-ed25519, "
                      "sk-ssh-ed25519@openssh.com or ecdsa-sha2-nistp256",
                      "clé publique : le type « {} » n’est pas accepté; prenez ssh-ed25519, "
                      "sk-ssh-ed25519@openssh.com ou ecdsa-sha2-nistp256",
                      {name.substr(0, 64)}),
               {}};
}

}  // namespace

std::string_view KeyTypeName(KeyType type) {
  switch (type) {
    case KeyType::kEd25519:
      return "ssh-ed25519";
    case KeyType::kEd25519Sk:
      return "sk-ssh-ed25519@openssh.com";
    case KeyType::kEcdsaP256:
      break;
  }
  return "ecdsa-sha2-nistp256";
}

std::string PublicKey::Fingerprint() const {
  std::string text = base::ToBase64(base::Sha256(blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

Result<PublicKey> ParseKeyBlob(ByteView blob) {
  SshReader in(blob);
  const std::string name = in.Text();
  if (!in.ok()) return Invalid({"it is cut short", "elle est tronquée"});
  PublicKey key;
  key.type = TRY(FindType(name));
  if (key.type == KeyType::kEcdsaP256 && in.Text() != "nistp256")
    return Invalid({"its curve is not nistp256", "sa courbe n’est pas nistp256"});
  const ByteView point = in.String();
  if (key.type == KeyType::kEd25519Sk) key.application = in.Text();
  if (!in.Finished())
    return Invalid(
        {"it is cut short, or bytes follow it", "elle est tronquée, ou des octets la suivent"});
  const bool ecdsa = key.type == KeyType::kEcdsaP256;
  if (point.size() != (ecdsa ? 65U : 32U) || (ecdsa && point[0] != 0x04))
    return Invalid({"its point has a wrong length or form",
                    "son point n’a pas la bonne longueur ou la bonne forme"});
  key.point.assign(point.begin(), point.end());
  key.blob.assign(blob.begin(), blob.end());
  return key;
}

Result<PublicKey> ParsePublicKey(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.find('\n') != std::string_view::npos)
    return Invalid({"it must be one line", "elle doit tenir sur une ligne"});
  const size_t space = line.find(' ');
  if (space == std::string_view::npos)
    return Invalid({"it must have the form \"ssh-ed25519 AAAA… comment\"",
                    "elle doit avoir la forme « ssh-ed25519 AAAA… commentaire »"});
  const std::string_view name = line.substr(0, space);
  const KeyType type = TRY(FindType(name));
  const std::string_view rest = line.substr(space + 1);
  const Result<Bytes> blob = base::FromBase64(rest.substr(0, rest.find(' ')));
  if (!blob)
    return Invalid(Filled("its second word is not base64: {}",
                          "son deuxième mot n’est pas du base64 : {}", {blob.error().message}));
  PublicKey key = TRY(ParseKeyBlob(*blob));
  if (key.type != type)
    return Invalid(Filled("it says {} and holds {}", "elle annonce {} et contient {}",
                          {name, KeyTypeName(key.type)}));
  return key;
}

}  // namespace garant::identity

#include "trail/checkpoint.h"

#include <algorithm>
#include <charconv>

#include "trail/crypto.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

constexpr uint8_t kEd25519 = 0x01;
constexpr std::string_view kSignatureMark = "\xe2\x80\x94 ";  // an em dash and a space

Error Invalid(Text message) { return Error{Code::kInvalid, std::move(message), {}}; }
Error Untrusted(Text message) { return Error{Code::kUntrusted, std::move(message), {}}; }

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 255 &&
         std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
}

std::array<uint8_t, 4> KeyId(std::string_view name, ByteView key) {
  Bytes hashed(name.begin(), name.end());
  hashed.push_back('\n');
  hashed.push_back(kEd25519);
  hashed.insert(hashed.end(), key.begin(), key.end());
  const base::Digest digest = base::Sha256(hashed);
  return {digest[0], digest[1], digest[2], digest[3]};
}

// The line without its line feed, which must be there.
Result<std::string_view> TakeLine(std::string_view& text, const Text& what) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos)
    return Invalid(Filled("checkpoint: it ends before its {}",
                          "point de contrôle : il se termine avant {}", {what}));
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

Result<uint64_t> ParseSize(std::string_view text) {
  uint64_t size = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, size);
  if (text.empty() || problem != std::errc{} || stop != end || (text.size() > 1 && text[0] == '0'))
    return Invalid(Filled("checkpoint: its size is not a whole number: \"{}\"",
                          "point de contrôle : sa taille n’est pas un nombre entier : « {} »",
                          {text}));
  return size;
}

}  // namespace

Result<VerifierKey> VerifierKey::FromSeed(std::string_view name,
                                          std::span<const uint8_t, 32> seed) {
  if (!IsName(name))
    return Invalid(Filled(
        "the origin must have 1 to 255 printable ASCII characters without space and +: \"{}\"",
        "l’origine doit avoir de 1 à 255 caractères ASCII imprimables, sans espace ni + : « {} »",
        {name}));
  VerifierKey out;
  out.name = name;
  out.key = Ed25519PublicKey(seed);
  out.id = KeyId(name, out.key);
  return out;
}

Result<VerifierKey> VerifierKey::Parse(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !IsName(text.substr(0, first)))
    return Invalid({"a verifier key has the form origin+keyid+base64",
                    "une clé de vérification a la forme origine+id+base64"});
  const Bytes typed = TRY(base::FromBase64(text.substr(second + 1)));
  if (typed.size() != 33 || typed[0] != kEd25519)
    return Error{Code::kUnsupported,
                 {"a verifier key of another type than Ed25519",
                  "une clé de vérification d’un autre type qu’Ed25519"},
                 {}};
  VerifierKey out;
  out.name = text.substr(0, first);
  std::copy(typed.begin() + 1, typed.end(), out.key.begin());
  out.id = KeyId(out.name, out.key);
  if (out.ToString() != text)
    return Untrusted({"the verifier key's id does not belong to its name and key: it was changed",
                      "l’identifiant de la clé de vérification ne va pas avec son nom et sa clé : "
                      "elle a été modifiée"});
  return out;
}

std::string VerifierKey::ToString() const {
  Bytes typed{kEd25519};
  typed.insert(typed.end(), key.begin(), key.end());
  return name + "+" + base::ToHex(id) + "+" + base::ToBase64(typed);
}

std::string SignCheckpoint(uint64_t size, const base::Digest& root, const VerifierKey& key,
                           std::span<const uint8_t, 32> seed) {
  std::string body = key.name + "\n" + std::to_string(size) + "\n" + base::ToBase64(root) + "\n";
  const std::array<uint8_t, 64> signature = Ed25519Sign(seed, base::AsBytes(body));
  Bytes signed_by(key.id.begin(), key.id.end());
  signed_by.insert(signed_by.end(), signature.begin(), signature.end());
  return body + "\n" + std::string(kSignatureMark) + key.name + " " + base::ToBase64(signed_by) +
         "\n";
}

Result<Checkpoint> OpenCheckpoint(std::string_view note, const VerifierKey& key) {
  std::string_view rest = note;
  Checkpoint out;
  out.origin = TRY(TakeLine(rest, {"origin", "son origine"}));
  const std::string_view size = TRY(TakeLine(rest, {"size", "sa taille"}));
  out.size = TRY(ParseSize(size));
  const std::string_view root_line = TRY(TakeLine(rest, {"root", "sa racine"}));
  const Bytes root = TRY(base::FromBase64(root_line));
  if (root.size() != out.root.size())
    return Invalid({"checkpoint: its root is not 32 bytes",
                    "point de contrôle : sa racine ne compte pas 32 octets"});
  std::ranges::copy(root, out.root.begin());
  const std::string_view body = note.substr(0, note.size() - rest.size());
  const std::string_view empty = TRY(TakeLine(rest, {"empty line", "sa ligne vide"}));
  if (!empty.empty())
    return Invalid({"checkpoint: an empty line must follow its root",
                    "point de contrôle : une ligne vide doit suivre sa racine"});
  const std::string_view line = TRY(TakeLine(rest, {"signature", "sa signature"}));
  if (!rest.empty())
    return Invalid({"checkpoint: bytes behind its signature",
                    "point de contrôle : des octets suivent sa signature"});

  const std::string mark = std::string(kSignatureMark) + key.name + " ";
  if (!line.starts_with(mark) || out.origin != key.name)
    return Untrusted(Filled("checkpoint: it is not by {}", "point de contrôle : il n’est pas de {}",
                            {key.name}));
  const Bytes signed_by = TRY(base::FromBase64(line.substr(mark.size())));
  if (signed_by.size() != 68 || !std::equal(key.id.begin(), key.id.end(), signed_by.begin()))
    return Untrusted({"checkpoint: it is signed with another key",
                      "point de contrôle : il est signé d’une autre clé"});
  if (!Ed25519Verify(key.key, base::AsBytes(body), ByteView(signed_by).subspan(4)))
    return Untrusted({"checkpoint: its signature does not hold",
                      "point de contrôle : sa signature ne tient pas"});
  return out;
}

size_t FirstNoteLength(std::string_view notes) {
  size_t length = 0;
  for (int line = 0; line < 5; ++line) {
    const size_t end = notes.find('\n', length);
    if (end == std::string_view::npos) return 0;
    length = end + 1;
  }
  return length;
}

}  // namespace garant::trail

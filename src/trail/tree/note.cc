#include "trail/tree/note.h"

#include <algorithm>
#include <optional>

#include "trail/crypto/crypto.h"
#include "trail/entry/wire.h"

namespace garant::trail {
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

constexpr std::string_view kMark = "\xe2\x80\x94 ";  // an em dash and a space
constexpr size_t kIdBytes = 4;
constexpr size_t kTimeBytes = 8;
constexpr uint64_t kLastSecond = 9'223'372'036;  // that a base::Time can hold

Error NoNote(const Text& why) {
  return Error{Code::kInvalid, Filled("signed note: {}", "note signée : {}", {why}), {}};
}

// Unicode's white space beyond ASCII, in UTF-8; names hold none of it.
bool HasWideSpace(std::string_view name) {
  for (const std::string_view space :
       {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
        "\xe2\x81\x9f", "\xe3\x80\x80"})
    if (name.find(space) != std::string_view::npos) return true;
  for (size_t at = 0; (at = name.find("\xe2\x80", at)) != std::string_view::npos; ++at)
    if (at + 2 < name.size() && static_cast<unsigned char>(name[at + 2]) >= 0x80 &&
        static_cast<unsigned char>(name[at + 2]) <= 0x8a)
      return true;
  return false;
}

bool IsName(std::string_view name) {
  return !name.empty() && name.find_first_of("+ ") == std::string_view::npos &&
         base::IsUtf8(name) && !HasWideSpace(name);
}

bool HasControls(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

std::string CosignedMessage(std::string_view text, uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

Error NotBy(const VerifierKey& key) {
  return Error{
      Code::kNotFound,
      Filled("signed note: {} did not sign it", "note signée : {} ne l’a pas signée", {key.name}),
      {}};
}

Error Forged(const VerifierKey& key) {
  return Error{Code::kUntrusted,
               Filled("signed note: its signature by {} does not hold",
                      "note signée : sa signature par {} ne tient pas", {key.name}),
               {}};
}

// The signature lines; the last empty line stands before them.
Result<std::vector<NoteSignature>> ParseLines(std::string_view lines) {
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() == kMostSignatures)
      return NoNote(Filled("it has more than {} signatures", "elle porte plus de {} signatures",
                           {uint64_t{kMostSignatures}}));
    const size_t end = lines.find('\n') + 1;  // it ends in one
    signatures.push_back(TRY(NoteSignature::Parse(lines.substr(0, end))));
    lines.remove_prefix(end);
  }
  if (signatures.empty()) return NoNote({"nobody signed it", "personne ne l’a signée"});
  return signatures;
}

// When a cosignature says that it was made; nothing where it does not hold.
std::optional<uint64_t> CosignedAt(const Note& note, const NoteSignature& by,
                                   const VerifierKey& key) {
  WireReader in(by.signature);
  const uint64_t seconds = in.Integer(kTimeBytes);
  if (!in.ok() || seconds == 0 || seconds > kLastSecond) return std::nullopt;
  const std::string message = CosignedMessage(note.text, seconds);
  if (!Ed25519Verify(key.key, base::AsBytes(message), in.Take(in.left()))) return std::nullopt;
  return seconds;
}

}  // namespace

std::string NoteSignature::ToLine() const {
  Bytes bytes(id.begin(), id.end());
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(kMark) + name + " " + base::ToBase64(bytes) + "\n";
}

Result<NoteSignature> NoteSignature::Parse(std::string_view line) {
  if (!line.ends_with('\n') || !line.starts_with(kMark))
    return NoNote({"a signature line has the form \"— name base64\"",
                   "une ligne de signature a la forme « — nom base64 »"});
  line.remove_suffix(1);
  line.remove_prefix(kMark.size());
  const size_t space = line.find(' ');
  const std::string_view name = line.substr(0, space);
  if (space == std::string_view::npos || !IsName(name))
    return NoNote({"a signature line names no key", "une ligne de signature ne nomme aucune clé"});
  const auto bytes = base::FromBase64(line.substr(space + 1));
  if (!bytes || bytes->size() <= kIdBytes)
    return NoNote(Filled("the signature by {} is no base64 of a key id and a signature",
                         "la signature par {} n’est pas le base64 d’un identifiant de clé et "
                         "d’une signature",
                         {name}));
  NoteSignature out{.name = std::string(name), .id = {}, .signature = {}};
  std::copy_n(bytes->begin(), kIdBytes, out.id.begin());
  out.signature.assign(bytes->begin() + kIdBytes, bytes->end());
  return out;
}

Result<Note> Note::Parse(std::string_view text) {
  if (text.size() > kLargestNote)
    return NoNote(
        Filled("it is larger than {} bytes", "elle dépasse {} octets", {uint64_t{kLargestNote}}));
  if (!base::IsUtf8(text) || HasControls(text))
    return NoNote({"it holds control characters, or is not UTF-8",
                   "elle contient des caractères de commande, ou n’est pas en UTF-8"});
  const size_t empty_line = text.rfind("\n\n");
  if (empty_line == std::string_view::npos || !text.ends_with('\n'))
    return NoNote(
        {"an empty line stands between a text and its signatures, and each ends in a "
         "line feed",
         "une ligne vide sépare un texte de ses signatures, et chacune se termine par "
         "un saut de ligne"});
  if (empty_line == 0) return NoNote({"its text is empty", "son texte est vide"});
  // Not within the initializer: clang 16 leaks what stands in it when TRY leaves.
  auto signatures = TRY(ParseLines(text.substr(empty_line + 2)));
  return Note{.text = std::string(text.substr(0, empty_line + 1)),
              .signatures = std::move(signatures)};
}

std::string Note::ToString() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) out += signature.ToLine();
  return out;
}

size_t FirstCosignedLength(std::string_view notes) {
  const size_t empty_line = notes.find("\n\n");
  if (empty_line == std::string_view::npos) return 0;
  const size_t lines = empty_line + 2;
  size_t end = lines;
  while (notes.substr(end).starts_with(kMark)) {
    const size_t stop = notes.find('\n', end);
    if (stop == std::string_view::npos) return 0;
    end = stop + 1;
  }
  return end == lines ? 0 : end;
}

NoteSignature SignNote(std::string_view text, const VerifierKey& key,
                       std::span<const uint8_t, 32> seed) {
  return SignNote(text, key, Ed25519Signer(seed));
}

NoteSignature SignNote(std::string_view text, const VerifierKey& key, const Ed25519Signer& signer) {
  const auto signature = signer.Sign(base::AsBytes(text));
  return {.name = key.name, .id = key.id, .signature = {signature.begin(), signature.end()}};
}

Status VerifyNote(const Note& note, const VerifierKey& key) {
  bool found = false;
  for (const NoteSignature& by : note.signatures) {
    if (!by.IsBy(key) || key.type != KeyType::kEd25519) continue;
    if (!Ed25519Verify(key.key, base::AsBytes(note.text), by.signature)) return Forged(key);
    found = true;
  }
  if (!found) return NotBy(key);
  return Ok{};
}

NoteSignature Cosign(std::string_view text, base::Time time, const VerifierKey& key,
                     std::span<const uint8_t, 32> seed) {
  const auto seconds = static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
  const auto signature = Ed25519Signer(seed).Sign(base::AsBytes(CosignedMessage(text, seconds)));
  NoteSignature out{.name = key.name, .id = key.id, .signature = {}};
  PutInteger(out.signature, seconds, kTimeBytes);
  PutBytes(out.signature, signature);
  return out;
}

Result<base::Time> VerifyCosignature(const Note& note, const VerifierKey& key) {
  uint64_t latest = 0;
  for (const NoteSignature& by : note.signatures) {
    if (!by.IsBy(key) || key.type != KeyType::kCosignature) continue;
    const auto seconds = CosignedAt(note, by, key);
    if (!seconds) return Forged(key);
    latest = std::max(latest, *seconds);
  }
  if (latest == 0) return NotBy(key);
  return base::Time(std::chrono::seconds(static_cast<int64_t>(latest)));
}

}  // namespace garant::trail

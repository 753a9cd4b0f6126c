#include "trail/tree/checkpoint.h"

#include <algorithm>
#include <charconv>

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
Error Untrusted(Text message) { return Error{Code::kUntrusted, std::move(message), {}}; }

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

}  // namespace

Result<uint64_t> ParseDecimal(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (text.empty() || problem != std::errc{} || stop != end || (text.size() > 1 && text[0] == '0'))
    return Invalid(Filled("not a whole number: \"{}\"", "pas un nombre entier : « {} »", {text}));
  return number;
}

Result<Checkpoint> ParseCheckpoint(std::string_view text) {
  Checkpoint out;
  out.origin = TRY(TakeLine(text, {"origin", "son origine"}));
  if (out.origin.empty())
    return Invalid({"checkpoint: its origin is empty", "point de contrôle : son origine est vide"});
  const auto size = ParseDecimal(TRY(TakeLine(text, {"size", "sa taille"})));
  if (!size)
    return Invalid(Filled("checkpoint: its size is {}", "point de contrôle : sa taille est {}",
                          {size.error().message}));
  out.size = *size;
  const std::string_view root_line = TRY(TakeLine(text, {"root", "sa racine"}));
  const Bytes root = TRY(base::FromBase64(root_line));
  if (root.size() != out.root.size())
    return Invalid({"checkpoint: its root is not 32 bytes",
                    "point de contrôle : sa racine ne compte pas 32 octets"});
  std::ranges::copy(root, out.root.begin());
  while (!text.empty())
    if (TRY(TakeLine(text, {"last line feed", "son dernier saut de ligne"})).empty())
      return Invalid({"checkpoint: an empty line among its extensions",
                      "point de contrôle : une ligne vide parmi ses extensions"});
  return out;
}

std::string SignCheckpoint(uint64_t size, const base::Digest& root, const VerifierKey& key,
                           std::span<const uint8_t, 32> seed) {
  return SignCheckpoint(size, root, key, Ed25519Signer(seed));
}

std::string SignCheckpoint(uint64_t size, const base::Digest& root, const VerifierKey& key,
                           const Ed25519Signer& signer) {
  const std::string text =
      key.name + "\n" + std::to_string(size) + "\n" + base::ToBase64(root) + "\n";
  return text + "\n" + SignNote(text, key, signer).ToLine();
}

Result<Checkpoint> OpenCheckpoint(const Note& note, const VerifierKey& log) {
  Checkpoint out = TRY(ParseCheckpoint(note.text));
  if (out.origin != log.name)
    return Untrusted(Filled("checkpoint: it is not by {}", "point de contrôle : il n’est pas de {}",
                            {log.name}));
  const base::Status held = VerifyNote(note, log);
  if (held) return out;
  if (held.error().code == Code::kNotFound)
    return Untrusted({"checkpoint: it is signed with another key",
                      "point de contrôle : il est signé d’une autre clé"});
  return Untrusted(
      {"checkpoint: its signature does not hold", "point de contrôle : sa signature ne tient pas"});
}

Result<Checkpoint> OpenCheckpoint(std::string_view note, const VerifierKey& key) {
  auto parsed = Note::Parse(note);
  if (!parsed)
    return Invalid(Filled("checkpoint: {}", "point de contrôle : {}", {parsed.error().message}));
  Checkpoint out = TRY(OpenCheckpoint(*parsed, key));
  if (parsed->signatures.size() != 1 || FirstNoteLength(note) != note.size())
    return Invalid({"checkpoint: it must have three lines of text and one signature",
                    "point de contrôle : il doit avoir trois lignes de texte et une signature"});
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

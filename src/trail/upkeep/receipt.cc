#include "trail/upkeep/receipt.h"

#include <charconv>
#include <optional>

#include "trail/entry/entry.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/note.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr std::string_view kForm = "garant/erasure/";
constexpr std::string_view kVersion = "1";
constexpr size_t kMostHashes = 63;

Error Malformed(const Text& why) {
  return Error{Code::kInvalid, Filled("receipt: {}", "reçu : {}", {why}), {}};
}
Error Untrusted(const Text& why) {
  return Error{Code::kUntrusted, Filled("receipt: {}", "reçu : {}", {why}), {}};
}

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out.empty() ? "-" : out;
}

std::string TextOf(const Receipt& receipt) {
  std::string out = std::string(kForm) + std::string(kVersion) + "\n";
  out += "origin " + receipt.origin + "\n";
  out += "record " + base::ToHex(receipt.tombstone.record) + "\n";
  out += "time " + base::FormatTime(receipt.time) + "\n";
  out += "held " + Joined(receipt.tombstone.held) + "\n";
  out += "entry " + std::to_string(receipt.entry) + " " + base::ToBase64(receipt.leaf) + "\n";
  for (const Digest& hash : receipt.proof) out += "proof " + base::ToBase64(hash) + "\n";
  return out + "checkpoint " + base::ToBase64(base::AsBytes(receipt.checkpoint)) + "\n";
}

// The lines of a text, each "name value".
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  // The value, where the next line has that name.
  std::optional<std::string_view> Take(std::string_view name) {
    const size_t end = text_.find('\n');
    const std::string_view line = text_.substr(0, end);
    if (end == std::string_view::npos || !line.starts_with(name) || line.size() <= name.size() ||
        line[name.size()] != ' ')
      return std::nullopt;
    text_.remove_prefix(end + 1);
    return line.substr(name.size() + 1);
  }
  [[nodiscard]] bool AtEnd() const { return text_.empty(); }

 private:
  std::string_view text_;
};

Result<std::string_view> Need(Lines& lines, std::string_view name) {
  const auto value = lines.Take(name);
  if (value) return *value;
  return Malformed(Filled("the line '{}' is not where it must be",
                          "la ligne « {} » n’est pas à sa place", {name}));
}

Result<uint64_t> Number(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || stop != end || std::to_string(number) != text)
    return Malformed(Filled("'{}' is no index", "« {} » n’est pas un numéro", {text}));
  return number;
}

// What the lines carry; what they say beside it is compared with it afterwards.
Result<Receipt> Parse(std::string_view text) {
  Lines lines(text);
  const std::string origin(TRY(Need(lines, "origin")));
  for (const char* said : {"record", "time", "held"}) TRY(Need(lines, said));
  const std::string_view entry = TRY(Need(lines, "entry"));
  const size_t space = entry.find(' ');
  if (space == std::string_view::npos)
    return Malformed({"the line 'entry' has no entry", "la ligne « entry » n’a pas d’entrée"});
  const uint64_t index = TRY(Number(entry.substr(0, space)));
  const Bytes leaf = TRY(base::FromBase64(entry.substr(space + 1)));
  std::vector<Digest> proof;
  while (const auto line = lines.Take("proof")) {
    const Bytes hash = TRY(base::FromBase64(*line));
    if (hash.size() != Digest{}.size() || proof.size() == kMostHashes)
      return Malformed({"its proof is none", "sa preuve n’en est pas une"});
    std::copy(hash.begin(), hash.end(), proof.emplace_back().begin());
  }
  const std::string_view note = TRY(Need(lines, "checkpoint"));
  const Bytes checkpoint = TRY(base::FromBase64(note));
  if (!lines.AtEnd())
    return Malformed(
        {"something follows its checkpoint", "quelque chose suit son point de contrôle"});
  return MakeReceipt(origin, index, leaf, std::move(proof), std::string(base::AsText(checkpoint)));
}

Result<std::string_view> WithoutFirstLine(std::string_view text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  if (!line.starts_with(kForm))
    return Malformed({"it does not begin as one", "il ne commence pas comme tel"});
  if (line.substr(kForm.size()) != kVersion)
    return Error{Code::kUnsupported,
                 {"receipt: of another version; check it with a newer garant",
                  "reçu : d’une autre version; vérifiez-le avec un garant plus récent"},
                 {}};
  return text.substr(end + 1);
}

Status CheckTree(const Receipt& receipt, const VerifierKey& key) {
  const auto checkpoint = OpenCheckpoint(receipt.checkpoint, key);
  if (!checkpoint) return Untrusted(checkpoint.error().message);
  if (receipt.entry >= checkpoint->size)
    return Untrusted({"its checkpoint does not reach its entry",
                      "son point de contrôle ne va pas jusqu’à son entrée"});
  const auto included = VerifyInclusion(LeafHash(receipt.leaf), receipt.entry, checkpoint->size,
                                        receipt.proof, checkpoint->root);
  if (!included) return Untrusted(included.error().message);
  return Ok{};
}

}  // namespace

Result<Receipt> MakeReceipt(std::string origin, uint64_t entry, base::ByteView leaf,
                            std::vector<Digest> proof, std::string checkpoint) {
  const Entry decoded = TRY(DecodeEntry(leaf));
  const auto tombstone = ToTombstone(decoded);
  if (!tombstone || decoded.index != entry)
    return Malformed(
        Filled("entry {} is no tombstone", "l’entrée {} n’est pas une stèle", {entry}));
  return Receipt{.origin = std::move(origin),
                 .tombstone = *tombstone,
                 .time = decoded.time,
                 .entry = entry,
                 .leaf = {leaf.begin(), leaf.end()},
                 .proof = std::move(proof),
                 .checkpoint = std::move(checkpoint)};
}

std::string SignReceipt(const Receipt& receipt, const VerifierKey& key,
                        std::span<const uint8_t, 32> seed) {
  Note note{.text = TextOf(receipt), .signatures = {}};
  note.signatures.push_back(SignNote(note.text, key, seed));
  return note.ToString();
}

Result<Receipt> OpenReceipt(std::string_view text, const VerifierKey& key) {
  TRY(WithoutFirstLine(text));
  const Note note = TRY(Note::Parse(text));
  if (auto held = VerifyNote(note, key); !held) return Untrusted(held.error().message);
  const std::string_view lines = TRY(WithoutFirstLine(note.text));
  Receipt receipt = TRY(Parse(lines));
  if (receipt.origin != key.name)
    return Untrusted(
        Filled("it is of {}, not of {}", "il est de {}, et non de {}", {receipt.origin, key.name}));
  if (TextOf(receipt) != note.text)
    return Untrusted(
        {"it says something else than its tombstone", "il dit autre chose que sa stèle"});
  TRY(CheckTree(receipt, key));
  return receipt;
}

}  // namespace garant::trail

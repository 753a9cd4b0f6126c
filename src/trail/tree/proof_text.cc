#include "trail/tree/proof_text.h"

#include <algorithm>

#include "trail/entry/entry.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;
using base::Text;

constexpr std::string_view kInclusion = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::string_view kOld = "old ";

Error NoProof(const Text& why) {
  return Error{Code::kInvalid, Filled("proof: {}", "preuve : {}", {why}), {}};
}

// Lines of a text of which each must end in a line feed.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  Result<std::string_view> Take() {
    const size_t end = rest_.find('\n');
    if (end == std::string_view::npos)
      return NoProof(Filled("it ends within line {}", "elle se termine dans la ligne {}",
                            {uint64_t{number_}}));
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    ++number_;
    return line;
  }
  [[nodiscard]] bool At(std::string_view start) const { return rest_.starts_with(start); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  // Of the line that was taken last.
  [[nodiscard]] Error Wrong(const Text& why) const {
    return NoProof(Filled("line {}: {}", "ligne {} : {}", {uint64_t{number_ - 1}, why}));
  }

 private:
  std::string_view rest_;
  size_t number_ = 1;
};

Result<uint64_t> TakeNumber(Lines& lines, std::string_view before) {
  std::string_view line = TRY(lines.Take());
  if (!line.starts_with(before))
    return lines.Wrong(Filled("it must begin with \"{}\"", "elle doit commencer par « {} »",
                              {before.substr(0, before.size() - 1)}));
  line.remove_prefix(before.size());
  const auto number = ParseDecimal(line);
  if (!number) return lines.Wrong(number.error().message);
  return *number;
}

// Up to the empty line, which is taken too.
Result<std::vector<Digest>> TakeHashes(Lines& lines) {
  std::vector<Digest> hashes;
  for (;;) {
    const std::string_view line = TRY(lines.Take());
    if (line.empty()) return hashes;
    if (hashes.size() == kMostHashes)
      return lines.Wrong(Filled("a proof takes at most {} hashes",
                                "une preuve prend au plus {} empreintes", {uint64_t{kMostHashes}}));
    const auto bytes = base::FromBase64(line);
    if (!bytes || bytes->size() != Digest().size())
      return lines.Wrong({"it is no base64 of 32 bytes", "ce n’est pas le base64 de 32 octets"});
    std::copy(bytes->begin(), bytes->end(), hashes.emplace_back().begin());
  }
}

// What is left must be a note that is a checkpoint; whose it is shows later.
Result<std::string> TakeNote(const Lines& lines) {
  const Note note = TRY(Note::Parse(lines.rest()));
  TRY(ParseCheckpoint(note.text));
  return std::string(lines.rest());
}

base::Status CheckLength(std::string_view text) {
  if (text.size() <= kLargestProof) return base::Ok{};
  return NoProof(
      Filled("it is larger than {} bytes", "elle dépasse {} octets", {uint64_t{kLargestProof}}));
}

std::string HashLines(const std::vector<Digest>& hashes) {
  std::string out;
  for (const Digest& hash : hashes) out += base::ToBase64(hash) + "\n";
  return out;
}

// Where an inclusion's own text ends: behind its header, its checkpoint's text and its signatures
// an empty line stands each time.
size_t EndOfInclusion(std::string_view text) {
  size_t end = 0;
  for (int part = 0; part < 3; ++part) {
    end = text.find("\n\n", end);
    if (end == std::string_view::npos) return text.size();
    end += 2;
  }
  return end - 1;
}

}  // namespace

Result<InclusionText> InclusionText::Parse(std::string_view text) {
  TRY(CheckLength(text));
  Lines lines(text);
  if (TRY(lines.Take()) != kInclusion)
    return lines.Wrong(Filled("it must be \"{}\"", "elle doit être « {} »", {kInclusion}));
  InclusionText out;
  if (lines.At(kExtra)) {
    auto entry = base::FromBase64(TRY(lines.Take()).substr(kExtra.size()));
    if (!entry || entry->empty() || entry->size() > kMaxEntryBytes)
      return lines.Wrong({"it holds no entry in base64",
                          "elle ne contient aucune entrée en "
                          "base64"});
    out.entry = std::move(*entry);
  }
  out.index = TRY(TakeNumber(lines, kIndex));
  out.hashes = TRY(TakeHashes(lines));
  out.note = TRY(TakeNote(lines));
  return out;
}

std::string InclusionText::ToString() const {
  std::string out = std::string(kInclusion) + "\n";
  if (entry) out += std::string(kExtra) + base::ToBase64(*entry) + "\n";
  return out + std::string(kIndex) + std::to_string(index) + "\n" + HashLines(hashes) + "\n" + note;
}

Result<ConsistencyText> ConsistencyText::Parse(std::string_view text) {
  TRY(CheckLength(text));
  Lines lines(text);
  ConsistencyText out;
  out.old_size = TRY(TakeNumber(lines, kOld));
  out.hashes = TRY(TakeHashes(lines));
  out.note = TRY(TakeNote(lines));
  return out;
}

std::string ConsistencyText::ToString() const {
  return std::string(kOld) + std::to_string(old_size) + "\n" + HashLines(hashes) + "\n" + note;
}

Result<ProofText> ProofText::Parse(std::string_view text) {
  TRY(CheckLength(text));
  ProofText out;
  if (text.starts_with(kOld)) {
    out.consistency = TRY(ConsistencyText::Parse(text));
    return out;
  }
  const size_t end = EndOfInclusion(text);
  out.inclusion = TRY(InclusionText::Parse(text.substr(0, end)));
  if (end == text.size()) return out;
  out.consistency = TRY(ConsistencyText::Parse(text.substr(end + 1)));
  if (out.consistency->note != out.inclusion->note)
    return NoProof({"its two parts are of different checkpoints",
                    "ses deux parties portent sur des points de contrôle différents"});
  return out;
}

std::string ProofText::ToString() const {
  std::string out = inclusion ? inclusion->ToString() : "";
  if (inclusion && consistency) out += "\n";
  if (consistency) out += consistency->ToString();
  return out;
}

Result<Checkpoint> CheckInclusion(const InclusionText& proof, base::ByteView entry,
                                  const VerifierKey& log) {
  const Note note = TRY(Note::Parse(proof.note));
  Checkpoint checkpoint = TRY(OpenCheckpoint(note, log));
  TRY(VerifyInclusion(LeafHash(entry), proof.index, checkpoint.size, proof.hashes,
                      checkpoint.root));
  return checkpoint;
}

Result<Checkpoint> CheckConsistency(const ConsistencyText& proof, const Checkpoint& old,
                                    const VerifierKey& log) {
  const Note note = TRY(Note::Parse(proof.note));
  Checkpoint checkpoint = TRY(OpenCheckpoint(note, log));
  if (old.origin != checkpoint.origin || old.size != proof.old_size)
    return Error{Code::kInvalid,
                 Filled("the proof is from {} entries of {}, and the earlier checkpoint is of {} "
                        "entries of {}",
                        "la preuve part de {} entrées de {}, et le point de contrôle antérieur en "
                        "a {} de {}",
                        {proof.old_size, checkpoint.origin, old.size, old.origin}),
                 {}};
  TRY(VerifyConsistency(old.size, checkpoint.size, old.root, checkpoint.root, proof.hashes));
  return checkpoint;
}

}  // namespace garant::trail

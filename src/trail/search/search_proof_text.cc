#include <algorithm>
#include <charconv>

#include "trail/search/search_proof.h"

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

constexpr std::string_view kForm = "garant/search/";
constexpr std::string_view kVersion = "1";
constexpr size_t kHashDigits = 16;
constexpr size_t kMostWords = 8;  // of a line; more are none of this form

std::string Hexadecimal(uint64_t hash) {
  std::string text(kHashDigits, '0');
  for (size_t i = kHashDigits; i-- > 0; hash >>= 4U) text[i] = "0123456789abcdef"[hash & 15U];
  return text;
}

std::string Nanoseconds(base::Time time) { return std::to_string(time.time_since_epoch().count()); }

std::optional<RunKey> KeyNamed(std::string_view name) {
  for (size_t i = 1; i <= kRunKeys; ++i)
    if (RunKeyName(static_cast<RunKey>(i)) == name) return static_cast<RunKey>(i);
  return {};
}

// Reads lines of words that one space parts.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  Result<SearchProof> Read() {
    if (const std::string_view first = Next();
        first != std::string(kForm) + std::string(kVersion)) {
      if (first.starts_with(kForm))
        return Error{Code::kUnsupported,
                     {"search proof: of another version; check it with a newer garant",
                      "preuve de recherche : d’une autre version; vérifiez-la avec un garant plus "
                      "récent"},
                     {}};
      return Wrong({"it does not begin as a search proof",
                    "elle ne commence pas comme une preuve de recherche"});
    }
    TRY(ReadSearch());
    TRY(ReadSegments());
    TRY(ReadLeaves());
    if (!Take("end-of-proof"))
      return Wrong({"this line is not where it can be", "cette ligne n’est pas à sa place"});
    if (words_.size() != 1 || !Next().empty() || rest_.empty() || !whole_)
      return Wrong({"an empty line and the checkpoint must follow",
                    "une ligne vide et le point de contrôle doivent suivre"});
    const Note note = TRY(Note::Parse(rest_));
    TRY(ParseCheckpoint(note.text));
    out_.note = std::string(rest_);
    return std::move(out_);
  }

 private:
  Error Wrong(const Text& why) const {
    return Error{Code::kInvalid,
                 Filled("search proof: line {}: {}", "preuve de recherche : ligne {} : {}",
                        {uint64_t{number_}, why}),
                 {}};
  }
  Error Misformed() const {
    return Wrong({"it has not the form that it must have", "elle n’a pas la forme voulue"});
  }

  // The next line; nothing where the text ends within it.
  std::string_view Next() {
    ++number_;
    const size_t end = rest_.find('\n');
    whole_ = end != std::string_view::npos;
    if (!whole_) return {};
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  // Takes the next line where its first word is `name`, into words_.
  bool Take(std::string_view name) {
    const size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return false;
    const std::string_view line = rest_.substr(0, end);
    if (line != name && !(line.starts_with(name) && line.substr(name.size()).starts_with(' ')))
      return false;
    std::string_view words = Next();
    words_.clear();
    for (;;) {
      const size_t space = words.find(' ');
      if (words_.size() < kMostWords) words_.push_back(words.substr(0, space));
      if (space == std::string_view::npos) return true;
      words.remove_prefix(space + 1);
    }
  }

  Result<uint64_t> Number(size_t word) const {
    if (word >= words_.size()) return Misformed();
    const auto number = ParseDecimal(words_[word]);
    return number ? *number : Result<uint64_t>(Wrong(number.error().message));
  }
  Result<base::Time> Moment(size_t word) const {
    if (word >= words_.size()) return Misformed();
    const std::string_view text = words_[word];
    int64_t count = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (problem != std::errc{} || std::to_string(count) != text) return Misformed();
    return base::Time(base::Duration(count));
  }
  Result<uint64_t> Hash(size_t word) const {
    if (word >= words_.size()) return Misformed();
    uint64_t hash = 0;
    const std::string_view text = words_[word];
    std::from_chars(text.data(), text.data() + text.size(), hash, 16);
    if (Hexadecimal(hash) != text) return Misformed();
    return hash;
  }
  Result<Bytes> Base64(size_t word) const {
    if (word >= words_.size()) return Misformed();
    auto bytes = base::FromBase64(words_[word]);
    if (!bytes) return Wrong(bytes.error().message);
    return bytes;
  }
  Result<Digest> DigestIn(size_t word) const {
    const Bytes bytes = TRY(Base64(word));
    Digest digest{};
    if (bytes.size() != digest.size()) return Misformed();
    std::ranges::copy(bytes, digest.begin());
    return digest;
  }
  Status Words(size_t count) const {
    return words_.size() == count ? Status(Ok{}) : Status(Misformed());
  }

  Status ReadSearch() {
    while (Take("criterion")) {
      TRY(Words(2));
      const auto key = KeyNamed(words_[1]);
      if (!key) return Misformed();
      Criterion criterion{*key, {}, {}};
      while (Take("value")) {
        criterion.any_of.push_back(TRY(Base64(1)));
        if (words_.size() != 2) {
          TRY(Words(4));
          criterion.when.push_back({TRY(Moment(2)), TRY(Moment(3))});
        }
      }
      if (criterion.any_of.empty() ||
          (!criterion.when.empty() && criterion.when.size() != criterion.any_of.size()))
        return Misformed();
      out_.all_of.push_back(std::move(criterion));
      if (const auto problem = CriteriaProblem(out_.all_of)) return Wrong(*problem);
    }
    if (Take("since")) {
      TRY(Words(2));
      out_.since = TRY(Moment(1));
    }
    if (Take("until")) {
      TRY(Words(2));
      out_.until = TRY(Moment(1));
    }
    if (Take("source")) {
      TRY(Words(2));
      const Bytes source = TRY(Base64(1));
      if (source.empty()) return Misformed();
      out_.source = base::AsText(source);
    }
    if (!Take("covers"))
      return Wrong({"it does not say which entries it covers",
                    "elle ne dit pas quelles entrées elle couvre"});
    TRY(Words(3));
    out_.from = TRY(Number(1));
    out_.end = TRY(Number(2));
    return Ok{};
  }

  Status ReadSegments() {
    while (Take("segment")) {
      TRY(Words(2));
      ProvenSegment segment;
      segment.entry = TRY(Number(1));
      while (Take("run")) {
        TRY(Words(3));
        const auto key = KeyNamed(words_[1]);
        if (!key) return Misformed();
        ProvenRun run{.key = *key, .blocks = TRY(Number(2)), .shown = {}, .nodes = {}};
        while (Take("block")) {
          TRY(Words(5));
          run.shown.push_back({TRY(Number(1)), TRY(Hash(2)), TRY(Hash(3)), TRY(Base64(4))});
        }
        while (Take("node")) {
          TRY(Words(2));
          run.nodes.push_back(TRY(DigestIn(1)));
        }
        segment.runs.push_back(std::move(run));
      }
      out_.segments.push_back(std::move(segment));
    }
    return Ok{};
  }

  Status ReadLeaves() {
    for (;;) {
      const bool bytes = Take("entry");
      if (!bytes && !Take("hash")) break;
      TRY(Words(3));
      const uint64_t index = TRY(Number(1));
      if (!out_.leaves.empty() && out_.leaves.rbegin()->first >= index)
        return Wrong({"entries must ascend", "les entrées doivent être en ordre croissant"});
      ProvenLeaf leaf;
      if (bytes) {
        leaf.bytes = TRY(Base64(2));
        leaf.hash = LeafHash(*leaf.bytes);
      } else {
        leaf.hash = TRY(DigestIn(2));
      }
      out_.leaves.emplace_hint(out_.leaves.end(), index, std::move(leaf));
    }
    while (Take("node")) {
      TRY(Words(2));
      out_.nodes.push_back(TRY(DigestIn(1)));
    }
    return Ok{};
  }

  std::string_view rest_;
  std::vector<std::string_view> words_;
  size_t number_ = 0;
  bool whole_ = true;
  SearchProof out_;
};

void PutNodes(std::string& out, const std::vector<Digest>& nodes) {
  for (const Digest& node : nodes) out += "node " + base::ToBase64(node) + "\n";
}

}  // namespace

Result<SearchProof> SearchProof::Parse(std::string_view text) {
  if (text.size() > kLargestSearchProof)
    return Error{
        Code::kInvalid,
        Filled("search proof: it is larger than {} bytes",
               "preuve de recherche : elle dépasse {} octets", {uint64_t{kLargestSearchProof}}),
        {}};
  return LineReader(text).Read();
}

std::string SearchProof::ToString() const {
  std::string out = std::string(kForm) + std::string(kVersion) + "\n";
  for (const Criterion& criterion : all_of) {
    out += "criterion " + std::string(RunKeyName(criterion.key)) + "\n";
    for (size_t i = 0; i < criterion.any_of.size(); ++i) {
      out += "value " + base::ToBase64(criterion.any_of[i]);
      if (!criterion.when.empty())
        out += " " + Nanoseconds(criterion.when[i].earliest) + " " +
               Nanoseconds(criterion.when[i].latest);
      out += "\n";
    }
  }
  if (since) out += "since " + Nanoseconds(*since) + "\n";
  if (until) out += "until " + Nanoseconds(*until) + "\n";
  if (!source.empty()) out += "source " + base::ToBase64(base::AsBytes(source)) + "\n";
  out += "covers " + std::to_string(from) + " " + std::to_string(end) + "\n";
  for (const ProvenSegment& segment : segments) {
    out += "segment " + std::to_string(segment.entry) + "\n";
    for (const ProvenRun& run : segment.runs) {
      out += "run " + std::string(RunKeyName(run.key)) + " " + std::to_string(run.blocks) + "\n";
      for (const ProvenRun::Block& block : run.shown)
        out += "block " + std::to_string(block.number) + " " + Hexadecimal(block.low) + " " +
               Hexadecimal(block.high) + " " + base::ToBase64(block.bytes) + "\n";
      PutNodes(out, run.nodes);
    }
  }
  for (const auto& [index, leaf] : leaves)
    out += (leaf.bytes ? "entry " : "hash ") + std::to_string(index) + " " +
           (leaf.bytes ? base::ToBase64(*leaf.bytes) : base::ToBase64(leaf.hash)) + "\n";
  PutNodes(out, nodes);
  return out + "end-of-proof\n\n" + note;
}

}  // namespace garant::trail

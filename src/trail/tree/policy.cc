#include "trail/tree/policy.h"

#include <algorithm>

#include "trail/tree/checkpoint.h"

namespace garant::trail {
namespace {

using base::Filled;
using base::Text;

constexpr std::string_view kNone = "none";

struct Word {
  std::string_view text;
  uint32_t column = 0;
};

std::vector<Word> WordsOf(std::string_view line) {
  std::vector<Word> words;
  for (size_t at = 0; (at = line.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back({line.substr(at, end - at), static_cast<uint32_t>(at + 1)});
    at = end;
  }
  return words;
}

}  // namespace

class PolicyReader {
 public:
  PolicyReader(const std::string& file, base::Diagnostics& faults) : file_(file), faults_(faults) {}

  std::optional<Policy> Read(std::string_view text) {
    const size_t before = faults_.size();
    if (text.size() > kLargestPolicy)
      Fault(0, Filled("it is larger than {} bytes", "il dépasse {} octets",
                      {uint64_t{kLargestPolicy}}));
    else
      while (!text.empty()) ReadLine(TakeLine(text));
    ++line_;
    if (!has_quorum_ && faults_.size() == before)
      Fault(0, {"it has no quorum line: which witnesses must cosign, or none",
                "il n’a pas de ligne quorum : quels témoins doivent cosigner, ou none"});
    if (faults_.size() != before) return std::nullopt;
    return std::move(out_);
  }

 private:
  static std::string_view TakeLine(std::string_view& text) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return line;
  }

  void Fault(uint32_t column, Text message) {
    faults_.push_back({{file_, column == 0 ? 0 : line_, column}, std::move(message)});
  }

  void ReadLine(std::string_view line) {
    ++line_;
    const auto bad = std::ranges::find_if(line, [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
    if (bad != line.end())
      return Fault(static_cast<uint32_t>(bad - line.begin() + 1),
                   {"a control character", "un caractère de commande"});
    const std::vector<Word> words = WordsOf(line);
    if (words.empty() || words[0].text.starts_with('#')) return;
    if (words[0].text == "log") return ReadLog(words);
    if (words[0].text == "witness") return ReadWitness(words);
    if (words[0].text == "group") return ReadGroup(words);
    if (words[0].text == "quorum") return ReadQuorum(words);
    Fault(words[0].column, Filled("a line begins with log, witness, group or quorum, not '{}'",
                                  "une ligne commence par log, witness, group ou quorum, et non "
                                  "« {} »",
                                  {words[0].text}));
  }

  bool HasWords(const std::vector<Word>& words, size_t least, size_t most, const char* form) {
    if (words.size() >= least && words.size() <= most) return true;
    Fault(words[0].column, Filled("its form is: {}", "sa forme est : {}", {form}));
    return false;
  }

  std::optional<VerifierKey> ReadKey(const Word& word, KeyType type) {
    auto key = VerifierKey::Parse(word.text, type);
    if (!key) {
      Fault(word.column, key.error().message);
      return std::nullopt;
    }
    for (const auto& known : keys_) {
      if (known.first != key->key || known.second != type) continue;
      Fault(word.column, {"this public key stands here twice",
                          "cette clé publique y figure deux "
                          "fois"});
      return std::nullopt;
    }
    const auto known = std::ranges::count(keys_, type, [](const auto& one) { return one.second; });
    if (static_cast<size_t>(known) == kMostPolicyLines) {
      TooMany(word);
      return std::nullopt;
    }
    keys_.emplace_back(key->key, type);
    return std::move(*key);
  }

  void ReadLog(const std::vector<Word>& words) {
    if (!HasWords(words, 2, 3, "log VKEY [URL]")) return;
    auto key = ReadKey(words[1], KeyType::kEd25519);
    if (!key) return;
    out_.logs_.push_back({std::move(*key), words.size() > 2 ? std::string(words[2].text) : ""});
  }

  // Whether a name may be defined here.
  bool IsFree(const Word& word) {
    if (word.text == kNone || Find(word.text)) {
      Fault(word.column, Filled("the name '{}' is taken", "le nom « {} » est pris", {word.text}));
      return false;
    }
    return true;
  }

  void TooMany(const Word& word) {
    Fault(word.column, Filled("at most {} lines of a kind", "au plus {} lignes d’un même genre",
                              {uint64_t{kMostPolicyLines}}));
  }

  std::optional<size_t> Find(std::string_view name) const {
    for (size_t i = 0; i < out_.members_.size(); ++i)
      if (out_.members_[i].name == name) return i;
    return std::nullopt;
  }

  void ReadWitness(const std::vector<Word>& words) {
    if (!HasWords(words, 3, 4, "witness NAME VKEY [URL]") || !IsFree(words[1])) return;
    auto key = ReadKey(words[2], KeyType::kCosignature);
    if (!key) return;
    out_.members_.push_back(
        {.name = std::string(words[1].text), .witness = out_.witnesses_.size(), .of = {}});
    out_.witnesses_.push_back({std::string(words[1].text), std::move(*key),
                               words.size() > 3 ? std::string(words[3].text) : ""});
  }

  void ReadGroup(const std::vector<Word>& words) {
    if (!HasWords(words, 4, 3 + 2 * kMostPolicyLines, "group NAME all|any|K MEMBER…") ||
        !IsFree(words[1]))
      return;
    if (out_.members_.size() - out_.witnesses_.size() == kMostPolicyLines) return TooMany(words[0]);
    Policy::Member group{.name = std::string(words[1].text), .witness = {}, .of = {}};
    for (size_t i = 3; i < words.size(); ++i) {
      const auto member = Find(words[i].text);
      if (!member || out_.members_[*member].used)
        return Fault(words[i].column,
                     member ? Filled("'{}' already stands in a group",
                                     "« {} » figure déjà dans un groupe", {words[i].text})
                            : Filled("no line above defines '{}'",
                                     "aucune ligne plus haut ne définit « {} »", {words[i].text}));
      out_.members_[*member].used = true;
      group.of.push_back(*member);
    }
    const auto number = ParseDecimal(words[2].text);
    group.needed = words[2].text == "all"   ? group.of.size()
                   : words[2].text == "any" ? 1
                   : number                 ? static_cast<size_t>(*number)
                                            : 0;
    if (group.needed == 0 || group.needed > group.of.size())
      return Fault(words[2].column,
                   Filled("all, any, or a number from 1 to {}", "all, any, ou un nombre de 1 à {}",
                          {uint64_t{group.of.size()}}));
    out_.members_.push_back(std::move(group));
  }

  void ReadQuorum(const std::vector<Word>& words) {
    if (!HasWords(words, 2, 2, "quorum NAME")) return;
    if (has_quorum_)
      return Fault(words[0].column, {"a second quorum line", "une seconde ligne quorum"});
    has_quorum_ = true;
    if (words[1].text == kNone) return;
    out_.quorum_ = Find(words[1].text);
    if (!out_.quorum_)
      Fault(words[1].column, Filled("no line above defines '{}'",
                                    "aucune ligne plus haut ne définit « {} »", {words[1].text}));
  }

  const std::string& file_;
  base::Diagnostics& faults_;
  Policy out_;
  std::vector<std::pair<std::array<uint8_t, 32>, KeyType>> keys_;
  bool has_quorum_ = false;
  uint32_t line_ = 0;
};

std::optional<Policy> Policy::Parse(std::string_view text, const std::string& file,
                                    base::Diagnostics& faults) {
  return PolicyReader(file, faults).Read(text);
}

bool Policy::IsQuorum(const std::vector<bool>& cosigned) const {
  if (!quorum_) return false;
  std::vector<bool> holds;
  for (const Member& member : members_) {
    if (member.witness) {
      holds.push_back(*member.witness < cosigned.size() && cosigned[*member.witness]);
      continue;
    }
    const auto count = std::ranges::count_if(member.of, [&](size_t one) { return holds[one]; });
    holds.push_back(static_cast<size_t>(count) >= member.needed);
  }
  return holds[*quorum_];
}

}  // namespace garant::trail

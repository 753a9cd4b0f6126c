#include "verify/program.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/file.h"
#include "trail/tree/proof_text.h"
#include "trail/upkeep/receipt.h"
#include "verify/exported_log.h"
#include "verify/search_statement.h"

namespace garant::verify {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Language;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

const Text kUsage = {
    R"(garant-verify --key KEY WHAT FILE [OPTIONS]

Checks what left a trail. KEY is the log's verifier key (or a file that holds it),
kept elsewhere than what is checked.

  log FOLDER       an exported log (garant trail tiles): signature, entries, tiles, root
      --since FILE       and that it continues this earlier checkpoint
      --index            and that every segment's index is that of its entries
      --kept-from N      entries below N were deleted: only their hashes are checked
      --policy FILE      and that the witnesses of this policy cosigned it
  proof FILE       what garant trail prove wrote
      --entry FILE       the entry's bytes, where the proof does not hold them
      --checkpoint FILE  the earlier checkpoint that it continues
  search FILE      what garant trail show --prove wrote: that nothing was left out
  receipt FILE     the receipt of an erasure

Options: --lang en|fr. Exit status: 0 all of it holds, 1 it does not, 2 misused or unreadable,
3 a search proof holds, and shows only part of what was asked.
)",
    R"(garant-verify --key CLÉ QUOI FICHIER [OPTIONS]

Vérifie ce qui est sorti d’un journal. CLÉ est la clé de vérification du journal (ou un
fichier qui la contient), conservée ailleurs que ce qui est vérifié.

  log DOSSIER      un journal exporté (garant trail tiles) : signature, entrées, tuiles, racine
      --since FICHIER       et qu’il continue ce point de contrôle antérieur
      --index               et que l’index de chaque segment est celui de ses entrées
      --kept-from N         les entrées avant N ont été supprimées : seules leurs empreintes comptent
      --policy FICHIER      et que les témoins de cette politique l’ont cosigné
  proof FICHIER    ce qu’a écrit garant trail prove
      --entry FICHIER       les octets de l’entrée, si la preuve ne les contient pas
      --checkpoint FICHIER  le point de contrôle antérieur qu’elle continue
  search FICHIER   ce qu’a écrit garant trail show --prove : que rien n’a été omis
  receipt FICHIER  le reçu d’un effacement

Options : --lang en|fr. Code de sortie : 0 tout tient, 1 non, 2 mauvais usage ou fichier illisible,
3 une preuve de recherche tient, mais ne montre qu’une partie de ce qui était demandé.
)"};

// Each with what it belongs to: one that is not looked at must not seem to hold.
struct Option {
  std::string_view name;
  std::string_view of;  // "" of everything
  bool takes = true;
};
constexpr Option kOptions[] = {
    {"key", ""},          {"lang", ""},      {"since", "log"},   {"index", "log", false},
    {"kept-from", "log"}, {"policy", "log"}, {"entry", "proof"}, {"checkpoint", "proof"}};

// What somebody else may have written is shown as text, whatever it is.
std::string Shown(const std::string& text) { return base::Plain(text); }

class Program {
 public:
  Program(std::ostream& out, std::ostream& err) : out_(out), err_(err) {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
      if (const char* value = std::getenv(name); value != nullptr && *value != 0) {
        if (std::string_view(value).starts_with("fr")) language_ = Language::kFrench;
        return;
      }
  }

  int Run(const std::vector<std::string>& words) {
    if (const auto wrong = Take(words)) return Misuse(*wrong);
    if (help_ || positional_.empty()) {
      (help_ ? out_ : err_) << kUsage.In(language_);
      return help_ ? kHolds : kMisused;
    }
    if (positional_.size() != 2)
      return Misuse({"name what to check, and one file or folder",
                     "nommez ce qu’il faut vérifier, et un fichier ou un dossier"});
    const std::string& what = positional_[0];
    for (const Option& option : kOptions)
      if (!option.of.empty() && option.of != what && options_.contains(std::string(option.name)))
        return Misuse(Filled("--{} does not go with {}; see --help",
                             "--{} ne va pas avec {}; voyez --help", {option.name, what}));
    const auto key = TakeKey();
    if (!key) return Misuse(key.error().message);
    key_ = *key;
    if (what == "log") return Log();
    if (what == "proof") return Ended(Proof());
    if (what == "search") return Ended(Search());
    if (what == "receipt") return Ended(Receipt());
    return Misuse(Filled("'{}' is nothing that can be checked; see --help",
                         "« {} » n’est rien qui se vérifie; voyez --help", {what}));
  }

 private:
  std::optional<Text> Take(const std::vector<std::string>& words) {
    for (size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (!word.starts_with("--")) {
        positional_.push_back(word);
        continue;
      }
      const std::string name = word.substr(2);
      const auto* const option = std::ranges::find(kOptions, name, &Option::name);
      if (name == "help")
        help_ = true;
      else if (option == std::end(kOptions))
        return Filled("there is no option '{}'; see --help",
                      "il n’y a pas d’option « {} »; voyez --help", {word});
      else if (options_.contains(name))
        return Filled("{} was given twice", "{} figure deux fois", {word});
      else if (!option->takes)
        options_[name] = "";
      else if (i + 1 == words.size())
        return Filled("{} takes a value", "{} prend une valeur", {word});
      else
        options_[name] = words[++i];
    }
    if (const auto* lang = Find("lang")) {
      const auto language = base::ParseLanguage(*lang);
      if (!language) return Text{"--lang is en or fr", "--lang vaut en ou fr"};
      language_ = *language;
    }
    return {};
  }
  [[nodiscard]] const std::string* Find(const std::string& name) const {
    const auto found = options_.find(name);
    return found == options_.end() ? nullptr : &found->second;
  }

  Result<trail::VerifierKey> TakeKey() const {
    const std::string* given = Find("key");
    if (given == nullptr)
      return Error{Code::kInvalid,
                   {"give the log's verifier key with --key, from where you kept it",
                    "donnez avec --key la clé de vérification du journal, de là où vous la "
                    "conservez"},
                   {}};
    // A key is never a file's name: whoever made the folder could have put another key there.
    if (auto key = trail::VerifierKey::Parse(*given); key || !base::Exists(*given)) return key;
    std::string text = TRY(base::ReadFile(*given, 4096));
    if (text.ends_with('\n')) text.pop_back();
    return trail::VerifierKey::Parse(text);
  }

  int Misuse(const Text& text) {
    err_ << "garant-verify: " << Shown(text.In(language_)) << "\n";
    return kMisused;
  }
  void Say(const Text& text) { out_ << Shown(text.In(language_)) << "\n"; }

  int Ended(const Status& status) {
    if (status) return in_part_ ? kHoldsInPart : kHolds;
    if (unreadable_) return Misuse(status.error().message);
    Say(status.error().message);
    Say({"It does NOT hold.", "Cela ne tient PAS."});
    return kDoesNotHold;
  }

  // What the person named has to be there.
  Result<std::string> Read(const std::string& file, size_t most) {
    auto text = base::ReadFile(file, most);
    unreadable_ = !text;
    return text;
  }

  int Log() {
    LogChecks checks;
    checks.index = Find("index") != nullptr;
    base::Diagnostics faults;
    std::optional<trail::Policy> policy;
    if (const auto* file = Find("since")) {
      auto text = Read(*file, trail::kLargestNote);
      if (!text) return Misuse(text.error().message);
      checks.since = std::move(*text);
    }
    if (const auto* number = Find("kept-from")) {
      const auto from = trail::ParseDecimal(*number);
      if (!from) return Misuse(from.error().message);
      checks.kept_from = *from;
    }
    if (const auto* file = Find("policy")) {
      const auto text = Read(*file, trail::kLargestPolicy);
      if (!text) return Misuse(text.error().message);
      policy = trail::Policy::Parse(*text, *file, faults);
      if (!policy)
        return Misuse({faults.front().ToString(Language::kEnglish),
                       faults.front().ToString(Language::kFrench)});
      checks.policy = &*policy;
    }
    const std::string& folder = positional_[1];
    if (!base::Exists(folder + "/checkpoint"))
      return Misuse(Filled("{} has no checkpoint: it is no exported log",
                           "{} n’a pas de point de contrôle : ce n’est pas un journal exporté",
                           {folder}));
    return Report(CheckExportedLog(folder, key_, checks), checks);
  }

  int Report(const LogReport& report, const LogChecks& checks) {
    for (const Finding& fault : report.faults) {
      std::string place = fault.file;
      if (fault.entry)
        place += (place.empty() ? "" : ", ") +
                 Filled("entry {}", "entrée {}", {*fault.entry}).In(language_);
      Say({place + (place.empty() ? "" : ": ") + fault.message.en,
           place + (place.empty() ? "" : " : ") + fault.message.fr});
    }
    for (const Text& note : report.notes) Say(note);
    if (!report.faults.empty()) {
      Say({"The log does NOT hold.", "Le journal ne tient PAS."});
      return kDoesNotHold;
    }
    const trail::Checkpoint& checkpoint = report.checkpoint;
    if (report.entries < checkpoint.size)
      Say(Filled("Of entries below {} only the hashes were checked.",
                 "Des entrées avant {}, seules les empreintes ont été vérifiées.",
                 {std::min(checks.kept_from, checkpoint.size)}));
    Say(Filled(
        "The log {} holds: {} entries, of which {} were read, root {}.",
        "Le journal {} tient : {} entrées, dont {} ont été lues, racine {}.",
        {checkpoint.origin, checkpoint.size, report.entries, base::ToBase64(checkpoint.root)}));
    return kHolds;
  }

  Status Proof() {
    const std::string text = TRY(Read(positional_[1], trail::kLargestProof));
    const auto proof = TRY(trail::ProofText::Parse(text));
    // What was to be checked, and is not in it, was not.
    if (Find("entry") != nullptr && !proof.inclusion)
      return Error{Code::kInvalid,
                   {"the proof is of no entry: --entry is not shown by it",
                    "la preuve n’est celle d’aucune entrée : elle ne montre pas --entry"},
                   {}};
    if (Find("checkpoint") != nullptr && !proof.consistency)
      return Error{Code::kInvalid,
                   {"the proof is from no earlier checkpoint on: --checkpoint is not shown by it",
                    "la preuve ne part d’aucun point de contrôle antérieur : elle ne montre pas "
                    "--checkpoint"},
                   {}};
    if (proof.inclusion) TRY(Inclusion(*proof.inclusion));
    if (proof.consistency) TRY(Consistency(*proof.consistency));
    return Ok{};
  }

  Status Inclusion(const trail::InclusionText& proof) {
    base::Bytes bytes;
    if (const auto* file = Find("entry")) {
      const std::string text = TRY(Read(*file, trail::kMaxEntryBytes));
      bytes.assign(text.begin(), text.end());
      if (proof.entry && bytes != *proof.entry)
        return Error{Code::kUntrusted,
                     {"the proof holds another entry than --entry",
                      "la preuve contient une autre entrée que --entry"},
                     {}};
    } else if (proof.entry) {
      bytes = *proof.entry;
    } else {
      unreadable_ = true;
      return Error{Code::kInvalid,
                   {"the proof does not hold the entry: give its bytes with --entry",
                    "la preuve ne contient pas l’entrée : donnez ses octets avec --entry"},
                   {}};
    }
    const auto checkpoint = TRY(trail::CheckInclusion(proof, bytes, key_));
    const trail::Entry entry = TRY(trail::DecodeEntry(bytes));
    if (entry.index != proof.index)
      return Error{Code::kUntrusted,
                   Filled("the entry at {} says that it is entry {}",
                          "l’entrée à {} dit être l’entrée {}", {proof.index, entry.index}),
                   {}};
    Say(Filled(
        "Entry {} stands in the trail {}, under its checkpoint of {} entries: {}, {}.",
        "L’entrée {} figure au journal {}, sous son point de contrôle de {} entrées : {}, {}.",
        {entry.index, checkpoint.origin, checkpoint.size, base::FormatTime(entry.time),
         entry.header.kind}));
    return Ok{};
  }

  Status Consistency(const trail::ConsistencyText& proof) {
    const auto* file = Find("checkpoint");
    if (file == nullptr) {
      unreadable_ = true;
      return Error{Code::kInvalid,
                   Filled("the proof is from {} entries on: give the checkpoint of that size, as "
                          "you kept it, with --checkpoint",
                          "la preuve part de {} entrées : donnez avec --checkpoint le point de "
                          "contrôle de cette taille, tel que vous l’avez conservé",
                          {proof.old_size}),
                   {}};
    }
    const std::string text = TRY(Read(*file, trail::kLargestNote));
    const auto note = TRY(trail::Note::Parse(text));
    const auto old = TRY(trail::OpenCheckpoint(note, key_));
    const auto now = TRY(trail::CheckConsistency(proof, old, key_));
    Say(Filled("The trail {} of {} entries continues the one of {} entries.",
               "Le journal {} de {} entrées continue celui de {} entrées.",
               {now.origin, now.size, old.size}));
    return Ok{};
  }

  Status Search() {
    const std::string text = TRY(Read(positional_[1], trail::kLargestSearchProof));
    const auto proof = TRY(trail::SearchProof::Parse(text));
    const auto checked = TRY(trail::CheckSearch(proof, key_));
    for (const Text& line : StatementOf(proof, checked)) Say(line);
    in_part_ = !ShowsAll(proof, checked);
    return Ok{};
  }

  Status Receipt() {
    const std::string text = TRY(Read(positional_[1], trail::kLargestReceipt));
    const auto receipt = TRY(trail::OpenReceipt(text, key_));
    Say(
        Filled("The receipt holds: {} committed to having destroyed the keys of record {} on {} "
               "(entry {}).",
               "Le reçu tient : {} s’est engagé à avoir détruit les clés de la fiche {} le {} "
               "(entrée {}).",
               {receipt.origin, base::ToHex(receipt.tombstone.record),
                base::FormatTime(receipt.time), receipt.entry}));
    for (const std::string& category : receipt.tombstone.held)
      Say(Filled("Kept by a hold: {}.", "Gardé par une conservation : {}.", {category}));
    return Ok{};
  }

  std::ostream& out_;
  std::ostream& err_;
  Language language_ = Language::kEnglish;
  std::vector<std::string> positional_;
  std::map<std::string, std::string> options_;
  bool help_ = false;
  bool unreadable_ = false;
  bool in_part_ = false;
  trail::VerifierKey key_;
};

}  // namespace

int Run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  return Program(out, err).Run(words);
}

}  // namespace garant::verify

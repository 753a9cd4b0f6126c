#include "trail/upkeep/verify.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "trail/keys/key_vault.h"
#include "trail/store/lock.h"
#include "trail/store/paths.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/merkle.h"
#include "trail/upkeep/verify_entries.h"

namespace garant::trail {
namespace {

constexpr size_t kMostFaults = 1000;  // of the checkpoints, after which looking at them ends

using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr int kMostTries = 3;
constexpr size_t kLargestFile = size_t{1} << 32U;
constexpr const char* kCheckpoints = "checkpoints";
constexpr const char* kVerifierKey = "log.vkey";
constexpr const char* kKeys = "keys";
// What others say of the trail is checked apart (witnessed.h, timestamp.h).
constexpr const char* kCosigned = "cosigned";
constexpr const char* kStamps = "stamps";
// Where a back-up was put in place by plain copying; it is of the back-up then (check_backup.h).
constexpr const char* kDigests = "digests";
constexpr const char* kKeyTable = "keys/table";
constexpr const char* kLock = "lock";
constexpr const char* kSegments = "segments";
constexpr const char* kTree = "tree";

std::string WithoutLineEnd(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

class Verifier {
 public:
  Verifier(const std::string& folder, const std::optional<std::string>& since, VerifyReport& report)
      : folder_(folder), since_(since), report_(report) {}

  Status Run(const std::optional<std::string>& root, const std::optional<std::string>& pinned) {
    std::unique_ptr<RootCustody> custody;
    if (root) custody = TRY(OpenCustody(*root, folder_));
    CheckVerifierKey(pinned);
    CheckCheckpoints();
    TakeSince();
    CheckEntries();
    CheckKeys(custody.get());
    CheckOtherFiles();
    return Ok{};
  }

 private:
  void AddFault(const char* file, size_t offset, std::optional<uint64_t> entry, Text message) {
    report_.faults.push_back({file, offset, entry, std::move(message)});
  }
  std::optional<std::string> Read(const char* file) {
    Result<std::string> content = base::ReadFile(folder_ + "/" + file, kLargestFile);
    if (content) return std::move(*content);
    AddFault(
        file, 0, {},
        base::Filled("cannot be read: {}", "lecture impossible : {}", {content.error().message}));
    return {};
  }

  void CheckVerifierKey(const std::optional<std::string>& pinned) {
    if (pinned) {
      Result<VerifierKey> expected = VerifierKey::Parse(WithoutLineEnd(*pinned));
      if (expected) {
        key_ = *expected;
      } else {
        report_.faults.push_back(
            {"",
             0,
             {},
             base::Filled("the verifier key that you gave is not one: {}",
                          "la clé de vérification fournie n’en est pas une : {}",
                          {expected.error().message})});
      }
    } else {
      report_.notes.push_back(
          {"no verifier key kept elsewhere was given: a folder replaced as a whole would pass",
           "aucune clé de vérification conservée ailleurs n’a été fournie : un dossier remplacé en "
           "entier passerait"});
    }
    const auto text = Read(kVerifierKey);
    if (!text) return;
    Result<VerifierKey> own = VerifierKey::Parse(WithoutLineEnd(*text));
    if (!own) return AddFault(kVerifierKey, 0, {}, own.error().message);
    if (own->ToString() + "\n" != *text)
      return AddFault(
          kVerifierKey, text->size(), {},
          {"it does not end in one line feed", "il ne se termine pas par un seul saut de ligne"});
    if (key_ && *key_ != *own)
      return AddFault(kVerifierKey, 0, {},
                      {"it is not the verifier key that you gave",
                       "ce n’est pas la clé de vérification fournie"});
    key_ = *own;
    report_.origin = own->name;
    own_key_ = *own;
  }

  void CheckCheckpoints() {
    live_ = WriterIsAlive(folder_);
    const auto text = Read(kCheckpoints);
    if (!text) return;
    if (!key_) {
      report_.notes.push_back({"checkpoints were not checked: there is no sound verifier key",
                               "points de contrôle non vérifiés : aucune clé de vérification "
                               "valable"});
      return;
    }
    size_t offset = 0;
    while (offset < text->size() && report_.faults.size() < kMostFaults) {
      const std::string_view rest = std::string_view(*text).substr(offset);
      const size_t length = FirstNoteLength(rest);
      if (length == 0) {
        if (!live_)
          AddFault(kCheckpoints, offset, {},
                   {"it ends inside a checkpoint", "il se termine dans un point de contrôle"});
        break;
      }
      if (CheckOne(rest.substr(0, length), offset)) {
        offset += length;
        continue;
      }
      // Takes up again where a note by this log could start.
      const size_t next = text->find("\n" + key_->name + "\n", offset + 1);
      if (next == std::string::npos) break;
      offset = next + 1;
    }
    if (signed_.empty() && report_.faults.empty())
      AddFault(kCheckpoints, 0, {},
               {"it holds no checkpoint", "il ne contient aucun point de contrôle"});
    report_.checkpoints = signed_.size();
  }

  bool CheckOne(std::string_view note, size_t offset) {
    Result<Checkpoint> checkpoint = OpenCheckpoint(note, *key_);
    if (!checkpoint) {
      AddFault(kCheckpoints, offset, {}, checkpoint.error().message);
      return false;
    }
    const bool first = offset == 0;
    const bool in_order =
        first ? checkpoint->size == 0 : signed_.empty() || checkpoint->size > signed_.back().size;
    if (!in_order) {
      AddFault(kCheckpoints, offset, {},
               {"checkpoint for " + std::to_string(checkpoint->size) +
                    " entries out of order: the first is for none, and each for more than the one "
                    "before",
                "point de contrôle pour " + std::to_string(checkpoint->size) +
                    " entrées hors de sa place : le premier n’en couvre aucune, chacun en couvre "
                    "plus que le précédent"});
      return true;
    }
    signed_.push_back({checkpoint->size, checkpoint->root});
    return true;
  }

  // The earlier checkpoint is one more that the tree must agree with, and the first to be believed.
  void TakeSince() {
    if (!since_ || !key_) return;
    const auto fault = [this](const Text& why) {
      report_.faults.push_back({"",
                                0,
                                {},
                                base::Filled("the earlier checkpoint: {}",
                                             "le point de contrôle antérieur : {}", {why})});
    };
    const auto note = Note::Parse(*since_);
    const auto opened = note ? OpenCheckpoint(*note, *key_) : Result<Checkpoint>(note.error());
    if (!opened) return fault(opened.error().message);
    const auto place = std::ranges::lower_bound(signed_, opened->size, {},
                                                [](const SignedSize& one) { return one.size; });
    if (place == signed_.end() || place->size != opened->size)
      signed_.insert(place, {opened->size, opened->root});
    else if (place->root != opened->root)
      return fault({"one for as many entries that this trail published has another root",
                    "un autre, publié par ce journal pour autant d’entrées, a une autre racine"});
    read_from_ = opened->size;
    report_.notes.push_back(base::Filled(
        "From the checkpoint that you kept, of {} entries, on: those that whole segments before it "
        "hold were not read again; their hashes lead to it.",
        "À partir du point de contrôle que vous avez conservé, de {} entrées : celles que des "
        "segments entiers d’avant contiennent n’ont pas été relues; leurs empreintes y mènent.",
        {opened->size}));
  }

  void CheckEntries() {
    if (!own_key_) {
      report_.notes.push_back({"entries were not checked: there is no sound verifier key",
                               "entrées non vérifiées : aucune clé de vérification valable"});
      return;
    }
    const CheckedEntries checked =
        VerifyEntries(folder_, *own_key_, signed_, {read_from_, live_}, report_);
    report_.entries = checked.entries;
    report_.root = checked.root;
  }

  void CheckKeys(RootCustody* custody) {
    if (custody == nullptr) {
      report_.notes.push_back({"keys were not checked: that needs the root key",
                               "clés non vérifiées : il y faut la clé racine"});
      return;
    }
    Result<KeyStore> keys = KeyVault::Read(folder_, *custody);
    if (!keys) {
      const std::string& file = keys.error().where.file;
      return AddFault(file.empty() ? kKeyTable : file.c_str(), 0, {}, keys.error().message);
    }
    report_.keys_checked = true;
    if (!own_key_) return;
    Result<VerifierKey> derived = VerifierKey::FromSeed(own_key_->name, keys->signing_seed());
    if (!derived || *derived != *own_key_)
      AddFault(kVerifierKey, 0, {},
               {"it does not belong to the keys of this trail",
                "elle n’appartient pas aux clés de ce journal"});
  }

  void CheckOtherFiles() {
    const auto names = base::NamesIn(folder_);
    if (!names) return AddFault("", 0, {}, names.error().message);
    for (const std::string& name : *names) {
      if (name == kLock) {
        std::error_code error;
        const uintmax_t size = std::filesystem::file_size(folder_ + "/" + name, error);
        if (size != 0 || error)
          AddFault(kLock, 0, {}, {"it must be an empty file", "ce doit être un fichier vide"});
      } else if (name != kSegments && name != kTree && name != kCheckpoints &&
                 name != kVerifierKey && name != kKeys && name != kCosigned && name != kStamps &&
                 name != kDigests) {
        report_.notes.push_back({"\"" + name + "\" is no part of a trail",
                                 "« " + name + " » ne fait pas partie d’un journal"});
      }
    }
  }

  const std::string& folder_;
  const std::optional<std::string>& since_;
  VerifyReport& report_;
  uint64_t read_from_ = 0;
  std::optional<VerifierKey> key_;
  std::optional<VerifierKey> own_key_;
  std::vector<SignedSize> signed_;  // ascending
  bool live_ = false;
};

}  // namespace

std::string Fault::ToString(base::Language language) const {
  const bool french = language == base::Language::kFrench;
  std::string out = file;
  if (!file.empty()) {
    out += french ? " : octet " : ": byte ";
    out += std::to_string(offset);
  }
  if (entry) out += (french ? ", entrée " : ", entry ") + std::to_string(*entry);
  if (!out.empty()) out += french ? " : " : ": ";
  return out + message.In(language);
}

Result<VerifyReport> Verify(const std::string& folder, const std::optional<std::string>& root,
                            const std::optional<std::string>& pinned,
                            const std::optional<std::string>& since) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error))
    return Error{Code::kNotFound,
                 base::Filled("{} is not a folder; name a trail's folder",
                              "{} n’est pas un dossier; nommez le dossier d’un journal", {folder}),
                 {}};
  // A writer who ends, or seals, while the files are read can leave them seemingly at odds: look
  // again then.
  for (int tries = 0;; ++tries) {
    const uintmax_t before = std::filesystem::file_size(CheckpointsPath(folder), error);
    VerifyReport report;
    TRY(Verifier(folder, since, report).Run(root, pinned));
    const uintmax_t after = std::filesystem::file_size(CheckpointsPath(folder), error);
    if (report.ok() || before == after || tries == kMostTries) return report;
  }
}

}  // namespace garant::trail

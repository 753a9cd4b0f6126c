#include "trail/upkeep/check_backup.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "base/file.h"
#include "base/mapped_file.h"
#include "trail/store/paths.h"
#include "trail/store/store.h"
#include "trail/tree/merkle.h"
#include "trail/upkeep/digest_list.h"

namespace garant::trail {
namespace {

using base::Filled;
using base::Result;
using base::Text;

constexpr size_t kLargestFile = size_t{1} << 32U;

// Against the list of digests; of a copy whose making broke off against two lists, of what it was
// and what it was to become.
class FilesCheck {
 public:
  FilesCheck(const std::string& folder, BackupReport& report) : folder_(folder), report_(report) {}

  void Run() {
    const auto text = base::ReadFile(VerifierKeyPath(folder_), 4096);
    const auto key = text && text->ends_with('\n')
                         ? VerifierKey::Parse(std::string_view(*text).substr(0, text->size() - 1))
                         : Result<VerifierKey>(base::Error{
                               base::Code::kInvalid,
                               {"it is no verifier key", "ce n’est pas une clé de vérification"},
                               {}});
    if (!key) return Fault("log.vkey", text ? key.error().message : text.error().message);
    TakeList("digests", *key);
    TakeList("digests" + std::string(kUnfinishedSuffix), *key);
    if (lists_.empty() && report_.trail.faults.empty())
      Fault(
          "digests",
          {"it is missing, and without it nobody can tell whether bytes of the copy changed; "
           "back up again, or, where the trail is lost, copy the folder by hand",
           "il manque, et sans lui rien ne dit si des octets de la copie ont changé; refaites-la, "
           "ou, si le journal est perdu, copiez le dossier à la main"});
    if (lists_.empty()) return;
    report_.is_whole = lists_.size() == 1;
    // Two lists together say less than each does: a file may be as either has it.
    report_.is_signed = report_.is_whole && lists_.front().is_signed;
    for (const char* name : {"log.vkey", "checkpoints", "cosigned"})
      if (base::Exists(folder_ + "/" + name)) CheckFile(name);
    for (const char* name : {"segments", "keys", "stamps"}) CheckFolder(name);
    CheckMissing();
    CheckLeaves();
  }

  // What is of a file whose bytes are those that were copied shows another file's fault.
  [[nodiscard]] bool IsAsCopied(const std::string& file) const { return as_copied_.contains(file); }

 private:
  void Fault(const std::string& file, const Text& message) {
    report_.trail.faults.push_back({file, 0, {}, message});
  }

  void TakeList(const std::string& name, const VerifierKey& key) {
    if (!base::Exists(folder_ + "/" + name)) return;
    const auto text = base::ReadFile(folder_ + "/" + name, kLargestFile);
    auto list = text ? DigestList::Parse(*text, key) : Result<DigestList>(text.error());
    if (!list) return Fault(name, list.error().message);
    lists_.push_back(std::move(*list));
  }

  void CheckFolder(const std::string& folder) {
    const auto names = base::NamesIn(folder_ + "/" + folder);
    if (!names) {
      if (names.error().code != base::Code::kNotFound) Fault(folder, names.error().message);
      return;
    }
    for (const std::string& name : *names)
      if (!name.ends_with(kUnfinishedSuffix)) CheckFile(folder + "/" + name);
  }

  void CheckFile(const std::string& name) {
    there_.insert(name);
    const auto bytes = base::ReadFile(folder_ + "/" + name, kLargestFile);
    if (!bytes) return Fault(name, bytes.error().message);
    const DigestList::File now{bytes->size(), base::Sha256(base::AsBytes(*bytes))};
    bool listed = false;
    for (const DigestList& list : lists_) {
      const auto known = list.files.find(name);
      if (known == list.files.end()) continue;
      if (known->second == now) {
        as_copied_.insert(name);
        return;
      }
      listed = true;
    }
    Fault(name, listed ? Text{"its bytes are not those that were copied",
                              "ses octets ne sont pas ceux qui ont été copiés"}
                       : Text{"it is none of the files that were copied",
                              "il n’est pas de ceux qui ont été copiés"});
  }

  void CheckMissing() {
    for (const auto& [name, file] : lists_.front().files)
      if (!there_.contains(name) && std::ranges::all_of(lists_, [&](const DigestList& list) {
            return list.files.contains(name);
          }))
        Fault(name, {"it is missing", "il manque"});
  }

  // Of `tree`, which grows and so is in no list, `tree/1` is held to the signed root wherever a
  // trail is read; the leaves are held to it here.
  void CheckLeaves() {
    const auto bundles = base::ReadFile(BundlesPath(folder_), kLargestFile);
    if (!bundles) return;
    const size_t whole = bundles->size() / sizeof(Digest) * sizeof(Digest);
    const auto leaves = base::MappedFile::Open(LeavesPath(folder_), whole * kBundleEntries);
    if (!leaves) return Fault("tree/0", leaves.error().message);
    std::vector<Digest> bundle(kBundleEntries);
    for (size_t at = 0; at < whole; at += sizeof(Digest)) {
      std::memcpy(bundle.data(), leaves->bytes().data() + at * kBundleEntries,
                  sizeof(Digest) * kBundleEntries);
      if (std::memcmp(TreeRoot(bundle).data(), bundles->data() + at, sizeof(Digest)) == 0) continue;
      // Which of the two it is, the root says: where tree/1 does not lead to it, nothing is read.
      if (!LoadTrail(folder_, {})) return;
      report_.trail.faults.push_back({"tree/0",
                                      at * kBundleEntries,
                                      {},
                                      {"its hashes are not those that the tree has",
                                       "ses empreintes ne sont pas celles que contient l’arbre"}});
      return;
    }
  }

  const std::string& folder_;
  BackupReport& report_;
  std::vector<DigestList> lists_;
  std::set<std::string> there_;
  std::set<std::string> as_copied_;
};

}  // namespace

Result<BackupReport> CheckBackup(const std::string& folder,
                                 const std::optional<std::string>& pinned) {
  BackupReport report;
  report.trail = TRY(Verify(folder, {}, pinned));
  std::vector<Fault> of_the_trail = std::move(report.trail.faults);
  report.trail.faults.clear();
  FilesCheck files(folder, report);
  files.Run();
  const bool found = !report.trail.ok();
  for (Fault& fault : of_the_trail)
    if (!found || !files.IsAsCopied(fault.file)) report.trail.faults.push_back(std::move(fault));
  return report;
}

}  // namespace garant::trail

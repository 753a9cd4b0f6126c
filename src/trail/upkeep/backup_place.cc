#include "trail/upkeep/backup_place.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "trail/store/paths.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Status;
namespace fs = std::filesystem;

constexpr size_t kLargestKey = 4096;

// What a copy begins with, before it has the key that says whose it is.
bool IsOfABeginning(const fs::path& file) {
  const std::string name = file.filename().string();
  std::error_code error;
  if (name == "log.vkey" + std::string(kUnfinishedSuffix)) return true;
  return (name == "lock" || name == "segments" || name == "tree") && fs::is_empty(file, error);
}

}  // namespace

Status CheckApart(const std::string& folder, const std::string& to) {
  std::error_code error;
  const fs::path one = fs::weakly_canonical(folder, error);
  const fs::path other = fs::weakly_canonical(to, error);
  const auto within = [](const fs::path& inner, const fs::path& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first ==
           outer.end();
  };
  if (error || within(other, one) || within(one, other))
    return Error{Code::kInvalid,
                 Filled("{} and {} lie in each other; name a folder apart",
                        "{} et {} sont l’un dans l’autre; nommez un dossier à part", {folder, to}),
                 {}};
  return Ok{};
}

Status CheckIsForBackup(const std::string& folder, const std::string& to) {
  std::error_code error;
  if (!fs::exists(to, error)) return Ok{};
  if (base::Exists(VerifierKeyPath(to)) && fs::is_directory(SegmentsPath(to), error)) {
    const std::string own = TRY(base::ReadFile(VerifierKeyPath(folder), kLargestKey));
    if (TRY(base::ReadFile(VerifierKeyPath(to), kLargestKey)) == own) return Ok{};
    return Error{
        Code::kConflict,
        Filled("{} holds another trail: its verifier key is not this one's; name a new or empty "
               "folder",
               "{} contient un autre journal : sa clé de vérification est différente; nommez un "
               "dossier nouveau ou vide",
               {to}),
        {}};
  }
  for (const std::string& name : TRY(base::NamesIn(to)))
    if (!IsOfABeginning(fs::path(to) / name))
      return Error{Code::kConflict,
                   Filled("{} holds something else than a back-up of this trail (\"{}\"); name a "
                          "new or empty folder",
                          "{} contient autre chose qu’une copie de ce journal (« {} »); nommez "
                          "un dossier nouveau ou vide",
                          {to, name}),
                   {}};
  return Ok{};
}

}  // namespace garant::trail

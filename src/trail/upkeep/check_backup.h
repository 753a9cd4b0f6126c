#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "trail/upkeep/verify.h"

// Whether the copy that `garant trail backup` made is still what it was: docs/backup.md.
namespace garant::trail {

struct BackupReport {
  VerifyReport trail;  // of the copy as a trail; before its faults those of its files
  // Of one making. A copy whose making broke off has two lists of digests, and each file is as one
  // of them has it: whoever kept an old list may have taken files away, or put back.
  bool is_whole = false;
  bool is_signed = false;  // and its list of digests, by the log
};

// Reads every byte of it. An error only where the folder cannot be read at all; `pinned` as Verify
// takes it.
[[nodiscard]] base::Result<BackupReport> CheckBackup(const std::string& folder,
                                                     const std::optional<std::string>& pinned);

}  // namespace garant::trail

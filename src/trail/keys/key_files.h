#pragma once

#include <string>

#include "base/bytes.h"
#include "base/disk.h"
#include "base/result.h"

// Durable files of the key store, each for its owner alone (mode 0600).
namespace garant::trail {

// Synced; its name is not, until the folder is. Replaces what a crash left there.
[[nodiscard]] base::Status WriteNewFile(base::Disk& disk, const std::string& path,
                                        base::ByteView content);
// Beside it as NAME.new, synced, renamed over it, the folder synced: the old content or the new.
[[nodiscard]] base::Status ReplaceFile(base::Disk& disk, const std::string& folder,
                                       const std::string& name, base::ByteView content);

}  // namespace garant::trail

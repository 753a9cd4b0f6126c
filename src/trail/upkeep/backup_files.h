#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// Files as a back-up copies them.
namespace garant::trail {

// Files of a folder by their names, read at one moment.
using FolderFiles = std::map<std::string, std::string>;

// Those of `keys`, as one state: read again where they were written meanwhile. Empty where there
// are none.
[[nodiscard]] base::Result<FolderFiles> ReadKeyFiles(const std::string& trail);
// All files of a folder; empty where there is none.
[[nodiscard]] base::Result<FolderFiles> ReadFolder(const std::string& folder);

// Makes `folder` hold these and nothing else. `last`: the file that makes the others count.
[[nodiscard]] base::Status WriteFolder(const std::string& folder, const FolderFiles& files,
                                       const std::string& last);

// Synced; its name is not, until the folder is.
[[nodiscard]] base::Status WriteNew(const std::string& path, base::ByteView bytes);
// A file that only grows: writes what it lacks of `bytes`. Gives how much that was.
[[nodiscard]] base::Result<uint64_t> Grow(const std::string& path, base::ByteView bytes);
[[nodiscard]] uint64_t SizeOf(const std::string& path);

}  // namespace garant::trail

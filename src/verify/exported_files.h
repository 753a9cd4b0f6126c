#pragma once

#include <string>

#include "verify/exported_log.h"

// What lies among the tiles of an exported log and its checkpoint does not need.
namespace garant::verify {

// Each is a fault but a partial tile of fewer entries that the one that is needed begins with: of
// an earlier checkpoint, and only counted.
void CheckExportedFiles(const std::string& folder, uint64_t size, LogReport& report);

}  // namespace garant::verify

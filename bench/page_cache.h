#pragma once

#include <string>

namespace garant::bench {

// Asks the system to forget what it holds in memory of a folder's files: the next to read them
// waits for the disk. Files that are mapped somewhere, or not synced, stay.
void LeavePageCache(const std::string& folder);

}  // namespace garant::bench

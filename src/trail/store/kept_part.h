#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace garant::trail {

struct LoadedTrail;

// Takes from what was loaded what the trail tells was deleted, whose files become leftovers.
// kNotFound where anything else is missing: look again, for it may have been sealed meanwhile.
// `runs`: those whose files lie there; `behind_gap`: the file before which entries are missing in
// the middle, or empty.
[[nodiscard]] base::Status KeepWhatWasNotDeleted(const std::string& folder,
                                                 const std::vector<uint64_t>& runs,
                                                 const std::string& behind_gap,
                                                 LoadedTrail& loaded);

// The files of a segment become leftovers.
void LeaveOver(const std::string& folder, uint64_t first, LoadedTrail& loaded);

// kUntrusted, with where to look.
[[nodiscard]] base::Error UntrustedTrail(const base::Text& message);
[[nodiscard]] base::Error DoesNotFollow(const std::string& file);

}  // namespace garant::trail

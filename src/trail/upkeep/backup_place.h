#pragma once

#include <string>

#include "base/result.h"

// Where a back-up may be made. Nothing is written.
namespace garant::trail {

// kInvalid where one lies in the other.
[[nodiscard]] base::Status CheckApart(const std::string& folder, const std::string& to);
// kConflict unless `to` is not there, is empty, or is a back-up of the trail in `folder`, begun at
// least.
[[nodiscard]] base::Status CheckIsForBackup(const std::string& folder, const std::string& to);

}  // namespace garant::trail

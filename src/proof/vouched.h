#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "trail/tree/policy.h"
#include "trail/tree/witnessed.h"

namespace garant::proof {

// What witnesses gave, and which of them count. To be read before the trail.
struct Vouched {
  std::optional<trail::Policy> policy;  // nobody counts without one
  std::string policy_text;
  std::vector<trail::Note> notes;
};

// `policy_file`: empty for none. kInvalid: it has faults.
[[nodiscard]] base::Result<Vouched> ReadVouched(const std::string& trail_folder,
                                                const std::string& policy_file);

}  // namespace garant::proof

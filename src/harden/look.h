#pragma once

#include "harden/survey.h"
#include "harden/target.h"

namespace garant::harden {

// Looks at the target in the order: TLS, crawl, the other channel, security.txt, origins. kInvalid
// for a target that is no address, kIo where nothing answers.
[[nodiscard]] base::Result<Survey> Look(const ProbeTarget& target, base::Time now);

}  // namespace garant::harden

#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "trail/tree/verifier_key.h"

// --trail-key: the verifier key that a trail must be signed with, or a file that holds it.
namespace garant::cli {

// The key's text; nothing where none is named. kInvalid where the word is empty (a variable that
// nothing was put into): no key must not pass for one that was checked.
[[nodiscard]] base::Result<std::optional<std::string>> TrailKeyText(const Invocation& call);
// Likewise, and kInvalid where it is no key.
[[nodiscard]] base::Result<std::optional<trail::VerifierKey>> TrailKeyOf(const Invocation& call);

// That of log.vkey in the trail's folder; says on `err` that it is believed, and was not kept
// elsewhere.
[[nodiscard]] base::Result<trail::VerifierKey> OwnTrailKey(const Invocation& call,
                                                           const std::string& trail);

}  // namespace garant::cli

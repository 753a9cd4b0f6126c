#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

// What is wrong with a text of each small grammar of the service file, as a sentence that quotes it
// and says what to write; nothing where it is sound. Texts that may be secrets are never quoted.
namespace garant::service {

using Fault = std::optional<base::Text>;

[[nodiscard]] Fault FaultOfId(std::string_view text);
[[nodiscard]] Fault FaultOfThreat(std::string_view text);
[[nodiscard]] Fault FaultOfDate(std::string_view text);
[[nodiscard]] Fault FaultOfDuration(std::string_view text);
[[nodiscard]] Fault FaultOfKeep(std::string_view text);
[[nodiscard]] Fault FaultOfUrl(std::string_view text);
[[nodiscard]] Fault FaultOfRoute(std::string_view text);
[[nodiscard]] Fault FaultOfPath(std::string_view text);
[[nodiscard]] Fault FaultOfRequest(std::string_view text);
[[nodiscard]] Fault FaultOfKey(std::string_view text);
[[nodiscard]] Fault FaultOfDigest(std::string_view text);
[[nodiscard]] Fault FaultOfJurisdiction(std::string_view text);
[[nodiscard]] Fault FaultOfSecret(std::string_view text);
// A category of the team's own: x.… in lower case.
[[nodiscard]] bool IsOwnCategory(std::string_view word);

}  // namespace garant::service

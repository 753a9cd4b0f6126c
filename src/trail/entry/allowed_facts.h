#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trail/entry/observation.h"
#include "trail/entry/observation_kinds.h"

// The allow-list of facts in clear headers: per observation kind its attributes and the reserved
// names of an observation ("@subject" and so on), and the few kinds of records beside observations.
namespace garant::trail {

// The records beside observations, with their facts: acts, and what docs/formats/ingest.md says.
[[nodiscard]] std::span<const ObservationKind> RecordKinds();

enum class FactOrder : uint8_t { kAscending, kAnother };
// Refuses a fact that the kind does not name, whose type is another, or that stands there twice.
base::Result<FactOrder> CheckFacts(std::string_view kind, const std::vector<Fact>& facts);

}  // namespace garant::trail

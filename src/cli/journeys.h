#pragma once

#include <chrono>
#include <vector>

#include "cli/workspace.h"
#include "harden/target.h"
#include "trail/entry/observation.h"

// Synthetic journeys from the request to the observation: sent, waited for in the trail, joined.
namespace garant::cli {

// How long entries of a journey are waited for.
constexpr std::chrono::seconds kJourneyPatience{30};

struct JourneyReport {
  std::vector<trail::Observation> observations;
  std::vector<base::Text> notes;  // what was not walked, and what did not join up and why
};

// Takes each journey that the file names, at the target's url, and waits until the trail that a
// recorder writes has it, or for `patience`. `run` is the start of the look it belongs to. Needs
// the trail to be there, and its root key.
[[nodiscard]] base::Result<JourneyReport> TakeJourneys(const Places& places,
                                                       const service::Model& model,
                                                       const harden::ProbeTarget& target,
                                                       base::Time run,
                                                       std::chrono::milliseconds patience);

}  // namespace garant::cli

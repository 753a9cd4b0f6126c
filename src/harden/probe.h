#pragma once

#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "harden/target.h"
#include "trail/entry/observation.h"

// Looks at a running service as anyone could: asks, never sends. GET only, no cookies kept, no form
// filled in, no script run. Everything that it reads is untrusted.
namespace garant::harden {

inline constexpr std::string_view kProbeMethod = "harden.probe";
inline constexpr uint32_t kProbeVersion = 3;

struct Report {
  std::vector<trail::Observation> observations;  // all of them stamped with the run's start
  std::vector<base::Text> notes;                 // what could not be looked at, and why
};

// One run. Observations hold route templates and names, never values, query strings or bodies.
// Fails where the target is malformed (kInvalid) or nothing answers there at all (kIo).
[[nodiscard]] base::Result<Report> Probe(const ProbeTarget& target, const base::Clock& clock);

}  // namespace garant::harden

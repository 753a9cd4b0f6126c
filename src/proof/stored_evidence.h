#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "proof/acts.h"
#include "proof/vouched.h"
#include "trail/entry/observation.h"
#include "trail/store/reader.h"

namespace garant::proof {

struct TrailPlace {
  std::string folder;
  std::string root_key;      // as OpenCustody takes it; where it is not there, acts prove nothing
  std::string verifier_key;  // that the trail must be signed with, kept elsewhere; or empty
  std::string witnesses{};   // the file that says which witnesses count; or empty
};

// What lies in the trail of one service, read and checked. Observations of another service that a
// trail may hold as well are left out: they prove nothing here.
struct StoredEvidence {
  std::vector<trail::Observation> observations;
  std::vector<StoredAct> acts;
  uint64_t entries = 0;
  bool exists = false;  // there is a trail
  bool keys_at_hand = true;
  trail::Witnessed witnessed;
};

// The trail as it stands; nothing where there is none. kUntrusted for anything in it that does not
// hold, also where a part of it is missing.
[[nodiscard]] base::Result<std::optional<trail::TrailReader>> OpenEvidence(const TrailPlace& place);
// What lies in it; `reader` is what OpenEvidence gave, nullptr for nothing; `vouched` was read
// before. kUntrusted as well where witnesses saw another trail.
[[nodiscard]] base::Result<StoredEvidence> ReadEvidence(const TrailPlace& place,
                                                        const trail::TrailReader* reader,
                                                        std::string_view service_id,
                                                        const Vouched& vouched);
// All of it.
[[nodiscard]] base::Result<StoredEvidence> ReadEvidence(const TrailPlace& place,
                                                        std::string_view service_id);

}  // namespace garant::proof

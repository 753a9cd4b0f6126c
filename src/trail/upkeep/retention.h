#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/keys/holds.h"
#include "trail/keys/keys.h"
#include "trail/store/deletion.h"
#include "trail/store/reader.h"

// Deletes segments whose time has come: docs/formats/retention.md.
namespace garant::trail {

class Trail;

// A recorder that starts counts what came in the last day: nothing younger is deleted.
constexpr base::Duration kLeastKept = std::chrono::days(1);

struct Retention {
  base::Duration keep{};
  std::string declared;  // as it was written: "P2Y"
};

// What a hold keeps, and so everything behind it.
struct HeldSegment {
  uint64_t first = 0;
  Hold hold;
  std::string category;
};

// What an entry keeps that says it is of a time to come, and so everything behind it: the clock was
// wrong when it was written, or is now.
struct AheadSegment {
  uint64_t first = 0;
  base::Time newest;
};
[[nodiscard]] base::Text TextOf(const AheadSegment& ahead);

struct DeletionPlan {
  std::optional<Deletion> deletion;   // what is due, from the oldest entry on
  std::optional<HeldSegment> held;    // why not more is
  std::optional<AheadSegment> ahead;  // likewise
  std::vector<Draft> again;           // what is to be appended once more
  bool end_log = false;               // the open log is old enough to be ended early
};

// At most `most` segments. kInvalid: the period is shorter than kLeastKept; kUntrusted: a segment
// that is due does not hold; others: something that must be appended again cannot be opened.
[[nodiscard]] base::Result<DeletionPlan> PlanDeletion(const TrailReader& reader,
                                                      const KeyStore& keys,
                                                      const Retention& retention, base::Time now,
                                                      size_t most = SIZE_MAX);

// Records what is due and deletes it, up to `most` segments; ends the log early where that is due.
// After an error the entry may stand in the trail already: then the next opening for writing
// finishes.
[[nodiscard]] base::Result<DeletionPlan> DeleteDue(Trail& trail, const Retention& retention,
                                                   std::string_view service, base::Time now,
                                                   size_t most = SIZE_MAX);

}  // namespace garant::trail

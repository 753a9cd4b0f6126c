#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/keys/holds.h"
#include "trail/keys/tombstone.h"

// Erases persons and keeps holds: docs/formats/erasure.md.
namespace garant::trail {

class Trail;

struct Erased {
  Tombstone tombstone;
  uint64_t entry = 0;  // where the tombstone stands
};

struct Erasure {
  std::vector<Erased> erased;
  std::vector<Person> unknown;  // never seen, or erased before
};

// Every key of these persons is destroyed when this returns, save the categories that a hold keeps
// at `now`; all under one new root. After an error the tombstones may stand in the trail already:
// then the next opening for writing finishes.
[[nodiscard]] base::Result<Erasure> Erase(Trail& trail, std::span<const Person> persons,
                                          std::string_view service, base::Time now);
// Of persons who were erased, what no hold keeps any more.
[[nodiscard]] base::Result<Erasure> EraseReleased(Trail& trail, std::string_view service,
                                                  base::Time now);

// Records the hold and keeps it; its id is drawn here. kInvalid: no category, an odd one, too many,
// no reason, or an end that is not in the future.
[[nodiscard]] base::Result<Hold> AddHold(Trail& trail, std::vector<std::string> categories,
                                         std::string reason, base::Time until,
                                         std::string_view service, base::Time now);
// kNotFound: there is none, or it has ended.
[[nodiscard]] base::Result<Hold> EndHold(Trail& trail, const HoldId& id, std::string_view service,
                                         base::Time now);

}  // namespace garant::trail

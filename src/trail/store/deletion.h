#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"

// What was deleted of a trail because its time had come: docs/formats/retention.md.
namespace garant::trail {

struct LoadedTrail;

constexpr std::string_view kRetentionKind = "trail-retention";

struct Deletion {
  uint64_t first = 0;  // of those that were deleted with it; what stands before went earlier
  uint64_t entries = 0;
  std::string keep;  // ISO 8601, as it was declared
  base::Time newest;
  uint64_t entry = 0;  // where it is recorded, and when
  base::Time time;

  // Every entry below was deleted.
  [[nodiscard]] uint64_t end() const { return first + entries; }
};

[[nodiscard]] Draft ToDraft(const Deletion& deletion, std::string_view service, base::Time now);
// Nothing where the entry is of another kind or form.
[[nodiscard]] std::optional<Deletion> ToDeletion(const Entry& entry);

// The last one that the trail tells of. Where all segments are there, it is looked for in the logs
// alone: one that a segment holds was carried out before that was made.
[[nodiscard]] base::Result<std::optional<Deletion>> LastDeletion(const LoadedTrail& loaded);

// Why there is no entry `index` any more. kGone.
[[nodiscard]] base::Error WasDeleted(uint64_t index, const Deletion& deletion);

}  // namespace garant::trail

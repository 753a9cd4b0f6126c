#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/time.h"
#include "ingest/line_source.h"

namespace garant::ingest {

// Files that sources of one recorder read now, by device and inode: whatever its names, a file is
// one source's, for two would be two witnesses of one hand.
using FilesInUse = std::set<std::pair<uint64_t, uint64_t>>;

// A log that grows and is rotated (docs/formats/ingest.md).
struct LineFileSettings {
  std::string path;
  std::string place;                     // the file that remembers where we are
  std::optional<uint64_t> taken;         // the highest number that the trail has of this source
  base::Duration linger{};               // how long an old file is read on after its last byte
  std::shared_ptr<FilesInUse> in_use{};  // shared by the recorder's sources; none for one alone
};

// The file need not be there yet. kConflict where another source reads it, and where the trail
// knows the source and `place` is missing: nobody knows then what was taken.
[[nodiscard]] base::Result<std::unique_ptr<LineSource>> OpenLineFile(LineFileSettings settings,
                                                                     const base::Clock& clock);

}  // namespace garant::ingest

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "ingest/line_source.h"

namespace garant::ingest {

// A log that grows and is rotated (docs/formats/ingest.md).
struct LineFileSettings {
  std::string path;
  std::string place;              // the file that remembers where we are
  std::optional<uint64_t> taken;  // the highest number that the trail has of this source
  base::Duration linger{};        // how long an old file is read on after its last byte
};

// The file need not be there yet. kConflict where the trail knows the source and `place` is
// missing: nobody knows then what was taken.
[[nodiscard]] base::Result<std::unique_ptr<LineSource>> OpenLineFile(LineFileSettings settings,
                                                                     const base::Clock& clock);

}  // namespace garant::ingest

#pragma once

#include <string>

#include "base/result.h"
#include "trail/reader.h"

namespace garant::trail {

enum class TilesOf : uint8_t { kTree, kTreeAndEntries };

struct ExportedTiles {
  uint64_t tiles = 0;    // files of hashes that were written
  uint64_t bundles = 0;  // files of entries
};

// Writes a trail into a folder as C2SP tlog-tiles has it: `checkpoint`, `tile/L/N`, and with the
// entries `tile/entries/N`; partial ones as of this checkpoint. What is there of an earlier export
// stays; `note` is that of the reader's checkpoint, with cosignatures or without, and is written
// last. kConflict: the folder holds something else; kUntrusted: an earlier checkpoint that this
// trail does not continue.
[[nodiscard]] base::Result<ExportedTiles> ExportTiles(const TrailReader& reader,
                                                      const std::string& note, TilesOf what,
                                                      const std::string& folder);

}  // namespace garant::trail

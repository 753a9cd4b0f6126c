#pragma once

#include <string>

#include "base/result.h"
#include "trail/store/reader.h"

namespace garant::trail {

enum class TilesOf : uint8_t { kTree, kTreeAndEntries };

struct ExportedTiles {
  uint64_t tiles = 0;    // files of hashes that were written
  uint64_t bundles = 0;  // files of entries
  uint64_t removed = 0;  // files of an earlier export that this checkpoint does not need
};

// What a folder for tiles may hold: nothing, or an earlier export that this trail continues, with
// whatever lies beside `checkpoint` and `tile`. Nothing is written. kConflict: it holds something
// else; kUntrusted: an earlier checkpoint that this trail does not continue.
[[nodiscard]] base::Status CheckIsForTiles(const TrailReader& reader, const std::string& folder);

// Writes a trail into a folder as C2SP tlog-tiles has it: `checkpoint`, `tile/L/N`, and with the
// entries `tile/entries/N`; partial ones as of this checkpoint. Of an earlier export what is as it
// must be stays, and what this checkpoint does not need goes; `note` is that of the reader's
// checkpoint, with cosignatures or without, and is written when every tile is there. Errors as
// above.
[[nodiscard]] base::Result<ExportedTiles> ExportTiles(const TrailReader& reader,
                                                      const std::string& note, TilesOf what,
                                                      const std::string& folder);

}  // namespace garant::trail

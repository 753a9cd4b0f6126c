#include "trail/hashes.h"

#include "trail/reader.h"

namespace garant::trail {

std::unique_ptr<HashSource> HashesOf(const TrailReader& reader) {
  return std::make_unique<LeafTiles>(reader.leaf_hashes());
}

}  // namespace garant::trail

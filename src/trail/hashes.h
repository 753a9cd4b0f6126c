#pragma once

#include <memory>

#include "trail/proofs.h"

namespace garant::trail {

class TrailReader;

// The tree that a reader reads, borrowed from it: what proofs, tiles and witnesses are made from.
[[nodiscard]] std::unique_ptr<HashSource> HashesOf(const TrailReader& reader);

}  // namespace garant::trail

#pragma once

#include <functional>

#include "base/bytes.h"
#include "base/result.h"

namespace garant::trail {

struct LoadedTrail;
struct StoredSegment;

// An entry of a segment that is there, checked up to the hash of its 256, which was checked against
// the signed root. kUntrusted where it is not the one that was signed.
[[nodiscard]] base::Result<base::Bytes> ReadSealedLeaf(const LoadedTrail& loaded, uint64_t index);

// All of one segment in order, checked likewise; cheaper than one by one.
[[nodiscard]] base::Status ReadSealedLeaves(
    const LoadedTrail& loaded, const StoredSegment& stored,
    const std::function<base::Status(uint64_t index, base::ByteView leaf)>& take);

}  // namespace garant::trail

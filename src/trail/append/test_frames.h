#pragma once

#include <string>

#include "trail/entry/wire.h"
#include "trail/tree/merkle.h"

namespace garant::trail {

// Appends the frame of an entry, as a log has it.
inline void PutFrame(std::string& out, base::ByteView entry, const Digest& leaf) {
  const auto length = BigEndian(entry.size());
  out += base::AsText(base::ByteView(length).last<4>());
  out += base::AsText(entry);
  out += base::AsText(leaf);
}

}  // namespace garant::trail

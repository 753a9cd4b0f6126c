#pragma once

#include "base/bytes.h"

namespace garant::base {

// Asks for memory that is soon read, wherever it lies; waits for nothing.
inline void Prefetch(ByteView bytes) {
  constexpr size_t kLine = 64;
  for (size_t at = 0; at < bytes.size(); at += kLine) __builtin_prefetch(&bytes[at]);
}

}  // namespace garant::base

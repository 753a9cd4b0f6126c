#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// Entry bundles of C2SP tlog-tiles: each entry behind its length in two bytes.
namespace garant::trail {

constexpr size_t kLargestBundle = size_t{256} * (2 + 65535);

using Leaves = std::vector<base::ByteView>;  // into the bundle's bytes

// kInvalid where these are not `count` entries and nothing else.
[[nodiscard]] inline base::Result<Leaves> SplitBundle(base::ByteView bytes, size_t count) {
  Leaves leaves;
  while (bytes.size() >= 2 && leaves.size() < count) {
    const size_t length = static_cast<size_t>(bytes[0]) << 8U | bytes[1];
    if (length > bytes.size() - 2) break;
    leaves.push_back(bytes.subspan(2, length));
    bytes = bytes.subspan(2 + length);
  }
  if (leaves.size() == count && bytes.empty()) return leaves;
  return base::Error{base::Code::kInvalid,
                     base::Filled("it must hold {} entries and nothing else; {} are whole",
                                  "il doit contenir {} entrées et rien d’autre; {} sont entières",
                                  {uint64_t{count}, uint64_t{leaves.size()}}),
                     {}};
}

}  // namespace garant::trail

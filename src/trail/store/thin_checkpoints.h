#pragma once

#include <string>
#include <string_view>

namespace garant::trail {

// Above so many bytes `checkpoints` is thinned.
constexpr size_t kThinFrom = size_t{1} << 20U;

// Of notes one after the other: the first, each sixteenth, and the last 2 048.
[[nodiscard]] std::string ThinCheckpoints(std::string_view notes);

}  // namespace garant::trail

#pragma once

#include <string>

namespace garant::bench {

// How many nodes yaml-cpp makes of the text; ends the program where it refuses it.
[[nodiscard]] size_t ReadWithYamlCpp(const std::string& text);

}  // namespace garant::bench

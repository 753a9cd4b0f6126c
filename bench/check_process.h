#pragma once

#include <string>
#include <vector>

namespace garant::bench {

struct Run {
  double wall_seconds = 0;
  double cpu_seconds = 0;  // user and system
  int status = -1;         // -1 where a signal ended it
};

// Runs a program to its end with nothing to read and its output thrown away.
[[nodiscard]] Run RunProgram(const std::vector<std::string>& words);

}  // namespace garant::bench

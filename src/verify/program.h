#pragma once

#include <ostream>
#include <string>
#include <vector>

// garant-verify: checks what leaves a trail, on a machine that has nothing else of Garant.
namespace garant::verify {

constexpr int kHolds = 0;
constexpr int kDoesNotHold = 1;
constexpr int kMisused = 2;      // or a file that it was told to read cannot be read
constexpr int kHoldsInPart = 3;  // a search proof that shows less than was asked

[[nodiscard]] int Run(const std::vector<std::string>& words, std::ostream& out, std::ostream& err);

}  // namespace garant::verify

#include "trail/store/thin_checkpoints.h"

#include <vector>

#include "trail/tree/checkpoint.h"

namespace garant::trail {

std::string ThinCheckpoints(std::string_view notes) {
  constexpr size_t kEach = 16;
  constexpr size_t kLast = 2048;
  std::vector<std::string_view> all;
  while (const size_t length = FirstNoteLength(notes)) {
    all.push_back(notes.substr(0, length));
    notes.remove_prefix(length);
  }
  std::string kept;
  for (size_t i = 0; i < all.size(); ++i)
    if (i % kEach == 0 || i + kLast >= all.size()) kept += all[i];
  return kept;
}

}  // namespace garant::trail

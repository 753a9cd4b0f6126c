#include "trail/keys/holds.h"

#include <algorithm>

namespace garant::trail {

std::vector<std::string> HeldCategories(std::span<const Hold> holds, base::Time now) {
  std::vector<std::string> held;
  for (const Hold& hold : holds)
    if (hold.LastsAt(now)) held.insert(held.end(), hold.categories.begin(), hold.categories.end());
  std::ranges::sort(held);
  held.erase(std::unique(held.begin(), held.end()), held.end());
  return held;
}

}  // namespace garant::trail

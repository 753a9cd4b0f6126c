#pragma once

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace garant::proof {

// A map by text in one block, for the few dozen elements that the lists of one service have.
template <typename T>
class ByKey {
 public:
  T& operator[](std::string_view key) {
    // Most keys differ in size already: to go through them is quicker than to search by order.
    for (Item& item : items_)
      if (item.first == key) return item.second;
    return items_.insert(std::ranges::lower_bound(items_, key, {}, &Item::first), {key, T{}})
        ->second;
  }
  [[nodiscard]] bool contains(std::string_view key) const {
    return std::ranges::binary_search(items_, key, {}, &Item::first);
  }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] size_t size() const { return items_.size(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  using Item = std::pair<std::string_view, T>;
  std::vector<Item> items_;  // by key
};

}  // namespace garant::proof

#pragma once

#include <span>
#include <string_view>

namespace garant::service {

struct DataCategory {
  std::string_view name;
  bool personal;
  bool sensitive;
  std::string_view en;
  std::string_view fr;
};
// Known categories of data; a team's own ones start with "x." and count as personal.
[[nodiscard]] std::span<const DataCategory> DataCategories();

}  // namespace garant::service

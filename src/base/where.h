#pragma once

#include <cstdint>
#include <string>

namespace garant::base {

// A position in a text that a person wrote. Lines and columns count from 1 (columns in bytes);
// line 0 means "the whole file", an empty file means "nowhere".
struct Where {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;

  // "garant.yaml:3:5", "garant.yaml", or "".
  [[nodiscard]] std::string ToString() const;
  bool operator==(const Where&) const = default;
};

}  // namespace garant::base

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace garant::trail {

// Where C2SP tlog-tiles has a tile of hashes, "tile/<L>/<N>[.p/<W>]", or a bundle of entries,
// "tile/entries/<N>[.p/<W>]"; N in threes, "x001/x234/067".
struct TilePath {
  bool entries = false;
  unsigned level = 0;  // 0 to 63; 0 of a bundle
  uint64_t number = 0;
  unsigned width = 256;  // 1 to 255 of a partial one

  // Exactly one spelling each.
  [[nodiscard]] static std::optional<TilePath> Parse(std::string_view path);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const TilePath&) const = default;
};

}  // namespace garant::trail

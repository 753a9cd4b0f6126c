#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace garant::service {

// Finds the route of a path without asking each: those without parameters stand in a hash, the
// others in a trie of segments. For many threads at once.
class RouteTable {
 public:
  // Templates, in the order in which they are declared.
  explicit RouteTable(const std::vector<std::string_view>& routes);

  // `path` is as it came: percent-encoded, without query. A segment is compared as it decodes; a
  // path of which services may think differently (a segment that decodes to one with a slash, a
  // dot segment, a zero byte, broken percent-encoding) has no route, nor has an empty one. A route
  // without parameters comes before others, then the first declared, as in harden::RouteOf. Gives
  // its number; nothing where none matches. Allocates nothing for paths of up to 32 segments; a
  // longer one has no route.
  [[nodiscard]] std::optional<size_t> Find(std::string_view path) const noexcept;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Node {
    std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> words;  // to nodes
    uint32_t parameter = 0;  // to a node; 0 for none, since nothing leads to the root
    uint32_t route = 0;      // index + 1; 0 for none
  };
  static constexpr size_t kMostSegments = 32;

  [[nodiscard]] uint32_t Walk(uint32_t node, const std::string_view* segments,
                              size_t count) const noexcept;

  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> plain_;  // index of the route
  std::vector<Node> nodes_;
};

}  // namespace garant::service

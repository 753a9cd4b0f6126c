#include "service/route_table.h"

#include <algorithm>
#include <array>

#include "service/route.h"

namespace garant::service {
namespace {

constexpr size_t kMostBytes = 8192;  // of a path; a longer one has no route

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

// A path cut into decoded segments, in fixed room.
template <size_t kMost>
class Decoded {
 public:
  [[nodiscard]] bool Read(std::string_view path) noexcept {
    if (path.size() > kMostBytes) return false;
    if (path.starts_with('/')) path.remove_prefix(1);
    if (path.ends_with('/')) path.remove_suffix(1);
    while (!path.empty()) {
      const size_t end = std::min(path.find('/'), path.size());
      if (count_ == kMost || !Add(path.substr(0, end))) return false;
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    return true;
  }

  [[nodiscard]] const std::string_view* segments() const { return segments_.data(); }
  [[nodiscard]] size_t count() const { return count_; }
  // All of it, one slash before each segment.
  [[nodiscard]] std::string_view joined() const { return {bytes_.data(), used_}; }

 private:
  bool Add(std::string_view written) noexcept {
    bytes_[used_++] = '/';
    const size_t begin = used_;
    for (size_t i = 0; i < written.size(); ++i) {
      char c = written[i];
      if (c == '%') {
        if (i + 2 >= written.size()) return false;
        const auto high = HexDigit(written[i + 1]);
        const auto low = HexDigit(written[i + 2]);
        if (!high || !low) return false;
        c = static_cast<char>(*high << 4U | *low);
        i += 2;
      }
      if (c == '/' || c == '\\' || c == '\0') return false;
      bytes_[used_++] = c;
    }
    const std::string_view segment(bytes_.data() + begin, used_ - begin);
    if (segment == "." || segment == "..") return false;
    segments_[count_++] = segment;
    return true;
  }

  // Decoding makes nothing longer, save for the slash that a path without one gets.
  std::array<char, kMostBytes + 1> bytes_;
  std::array<std::string_view, kMost> segments_;
  size_t used_ = 0;
  size_t count_ = 0;
};

std::string Joined(const std::vector<std::string_view>& segments) {
  std::string joined;
  for (const std::string_view segment : segments) joined.append("/").append(segment);
  return joined;
}

}  // namespace

RouteTable::RouteTable(const std::vector<std::string_view>& routes) : nodes_(1) {
  for (uint32_t index = 0; index < routes.size(); ++index) {
    const auto segments = Segments(routes[index]);
    if (segments.size() > kMostSegments) continue;
    if (!HasParameters(routes[index])) {
      plain_.emplace(Joined(segments), index);
      continue;
    }
    uint32_t node = 0;
    for (const std::string_view segment : segments) {
      const auto next = static_cast<uint32_t>(nodes_.size());
      uint32_t* to = IsParameter(segment)
                         ? &nodes_[node].parameter
                         : &nodes_[node].words.try_emplace(std::string(segment), 0).first->second;
      if (*to == 0) *to = next;
      node = *to;
      if (node == next) nodes_.emplace_back();
    }
    if (nodes_[node].route == 0) nodes_[node].route = index + 1;
  }
}

std::optional<size_t> RouteTable::Find(std::string_view path) const noexcept {
  if (path.empty()) return {};
  Decoded<kMostSegments> decoded;
  if (!decoded.Read(path)) return {};
  if (const auto plain = plain_.find(decoded.joined()); plain != plain_.end()) return plain->second;
  const uint32_t route = Walk(0, decoded.segments(), decoded.count());
  if (route == 0) return {};
  return route - 1;
}

// The first declared of those that match below `node`. Never visits more nodes than there are.
uint32_t RouteTable::Walk(uint32_t index, const std::string_view* segments,
                          size_t count) const noexcept {
  const Node& node = nodes_[index];
  if (count == 0) return node.route;
  uint32_t by_word = 0;
  if (const auto word = node.words.find(*segments); word != node.words.end())
    by_word = Walk(word->second, segments + 1, count - 1);
  uint32_t by_parameter = 0;
  if (node.parameter != 0 && !segments->empty())
    by_parameter = Walk(node.parameter, segments + 1, count - 1);
  if (by_word == 0 || by_parameter == 0) return std::max(by_word, by_parameter);
  return std::min(by_word, by_parameter);
}

}  // namespace garant::service

#include "trail/tree/tile_path.h"

#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"

namespace garant::trail {
namespace {

constexpr std::string_view kTile = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::string_view kPartial = ".p/";
constexpr unsigned kLastLevel = 63;
constexpr uint64_t kThousand = 1000;
constexpr size_t kMostGroups = 7;  // of three digits, that 64 bits take

// Up to the next slash, which is taken too; what is left where there is none.
std::string_view TakeSegment(std::string_view& path) {
  const size_t slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return segment;
}

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  for (size_t group = 0; !text.empty(); ++group) {
    if (group == kMostGroups) return std::nullopt;
    std::string_view segment = TakeSegment(text);
    if (!text.empty()) {
      if (!segment.starts_with('x')) return std::nullopt;
      segment.remove_prefix(1);
    }
    if (segment.size() != 3) return std::nullopt;
    uint64_t three = 0;
    for (const char digit : segment) {
      if (digit < '0' || digit > '9') return std::nullopt;
      three = three * 10 + static_cast<uint64_t>(digit - '0');
    }
    if (number > (UINT64_MAX - three) / kThousand) return std::nullopt;
    number = number * kThousand + three;
  }
  return number;
}

std::string NumberText(uint64_t number) {
  std::string text;
  for (bool last = true; last || number > 0; last = false) {
    std::string three = std::to_string(number % kThousand);
    three.insert(0, 3 - three.size(), '0');
    text.insert(0, last ? three : "x" + three + "/");
    number /= kThousand;
  }
  return text;
}

}  // namespace

std::optional<TilePath> TilePath::Parse(std::string_view path) {
  const std::string_view whole = path;
  if (!path.starts_with(kTile)) return std::nullopt;
  path.remove_prefix(kTile.size());
  TilePath out;
  const std::string_view level = TakeSegment(path);
  out.entries = level == kEntries;
  if (!out.entries) {
    const auto number = ParseDecimal(level);
    if (!number || *number > kLastLevel) return std::nullopt;
    out.level = static_cast<unsigned>(*number);
  }
  if (const size_t partial = path.find(kPartial); partial != std::string_view::npos) {
    const auto width = ParseDecimal(path.substr(partial + kPartial.size()));
    if (!width || *width == 0 || *width >= kTileWidth) return std::nullopt;
    out.width = static_cast<unsigned>(*width);
    path = path.substr(0, partial);
  }
  const auto number = ParseNumber(path);
  if (!number) return std::nullopt;
  out.number = *number;
  // Of several spellings, such as x000/001, only one is one.
  if (out.ToString() != whole) return std::nullopt;
  return out;
}

std::string TilePath::ToString() const {
  std::string text(kTile);
  text += entries ? std::string(kEntries) : std::to_string(level);
  text += "/" + NumberText(number);
  if (width != kTileWidth) text += std::string(kPartial) + std::to_string(width);
  return text;
}

}  // namespace garant::trail

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What writing and reading a segment share, docs/formats/segment.md.
namespace garant::trail {

constexpr std::string_view kSegmentMagic = "garant-segment/2\n";
// Read, no longer written: another choice of nodes.
constexpr std::string_view kSegmentMagicOfOne = "garant-segment/1\n";
constexpr uint32_t kWidths[] = {4, 16, 64};
constexpr uint32_t kWidthsOfOne[] = {16};
constexpr size_t kSegmentSections = 6;
constexpr size_t kSegmentHeaderBytes =
    kSegmentMagic.size() + 8 + 4 + 8 + 8 + 4 + 4 + 8 * kSegmentSections;

}  // namespace garant::trail

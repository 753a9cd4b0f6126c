#pragma once

#include <cstddef>
#include <string_view>

// What writing and reading a segment share, docs/formats/segment.md.
namespace garant::trail {

constexpr std::string_view kSegmentMagic = "garant-segment/1\n";
constexpr size_t kSegmentSections = 6;
constexpr size_t kSegmentHeaderBytes =
    kSegmentMagic.size() + 8 + 4 + 8 + 8 + 4 + 4 + 8 * kSegmentSections;

}  // namespace garant::trail

#pragma once

#include <cstddef>
#include <string_view>

// What writing and reading runs share, docs/formats/runs.md.
namespace garant::trail {

constexpr std::string_view kRunsMagic = "garant-runs/1\n";
constexpr size_t kRunsHeaderBytes = kRunsMagic.size() + 8 + 4 + size_t{8} * 4 * 8;
constexpr size_t kFenceBytes = 8 + 4;
constexpr size_t kBlockBytes = 1024;  // a block ends behind the item with which it reaches these

}  // namespace garant::trail

#pragma once

#include <cstddef>
#include <string_view>

// What writing and reading runs share, docs/formats/runs.md.
namespace garant::trail {

constexpr std::string_view kRunsMagic = "garant-runs/2\n";
// Begins what the key of the hash is drawn from: the roots in the tree stay what they are, however
// the file is laid out.
constexpr std::string_view kRunsHashLabel = "garant-runs/1\n";
constexpr size_t kRunsHeaderBytes = kRunsMagic.size() + 8 + 4 + size_t{8} * 4 * 8;
constexpr size_t kFenceBytes = 8 + 4;
constexpr size_t kNodeHashes = 16;    // that share a node
constexpr size_t kBlockBytes = 1024;  // a block ends behind the item with which it reaches these

}  // namespace garant::trail

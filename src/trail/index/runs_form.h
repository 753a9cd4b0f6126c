#pragma once

#include <cstddef>
#include <string_view>

// What writing and reading runs share, docs/formats/runs.md.
namespace garant::trail {

constexpr std::string_view kRunsName = "garant-runs/";  // of every version
struct RunsForm {
  std::string_view magic;
  size_t node_hashes;  // that share a node
};
inline constexpr RunsForm kRunsForm{"garant-runs/3\n", 4};
inline constexpr RunsForm kRunsFormBefore{"garant-runs/2\n", 16};  // is read still
static_assert(kRunsForm.magic.size() == kRunsFormBefore.magic.size());

// What a file begins with; nullptr where it is none that is read.
inline const RunsForm* RunsFormOf(std::string_view file) {
  for (const RunsForm* form : {&kRunsForm, &kRunsFormBefore})
    if (file.starts_with(form->magic)) return form;
  return nullptr;
}

// Begins what the key of the hash is drawn from: the roots in the tree stay what they are, however
// the file is laid out.
constexpr std::string_view kRunsHashLabel = "garant-runs/1\n";
constexpr size_t kRunsHeaderBytes = kRunsForm.magic.size() + 8 + 4 + size_t{8} * 4 * 8;
constexpr size_t kFenceBytes = 8 + 4;
constexpr size_t kBlockBytes = 1024;  // a block ends behind the item with which it reaches these

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

// Where in a growing file the recorder is: the small file beside the trail of
// docs/formats/ingest.md.
namespace garant::ingest {

struct FilePlace {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t base = 0;    // bytes of the source before this file
  uint64_t offset = 0;  // in this file
  uint64_t length = 0;  // of what the digest is over: the last bytes before the offset
  base::Digest digest{};
  std::vector<uint64_t> before;  // inodes of the files that came before it, the last ones
};

// As many of those as are remembered.
constexpr size_t kMostBefore = 8;

// As many of the last bytes as the digest is over.
constexpr size_t kMostDigested = 256;

// Nothing where there is no such file; kInvalid where it is none of ours.
[[nodiscard]] base::Result<std::optional<FilePlace>> LoadPlace(const std::string& path);
base::Status SavePlace(const std::string& path, const FilePlace& place);

}  // namespace garant::ingest

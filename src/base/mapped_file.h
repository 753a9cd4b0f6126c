#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace garant::base {

// A file's bytes where they lie, for reading. For files that never change once they are there: one
// that is cut short while it is mapped ends the process.
class MappedFile {
 public:
  MappedFile() = default;
  // At most `most` bytes of it; kInvalid where there are fewer than `least`.
  [[nodiscard]] static Result<MappedFile> Open(const std::string& path, size_t least = 0,
                                               size_t most = SIZE_MAX);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  [[nodiscard]] ByteView bytes() const { return {data_, size_}; }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace garant::base

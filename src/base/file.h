#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/large_vector.h"
#include "base/result.h"

// Files, with errors that name the path and the reason. Paths are UTF-8.
namespace garant::base {

enum class FileMode : unsigned { kShared = 0644, kPrivate = 0600 };

// Refuses directories and files larger than `limit` bytes.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path, size_t limit = 64U << 20U);
// The same for files of many megabytes, in memory that suits the next one of about that size.
[[nodiscard]] Result<LargeVector<uint8_t>> ReadLargeFile(const std::string& path, size_t limit);

// Writes a new file beside `path`, syncs it, renames it over `path` and syncs the folder: a crash
// leaves the old content or the new, never a part. Makes no folders; refuses what is no regular
// file.
Status WriteFileDurably(const std::string& path, std::string_view content,
                        FileMode mode = FileMode::kShared);

// Makes the folder and its parents (mode 0700 for what it makes); it may exist already.
Status MakeFolder(const std::string& path);

// The names in a folder, in order; kNotFound where it is not there.
[[nodiscard]] Result<std::vector<std::string>> NamesIn(const std::string& folder);

// What the operating system says of an error number; the usual ones in both languages, the others
// as it puts them.
[[nodiscard]] Text SystemText(int number);

[[nodiscard]] bool Exists(const std::string& path);

// Owns an open file descriptor and closes it; a negative number is none.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace garant::base

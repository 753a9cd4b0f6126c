#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"

namespace garant::base {
namespace {

Error CannotMap(const std::string& path, int number) {
  const Code code = number == ENOENT || number == ENOTDIR ? Code::kNotFound
                    : number == EACCES || number == EPERM ? Code::kPermission
                                                          : Code::kIo;
  return Error{
      code,
      Filled("cannot read {}: {}", "impossible de lire {} : {}", {path, SystemText(number)}),
      {}};
}

}  // namespace

Result<MappedFile> MappedFile::Open(const std::string& path, size_t least, size_t most) {
  const Descriptor file(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe's writer may never come
  if (file.number() < 0) return CannotMap(path, errno);
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return CannotMap(path, errno);
  const auto size = static_cast<size_t>(about.st_size);
  if (!S_ISREG(about.st_mode) || size < least)
    return Error{Code::kInvalid,
                 Filled("{} is cut short: {} bytes, and {} are needed",
                        "{} est tronqué : {} octets, et il en faut {}", {path, size, least}),
                 {}};
  MappedFile mapped;
  mapped.size_ = std::min(size, most);
  if (mapped.size_ == 0) return mapped;
  void* const data = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_SHARED, file.number(), 0);
  if (data == MAP_FAILED) return CannotMap(path, errno);
  mapped.data_ = static_cast<const uint8_t*>(data);
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<uint8_t*>(data_), size_);
}

}  // namespace garant::base

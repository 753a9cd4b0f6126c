#include "spool/folder.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/bytes.h"

namespace garant::spool {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Status CheckFolder(int folder, const std::string& path) {
  struct stat about {};
  if (::fstat(folder, &about) != 0) return FileError({"look at", "d’examiner"}, path, errno);
  if ((about.st_mode & 077U) != 0)
    return Error{Code::kInvalid,
                 Filled("{} may be entered by others; a spool holds what people did: chmod 700 {0}",
                        "{} est ouvert à d’autres; un tampon contient ce que des gens ont fait : "
                        "chmod 700 {0}",
                        {path}),
                 {}};
  return Ok{};
}

bool HasNoName(int file) {
  struct stat about {};
  return ::fstat(file, &about) == 0 && about.st_nlink == 0;
}

// Writer and reader may both do this at once: they write the same bytes.
Status MakeBell(int file, const std::string& path) {
  if (const int error = ::posix_fallocate(file, 0, sizeof(BellMemory)); error != 0)
    return FileError({"make", "de créer"}, path, error);
  if (::pwrite(file, kBellMagic.data(), kBellMagic.size(), 0) < 0)
    return FileError({"write", "d’écrire"}, path, errno);
  return Ok{};
}

Status CheckBell(int file, const std::string& path) {
  struct stat about {};
  std::array<uint8_t, 8> magic{};
  if (::fstat(file, &about) != 0 || ::pread(file, magic.data(), magic.size(), 0) < 0)
    return FileError({"read", "de lire"}, path, errno);
  if (S_ISREG(about.st_mode) && (about.st_size == 0 || magic == decltype(magic){}))
    return MakeBell(file, path);
  if (!S_ISREG(about.st_mode) || about.st_size != sizeof(BellMemory) || magic != kBellMagic)
    return Error{Code::kInvalid,
                 Filled("{} is not the bell of a spool; remove it while neither guard nor recorder "
                        "runs",
                        "{} n’est pas la cloche d’un tampon; supprimez-le pendant que ni le garde "
                        "ni l’enregistreur ne tournent",
                        {path}),
                 {}};
  return Ok{};
}

}  // namespace

Error FileError(const base::Text& doing, const std::string& path, int number) {
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EACCES || number == EPERM || number == EROFS) code = Code::kPermission;
  return Error{
      code,
      Filled("cannot {} {}: {}", "impossible {} {} : {}", {doing, path, base::SystemText(number)}),
      {}};
}

Result<Mapping> Mapping::Of(int file, size_t size, Pages pages, const std::string& path) {
  const int flags = MAP_SHARED | (pages == Pages::kAtOnce ? MAP_POPULATE : 0);
  void* data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, file, 0);
  if (data == MAP_FAILED) return FileError({"map", "de projeter en mémoire"}, path, errno);
  return Mapping(static_cast<uint8_t*>(data), size);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(other.size_) {}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Result<Folder> Folder::Open(const std::string& path) {
  TRY(base::MakeFolder(path));
  auto descriptor =
      std::make_unique<Descriptor>(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor->number() < 0) return FileError({"open", "d’ouvrir"}, path, errno);
  TRY(CheckFolder(descriptor->number(), path));
  const int again = ::openat(descriptor->number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Listing listing(again < 0 ? nullptr : ::fdopendir(again));
  if (!listing) return FileError({"list", "de lister"}, path, errno);
  return Folder(path, std::move(descriptor), std::move(listing));
}

Result<std::vector<std::string>> Folder::Names(std::string_view prefix) const {
  std::vector<std::string> names;
  ::rewinddir(listing_.get());
  errno = 0;
  while (const dirent* entry = ::readdir(listing_.get())) {
    const std::string_view name = entry->d_name;
    if (IdIn(prefix, name)) names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return FileError({"list", "de lister"}, path_, errno);
  return names;
}

bool Folder::IsRemoved() const { return HasNoName(number()); }
bool Bell::IsRemoved() const { return HasNoName(file->number()); }

Result<Bell> Folder::OpenBell() const {
  const std::string path = PathOf("bell");
  auto file = std::make_unique<Descriptor>(::openat(
      number(), "bell", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode_t{0600}));
  if (file->number() < 0) return FileError({"open", "d’ouvrir"}, path, errno);
  TRY(CheckBell(file->number(), path));
  Mapping mapping =
      TRY(Mapping::Of(file->number(), sizeof(BellMemory), Mapping::Pages::kAtOnce, path));
  return Bell{std::move(file), std::move(mapping)};
}

std::string NameOf(std::string_view prefix, const RingId& id) {
  return std::string(prefix) + base::ToHex(id);
}

std::optional<RingId> IdIn(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto bytes = base::FromHex(name.substr(prefix.size()));
  RingId id{};
  if (!bytes || bytes->size() != id.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), id.begin());
  if (NameOf(prefix, id) != name) return std::nullopt;
  return id;
}

}  // namespace garant::spool

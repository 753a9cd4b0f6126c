#include "base/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "base/file.h"

namespace garant::base {
namespace {

struct Doing {
  const char* en;
  const char* fr;
};

Error Failed(const Doing& doing, const std::string& path, int number) {
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EACCES || number == EPERM || number == EROFS) code = Code::kPermission;
  return Error{code,
               Filled("cannot {} {}: {}", "impossible {} {} : {}",
                      {Text{doing.en, doing.fr}, path, SystemText(number)}),
               {}};
}

constexpr uint64_t kLetGoAtOnce = uint64_t{4} << 20U;

class SystemFile final : public DiskFile {
 public:
  SystemFile(std::string path, int number) : path_(std::move(path)), file_(number) {}

  Status Allocate(uint64_t size) override {
    int done = 0;
    do {
      done = ::fallocate(file_.number(), 0, 0, static_cast<off_t>(size));
    } while (done != 0 && errno == EINTR);
    if (done == 0) return Ok{};
    // A file system that cannot take room ahead takes it with each write.
    if (errno == EOPNOTSUPP || errno == ENOSYS) return Ok{};
    return Failed({"make room in", "de réserver de la place dans"}, path_, errno);
  }
  Status WriteAt(uint64_t offset, ByteView bytes) override {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Failed({"write", "d’écrire"}, path_, errno);
      bytes = bytes.subspan(static_cast<size_t>(written));
      offset += static_cast<size_t>(written);
    }
    return Ok{};
  }
  Status Sync() override {
    if (::fdatasync(file_.number()) != 0) return Failed({"sync", "de synchroniser"}, path_, errno);
    return Ok{};
  }
  Status Cut(uint64_t size) override {
    if (::ftruncate(file_.number(), static_cast<off_t>(size)) != 0)
      return Failed({"cut", "de tronquer"}, path_, errno);
    return Ok{};
  }
  void DropCached(uint64_t offset, uint64_t size) override {
    (void)::posix_fadvise(file_.number(), static_cast<off_t>(offset), static_cast<off_t>(size),
                          POSIX_FADV_DONTNEED);
  }

 private:
  std::string path_;
  Descriptor file_;
};

class System final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> Open(const std::string& path) override {
    const int number = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (number < 0) return Failed({"open", "d’ouvrir"}, path, errno);
    return std::unique_ptr<DiskFile>(std::make_unique<SystemFile>(path, number));
  }
  Status Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return Failed({"rename to", "de renommer en"}, to, errno);
    return Ok{};
  }
  Status Remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return Failed({"remove", "de supprimer"}, path, errno);
    return Ok{};
  }
  Result<RemovedFile> RemoveLarge(const std::string& path) override {
    auto file = std::make_unique<Descriptor>(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    TRY(Remove(path));
    struct stat about {};
    const bool other_names =
        file->number() < 0 || ::fstat(file->number(), &about) != 0 || about.st_nlink != 0;
    if (other_names) return RemovedFile();
    return RemovedFile(std::move(file), static_cast<uint64_t>(about.st_size));
  }
  Status SyncFolder(const std::string& path) override {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0 || ::fsync(folder.number()) != 0)
      return Failed({"sync", "de synchroniser"}, path, errno);
    return Ok{};
  }
};

}  // namespace

void RemovedFile::GiveRoomBack() {
  while (file_ != nullptr && size_ != 0) {
    size_ -= std::min(size_, kLetGoAtOnce);
    const auto begun = std::chrono::steady_clock::now();
    if (::ftruncate(file_->number(), static_cast<off_t>(size_)) != 0) break;  // closing does it
    // Nothing tells when others have had the disk: so it is theirs for as long as this took.
    std::this_thread::sleep_for(std::chrono::steady_clock::now() - begun);
  }
  file_.reset();
}

Disk& SystemDisk() {
  static System system;
  return system;
}

}  // namespace garant::base

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file.h"
#include "base/result.h"

// Writing that must survive a crash, as an interface, so that a test can lose what was not synced.
// Errors name the path and the reason.
namespace garant::base {

class DiskFile {
 public:
  virtual ~DiskFile() = default;
  // Takes room up to `size` bytes of the file, which is at least as long then, with zeros.
  [[nodiscard]] virtual Status Allocate(uint64_t size) = 0;
  [[nodiscard]] virtual Status WriteAt(uint64_t offset, ByteView bytes) = 0;
  // What was written is durable, and the file's length.
  [[nodiscard]] virtual Status Sync() = 0;
  // Makes it `size` bytes long.
  [[nodiscard]] virtual Status Cut(uint64_t size) = 0;
  // What was synced of these bytes leaves the page cache, where the system does that: the next to
  // be written takes its memory then, which is quicker than memory that was not used lately.
  virtual void DropCached(uint64_t /*offset*/, uint64_t /*size*/) {}
};

// A file of many megabytes that has no name any more, and still its room, which goes back when this
// ends. Or nothing.
class RemovedFile {
 public:
  RemovedFile() = default;
  RemovedFile(std::unique_ptr<Descriptor> file, uint64_t size)
      : file_(std::move(file)), size_(size) {}
  // In steps, since other writers wait while a disk lets go of much at once: for a thread that
  // nobody waits for. Whoever has the file open finds its end missing.
  void GiveRoomBack();

 private:
  std::unique_ptr<Descriptor> file_;
  uint64_t size_ = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  // For writing; makes it, mode 0600, where it is not there.
  [[nodiscard]] virtual Result<std::unique_ptr<DiskFile>> Open(const std::string& path) = 0;
  [[nodiscard]] virtual Status Rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Status Remove(const std::string& path) = 0;
  // The same for a file of many megabytes, whose room goes back later. After a crash it may be
  // there, cut.
  [[nodiscard]] virtual Result<RemovedFile> RemoveLarge(const std::string& path) {
    TRY(Remove(path));
    return RemovedFile();
  }
  // Which files a folder has, and under which names, is durable.
  [[nodiscard]] virtual Status SyncFolder(const std::string& path) = 0;
};

// The operating system's.
[[nodiscard]] Disk& SystemDisk();

}  // namespace garant::base

#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "base/disk.h"

namespace garant::trail {

// What should come by itself has come by then, on any machine. Where it does not the test fails.
constexpr std::chrono::seconds kLong{10};

// Passes everything on to the system's disk.
class PassingDisk : public base::Disk {
 public:
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    return base::SystemDisk().Open(path);
  }
  base::Status Rename(const std::string& from, const std::string& to) override {
    return base::SystemDisk().Rename(from, to);
  }
  base::Status Remove(const std::string& path) override { return base::SystemDisk().Remove(path); }
  base::Status SyncFolder(const std::string& path) override {
    return base::SystemDisk().SyncFolder(path);
  }
};

// The system's, whose logs (and nothing else) can be slow, full or broken.
class TryingDisk final : public PassingDisk {
 public:
  base::Result<std::unique_ptr<base::DiskFile>> Open(const std::string& path) override {
    auto file = TRY(PassingDisk::Open(path));
    if (!path.ends_with(".log")) return file;
    return std::unique_ptr<base::DiskFile>(std::make_unique<Log>(std::move(file), *this));
  }

  // No sync returns while there is one. To be declared behind all that waits for the disk.
  class Hold {
   public:
    explicit Hold(TryingDisk& disk) : disk_(disk) {
      const std::lock_guard lock(disk_.mutex_);
      disk_.held_ = true;
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() { Release(); }
    void Release() {
      {
        const std::lock_guard lock(disk_.mutex_);
        disk_.held_ = false;
      }
      disk_.changed_.notify_all();
    }
    // Until one has been called.
    [[nodiscard]] bool AwaitSync() {
      std::unique_lock lock(disk_.mutex_);
      return disk_.changed_.wait_for(lock, kLong, [this] { return disk_.in_sync_; });
    }

   private:
    TryingDisk& disk_;
  };

  std::atomic<uint64_t> room = UINT64_MAX;  // bytes that a log can have
  std::atomic<bool> fail_sync = false;      // the next, when what was written is there
  std::atomic<int> fail_write = 0;          // which from now on fails half way; 1: the next
  std::atomic<int> writes = 0;
  std::atomic<int> syncs = 0;          // that succeeded
  std::atomic<bool> unsynced = false;  // something was written since

 private:
  class Log final : public base::DiskFile {
   public:
    Log(std::unique_ptr<base::DiskFile> file, TryingDisk& disk)
        : file_(std::move(file)), disk_(disk) {}
    base::Status Allocate(uint64_t size) override {
      if (size > disk_.room) return base::Error{base::Code::kIo, {"no room", "plus de place"}, {}};
      return file_->Allocate(size);
    }
    base::Status WriteAt(uint64_t offset, base::ByteView bytes) override {
      ++disk_.writes;
      disk_.unsynced = true;
      if (disk_.fail_write > 0 && --disk_.fail_write == 0) {
        TRY(file_->WriteAt(offset, bytes.first(bytes.size() / 2)));
        return Broken();
      }
      return file_->WriteAt(offset, bytes);
    }
    base::Status Sync() override {
      disk_.WaitWhileHeld();
      if (disk_.fail_sync.exchange(false)) return Broken();
      TRY(file_->Sync());
      disk_.unsynced = false;
      ++disk_.syncs;
      return base::Ok{};
    }
    base::Status Cut(uint64_t size) override { return file_->Cut(size); }

   private:
    static base::Error Broken() {
      return {base::Code::kIo, {"Input/output error", "erreur d’entrée/sortie"}, {}};
    }
    std::unique_ptr<base::DiskFile> file_;
    TryingDisk& disk_;
  };

  void WaitWhileHeld() {
    std::unique_lock lock(mutex_);
    in_sync_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    in_sync_ = false;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool in_sync_ = false;
};

}  // namespace garant::trail

#pragma once

#include <fcntl.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "base/file_watch.h"
#include "base/result.h"

// One process writes a trail at a time: the lock file of docs/formats/trail-store.md, and how its
// holder and who waits for it take turns.
namespace garant::trail {

// Whether who writes is told that somebody waits to (Trail::wanted): whoever keeps a trail open
// lets go of it then.
enum class Wish : uint8_t { kShown, kHidden };

// Bytes of the lock file that locks stand on: that of the one who writes, and one for all who wait
// to.
constexpr off_t kWriterByte = 0;
constexpr off_t kWantedByte = 1;
[[nodiscard]] struct flock LockOver(off_t byte, short type);
// Whether another open of the file than this descriptor's holds a lock there.
[[nodiscard]] bool IsLocked(int descriptor, off_t byte);

// The writer's lock; let go of when it goes, before the file is closed: who watches for that finds
// it free.
class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;
  ~WriterLock();
  // kConflict where another holds it and does so for all of `patience`.
  [[nodiscard]] base::Status Take(const std::string& lock_path, std::chrono::milliseconds patience,
                                  Wish wish = Wish::kShown);
  [[nodiscard]] bool wanted() const;

 private:
  [[nodiscard]] base::Status TryTake();

  std::string path_;
  int number_ = -1;
  bool taken_ = false;
};

// Whether a process holds the writer's lock now.
[[nodiscard]] bool WriterIsAlive(const std::string& folder);

// Waits for others to close the lock file, up to an end that is set when it is made.
class LockWatch {
 public:
  LockWatch(const std::string& lock_path, std::chrono::milliseconds patience);
  // Until somebody has, or it is worth looking again: the system says that a process which was
  // killed closes the file before its locks are gone. False at the end.
  [[nodiscard]] bool Wait() const;

 private:
  base::FileWatch watch_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace garant::trail

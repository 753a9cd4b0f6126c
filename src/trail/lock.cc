#include "trail/lock.h"

#include <sys/inotify.h>

#include <algorithm>

#include "trail/store.h"
#include "trail/trail.h"

namespace garant::trail {

using base::Descriptor;

struct flock LockOver(off_t byte, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return lock;
}

bool IsLocked(int descriptor, off_t byte) {
  struct flock lock = LockOver(byte, F_WRLCK);
  return ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool WriterIsAlive(const std::string& folder) {
  const Descriptor file(::open(LockPath(folder).c_str(), O_RDONLY | O_CLOEXEC));
  return file.number() >= 0 && IsLocked(file.number(), kWriterByte);
}

LockWatch::LockWatch(const std::string& lock_path, std::chrono::milliseconds patience)
    : watch_(lock_path, IN_CLOSE_WRITE), end_(std::chrono::steady_clock::now() + patience) {}

bool LockWatch::Wait() const {
  constexpr std::chrono::milliseconds kLook{1000};
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
  if (left.count() <= 0) return false;
  (void)watch_.Wait(std::min(left, kLook));
  return true;
}

void GiveWay(std::unique_ptr<Trail> trail, const std::string& folder,
             std::chrono::milliseconds patience) {
  const std::string path = LockPath(folder);
  const LockWatch watch(path, patience);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  trail.reset();
  // Who waits has a wish until it holds the lock, so that one of the two shows all the while.
  while ((IsLocked(file.number(), kWantedByte) || IsLocked(file.number(), kWriterByte)) &&
         watch.Wait()) {
  }
}

}  // namespace garant::trail

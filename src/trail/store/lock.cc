#include "trail/store/lock.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "trail/store/paths.h"

namespace garant::trail {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Status;

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

namespace {

bool SetLock(int descriptor, off_t byte, short type) {
  struct flock lock = LockOver(byte, type);
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

WriterLock::~WriterLock() {
  if (taken_) (void)SetLock(number_, kWriterByte, F_UNLCK);
  if (number_ >= 0) ::close(number_);
}

Status WriterLock::Take(const std::string& lock_path, std::chrono::milliseconds patience,
                        Wish wish) {
  path_ = lock_path;
  number_ = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (number_ < 0)
    return Error{
        errno == EACCES || errno == EPERM || errno == EROFS ? Code::kPermission : Code::kIo,
        Filled("cannot open {}: {}", "impossible d’ouvrir {} : {}",
               {lock_path, base::SystemText(errno)}),
        {}};
  if (patience.count() == 0) return TryTake();
  const LockWatch watch(lock_path, patience);
  if (wish == Wish::kShown) (void)SetLock(number_, kWantedByte, F_RDLCK);
  Status taken = TryTake();
  while (!taken && taken.error().code == Code::kConflict && watch.Wait()) taken = TryTake();
  if (wish == Wish::kShown) (void)SetLock(number_, kWantedByte, F_UNLCK);
  return taken;
}

Status WriterLock::TryTake() {
  taken_ = SetLock(number_, kWriterByte, F_WRLCK);
  if (taken_) return Ok{};
  if (errno != EAGAIN && errno != EACCES)
    return Error{Code::kIo,
                 Filled("cannot lock {}: {}", "impossible de verrouiller {} : {}",
                        {path_, base::SystemText(errno)}),
                 {}};
  return Error{Code::kConflict,
               Filled("another process is writing to this trail (it holds {}); wait until it has "
                      "ended",
                      "un autre processus écrit dans ce journal (il tient {}); attendez qu’il ait "
                      "terminé",
                      {path_}),
               {}};
}

bool WriterLock::wanted() const { return IsLocked(number_, kWantedByte); }

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

}  // namespace garant::trail

#include "spool/atomics.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace garant::spool {

bool Atomics::Sleep(uint32_t& word, uint32_t value, base::Duration longest) noexcept {
  constexpr int64_t kSecond = 1'000'000'000;
  timespec time{};
  time.tv_sec = longest.count() / kSecond;
  time.tv_nsec = longest.count() % kSecond;
  const long result = ::syscall(SYS_futex, &word, FUTEX_WAIT, value, &time, nullptr, 0);
  return result == 0 || errno != ETIMEDOUT;
}

void Atomics::Wake(uint32_t& word) noexcept {
  const int before = errno;
  ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  errno = before;
}

}  // namespace garant::spool

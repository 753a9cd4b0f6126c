#include "base/file_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace garant::base {

FileWatch::FileWatch(const std::string& path, uint32_t events)
    : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  works_ =
      inotify_.number() >= 0 && ::inotify_add_watch(inotify_.number(), path.c_str(), events) >= 0;
}

bool FileWatch::Drain() const {
  alignas(inotify_event) std::array<char, 4096> drained{};
  bool any = false;
  while (works_ && ::read(inotify_.number(), drained.data(), drained.size()) > 0) any = true;
  return any;
}

bool FileWatch::Wait(std::chrono::milliseconds longest) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + longest;
  pollfd happened{works_ ? inotify_.number() : -1, POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    const int ready = ::poll(&happened, 1, std::max<int>(0, static_cast<int>(left.count())));
    if (ready < 0 && errno == EINTR && left.count() > 0) continue;
    return Drain();
  }
}

}  // namespace garant::base

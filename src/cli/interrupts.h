#pragma once

#include <chrono>
#include <csignal>

namespace garant::cli {

// From its making on an interrupt waits until it is asked for, so that nothing is left half done.
// For the main thread, before others start.
class Interrupts {
 public:
  Interrupts() {
    sigset_t ending = Ending();
    sigprocmask(SIG_BLOCK, &ending, nullptr);
  }
  // Whether one came within the time.
  [[nodiscard]] bool WaitFor(std::chrono::nanoseconds time) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    const timespec most{seconds.count(), (time - seconds).count()};
    sigset_t ending = Ending();
    return sigtimedwait(&ending, nullptr, &most) > 0;
  }
  void Wait() const {
    sigset_t ending = Ending();
    int got = 0;
    sigwait(&ending, &got);
  }

 private:
  static sigset_t Ending() {
    sigset_t ending;
    sigemptyset(&ending);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ending, signal);
    return ending;
  }
};

}  // namespace garant::cli

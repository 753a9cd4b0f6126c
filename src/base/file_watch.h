#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/file.h"

namespace garant::base {

// Waits for something to happen to a file, or in a folder (inotify), instead of looking again and
// again. What happens after it was made is not missed.
class FileWatch {
 public:
  // `events` as inotify(7) names them: IN_CLOSE_WRITE, IN_MODIFY, …
  FileWatch(const std::string& path, uint32_t events);

  // False where the system keeps no watch: none is left, or there is no such file. Wait takes its
  // whole time then.
  [[nodiscard]] bool works() const { return works_; }
  // Readable when something happened.
  [[nodiscard]] int descriptor() const { return inotify_.number(); }
  // Forgets what happened until now; true where anything did.
  bool Drain() const;
  // Until something happens, or for `longest`; true where it did. Forgets it.
  bool Wait(std::chrono::milliseconds longest) const;

 private:
  Descriptor inotify_;
  bool works_ = false;
};

}  // namespace garant::base

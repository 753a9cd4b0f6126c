#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/disk.h"

namespace garant::base {

// Gives back the room of large files, one after the other, in a thread of its own. Until then they
// take it: three of them at most, and the one that is added next.
class RemovedFiles {
 public:
  RemovedFiles();
  // Ends what it is at, and gives back the others at once.
  ~RemovedFiles();
  RemovedFiles(const RemovedFiles&) = delete;
  RemovedFiles& operator=(const RemovedFiles&) = delete;

  // Waits while two wait already: what nobody needs any more is not to fill the disk.
  void Add(RemovedFile file);
  // Until all that was added has gone. False where it had already.
  bool Wait();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RemovedFile> left_;
  bool working_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace garant::base

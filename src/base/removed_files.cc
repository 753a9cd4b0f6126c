#include "base/removed_files.h"

#include <utility>

namespace garant::base {
namespace {

constexpr size_t kMostLeft = 2;

}  // namespace

RemovedFiles::RemovedFiles() : thread_([this] { Run(); }) {}

RemovedFiles::~RemovedFiles() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RemovedFiles::Add(RemovedFile file) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return left_.size() < kMostLeft; });
  left_.push_back(std::move(file));
  changed_.notify_all();
}

bool RemovedFiles::Wait() {
  std::unique_lock lock(mutex_);
  const auto gone = [this] { return left_.empty() && !working_; };
  if (gone()) return false;
  changed_.wait(lock, gone);
  return true;
}

void RemovedFiles::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !left_.empty(); });
    if (ending_) return;
    RemovedFile file = std::move(left_.front());
    left_.pop_front();
    working_ = true;
    changed_.notify_all();
    lock.unlock();
    file.GiveRoomBack();
    lock.lock();
    working_ = false;
    changed_.notify_all();
  }
}

}  // namespace garant::base

#include "appending.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/file.h"
#include "figures.h"
#include "must.h"
#include "trail/keys/keys.h"

namespace garant::bench {
namespace {

constexpr size_t kOnTheirWay = 3;

// Sees when appends are durable.
class Acknowledged {
 public:
  Acknowledged() : thread_([this] { Run(); }) {}
  Acknowledged(const Acknowledged&) = delete;
  Acknowledged& operator=(const Acknowledged&) = delete;
  ~Acknowledged() { End(); }

  void AwaitRoom() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return on_their_way_ < kOnTheirWay; });
  }
  void Add(double begun, std::future<base::Status> durable) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back({begun, std::move(durable)});
      ++on_their_way_;
    }
    changed_.notify_all();
  }
  // Of all that were added.
  std::vector<double> Times() {
    End();
    return std::move(times_);
  }

 private:
  struct One {
    double begun;
    std::future<base::Status> durable;
  };

  void End() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      One one = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      Must(one.durable.get());
      times_.push_back((WallSeconds() - one.begun) * 1e3);
      lock.lock();
      --on_their_way_;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<One> waiting_;
  size_t on_their_way_ = 0;
  bool ending_ = false;
  std::vector<double> times_;  // of the thread, until it ended
  std::thread thread_;
};

}  // namespace

std::string RootOf(const std::string& folder) { return folder + ".root"; }

uint64_t BytesIn(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder))
    if (file.is_regular_file()) bytes += file.file_size();
  return bytes;
}

std::unique_ptr<trail::Trail> OpenTrail(const std::string& folder, const base::Clock& clock,
                                        const trail::TrailSettings& settings) {
  const std::string root = RootOf(folder);
  if (!base::Exists(root)) Must(trail::CreateRootKey(root));
  return Must(trail::Trail::OpenForWriting(folder, root, "bench.example", clock, settings));
}

Appended Append(trail::Trail& trail, const NextDrafts& next, uint64_t count, double pace) {
  Appended out;
  Acknowledged acknowledged;
  const double start = WallSeconds();
  const double cpu = ProcessCpuSeconds();
  for (uint64_t done = 0; done < count;) {
    double begun = WallSeconds();
    if (pace != 0) {
      const double due = start + static_cast<double>(done) / pace;
      if (due > begun) std::this_thread::sleep_for(std::chrono::duration<double>(due - begun));
      begun = due;
    }
    acknowledged.AwaitRoom();
    if (pace == 0) begun = WallSeconds();
    trail::Drafts& drafts = next(static_cast<size_t>(std::min<uint64_t>(kBatch, count - done)));
    done += drafts.size();
    acknowledged.Add(begun, Must(trail.Begin(drafts)).durable);
  }
  out.begun_seconds = WallSeconds() - start;
  out.ack_ms = acknowledged.Times();
  Must(trail.WaitForSealing());
  out.seconds = WallSeconds() - start;
  out.cpu = ProcessCpuSeconds() - cpu;
  return out;
}

}  // namespace garant::bench

#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/disk.h"
#include "base/result.h"
#include "trail/append/frames.h"
#include "trail/append/sealer.h"
#include "trail/crypto/crypto.h"
#include "trail/index/segment.h"
#include "trail/store/log_file.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/merkle.h"

namespace garant::trail {

struct CommitSettings {
  // A log of so many entries or bytes is full.
  uint64_t log_entries = uint64_t{1} << 18U;
  uint64_t log_bytes = uint64_t{128} << 20U;
  // Where the next log cannot be made, appends that would make it larger fail.
  uint64_t most_log_bytes = kLargestLog - (uint64_t{256} << 20U);
  uint64_t most_log_entries = kMostSegmentEntries;  // or no segment could be made of it
  // A commit takes what waits, up to about so many bytes of it, …
  uint64_t commit_bytes = uint64_t{8} << 20U;
  // … and waits for more so long where it is alone; not, where the disk is busy anyhow.
  std::chrono::microseconds commit_delay{0};
  // So much may wait before appending waits, too.
  uint64_t waiting_bytes = uint64_t{64} << 20U;
  std::chrono::milliseconds publish_every{1000};
  // What a log holds stays in memory so long, from its start on: where it is full by then, sealing
  // need not read it again and make every leaf hash a second time.
  std::chrono::nanoseconds frames_kept{std::chrono::seconds(20)};
};

// Sealed entries of one append, in order.
struct Staged {
  uint64_t first = 0;  // index
  Frames frames;
  std::vector<Digest> leaves;  // the hash of each
  std::promise<base::Status> durable;
};

// Where a committer begins.
struct CommitStart {
  Frontier tree;
  Frames carried;              // of the entries behind the last multiple of 256
  std::vector<Digest> leaves;  // of the log
  uint64_t published = 0;      // size of the last checkpoint that was published
  uint64_t checkpoints_bytes = 0;
};

// Writes what was sealed, in a thread of its own: group commit, notes, checkpoints, and the change
// to the next log (docs/formats/trail-store.md).
class Committer {
 public:
  Committer(base::Disk& disk, std::string folder, VerifierKey key, const Key& seed,
            CommitSettings settings, LogWriter log, CommitStart start, Sealer& sealer,
            FramePool& pool);
  // Commits what waits, and publishes the last checkpoint.
  ~Committer();

  // Waits while too much waits for the disk. `staged.durable` gets the outcome. What was not staged
  // from where the last one ended is refused: an append before it failed.
  void Submit(Staged staged);

  // Ends the log, though it is not full, where it holds at least 256 entries; returns when it did.
  void EndLog();

  // Returns when all that was submitted was written or failed, and the log that it filled is with
  // the sealer.
  void Settle();

  struct Position {
    uint64_t next = 0;      // the index that the next staged append begins at
    uint64_t failures = 0;  // grows when appends fail: their indices are given again
    bool broken = false;    // every append is refused until the trail is opened anew
  };
  [[nodiscard]] Position position();
  [[nodiscard]] uint64_t durable();  // entries
  // Why the next log could not be made, or the last checkpoint not be published; tried again.
  [[nodiscard]] std::optional<base::Error> problem();

 private:
  using Group = std::vector<Staged>;  // what is written as one batch
  void Run();
  bool AwaitWork(std::unique_lock<std::mutex>& lock);
  Group TakeGroup(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] base::Status Commit(Group& group);
  void Carry(const Group& group);
  void KeepFrames(Group& group);
  [[nodiscard]] FullLog TakeFull(uint64_t end);
  // Entries behind the last multiple of 256.
  [[nodiscard]] uint64_t Carried() const { return tree_.size() % kBundleEntries; }
  void ChangeLog(bool though_not_full = false);
  [[nodiscard]] base::Status MakeRoomInLog(uint64_t bytes, uint64_t entries);
  void Keep(std::optional<base::Error>& problem, const base::Status& of);
  void FailAll(Group group, const base::Error& error);
  void Break(const base::Error& error);
  void Publish();
  [[nodiscard]] base::Status PutCheckpoint(const std::string& note);
  [[nodiscard]] base::Status ThinCheckpointsFile();

  base::Disk& disk_;
  std::string folder_;
  VerifierKey key_;
  Ed25519Signer signer_;
  CommitSettings settings_;
  Sealer& sealer_;
  FramePool& pool_;

  // Of the thread alone.
  LogWriter log_;
  Frontier tree_;
  std::optional<std::vector<Frames>> frames_;           // of the log, all of them …
  uint64_t frames_room_ = 0;                            // … where they take no more than …
  std::chrono::steady_clock::time_point frames_until_;  // … and while it is young
  Frames carried_;              // of the entries behind the last multiple of 256
  std::vector<Digest> leaves_;  // of the log
  std::vector<Digest> nodes_;   // over each 4 leaves, …
  uint64_t first_node_;         // … from this one of the tree's on
  std::string note_;            // the last
  uint64_t published_;
  std::optional<uint64_t> checkpoints_bytes_;  // of the file; none where that must be looked at
  std::unique_ptr<base::DiskFile> checkpoints_;
  std::chrono::steady_clock::time_point publish_at_;

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<Staged> waiting_;
  uint64_t waiting_bytes_ = 0;
  uint64_t next_ = 0;
  uint64_t durable_ = 0;
  uint64_t failures_ = 0;
  bool broken_ = false;
  std::optional<base::Error> change_problem_;
  std::optional<base::Error> publish_problem_;
  bool ending_ = false;
  bool end_log_ = false;
  bool working_ = false;  // at a group, or at what follows it
  std::thread thread_;
};

}  // namespace garant::trail

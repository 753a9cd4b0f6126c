#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/disk.h"
#include "base/removed_files.h"
#include "base/result.h"
#include "trail/append/frames.h"
#include "trail/crypto/many_hashes.h"
#include "trail/index/indexed_segment.h"
#include "trail/index/segment.h"
#include "trail/tree/tree_levels.h"

namespace garant::trail {

// A log that is full: its entries from `first` up to `end`, both multiples of 256, are to become a
// segment.
struct FullLog {
  uint64_t first = 0;
  uint64_t end = 0;
  std::vector<Digest> leaves;  // the hash of each
  std::vector<Digest> nodes;   // the tree's over each 4, as far as they are known: of the last ones
  // Its frames from the first on, and maybe more behind, as they were written; where they are still
  // in memory.
  std::optional<std::vector<Frames>> frames;
  // What `leaves` were, where they were let go of: they are read again with the log.
  std::optional<Digest> leaves_digest;
};

// Makes segments of full logs, in order, in a thread of its own (docs/formats/trail-store.md). One
// that cannot be made, for want of room say, is tried again when the next is added; its log stays.
class Sealer {
 public:
  Sealer(base::Disk& disk, std::string folder, std::string origin, FramePool& pool);
  // Ends what it is at, and tries what is left once.
  ~Sealer();

  // Waits while many are left, unless none can be made.
  void Add(FullLog log);
  // Those that were made since the last call.
  [[nodiscard]] std::vector<IndexedSegment> TakeIndexed();
  // Why the first that is left could not be made.
  [[nodiscard]] std::optional<base::Error> problem();
  // Whether nothing is left.
  [[nodiscard]] bool done();
  // Until nothing is left, or nothing can be made, and the room of what was sealed is given back.
  void Wait();

 private:
  void Run();
  static void LetGo(FullLog& log);
  [[nodiscard]] base::Result<IndexedSegment> Seal(FullLog& log, SealedSegment& sealed);
  [[nodiscard]] base::Result<IndexedSegment> Seal(const FullLog& log,
                                                  std::vector<base::ByteView> entries,
                                                  SealedSegment& sealed);

  base::Disk& disk_;
  std::string folder_;
  std::string origin_;
  FramePool& pool_;
  ManyHashes hashes_;           // of the thread alone
  base::RemovedFiles removed_;  // logs
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<FullLog> left_;
  std::vector<IndexedSegment> indexed_;
  std::optional<base::Error> problem_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace garant::trail

#include "trail/append/sealer.h"

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "base/large_vector.h"
#include "trail/store/log_file.h"
#include "trail/store/paths.h"
#include "trail/tree/merkle.h"

namespace garant::trail {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Disk;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

namespace {

constexpr size_t kMostLeft = 2;
constexpr std::chrono::seconds kIdle{5};  // then memory is given back

ByteView BytesOf(const std::vector<Digest>& digests) {
  static_assert(sizeof(Digest) == 32);
  return {reinterpret_cast<const uint8_t*>(digests.data()), digests.size() * sizeof(Digest)};
}

// Those whose entries are to become durable wait while the disk takes what others synced. Kept in
// the page cache it would take new memory with each megabyte
// (docs/decisions/0009-sealing-from-memory.md).
constexpr size_t kSyncedAtOnce = size_t{1} << 20U;

Status PutSteadily(base::DiskFile& file, uint64_t offset, ByteView bytes) {
  TRY(file.Allocate(offset + bytes.size()));
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(bytes.size(), kSyncedAtOnce))) {
    const ByteView some = bytes.first(std::min(bytes.size(), kSyncedAtOnce));
    TRY(file.WriteAt(offset, some));
    TRY(file.Sync());
    file.DropCached(offset, some.size());
    offset += some.size();
  }
  return Ok{};
}

Status PutAt(Disk& disk, const std::string& path, uint64_t offset, ByteView bytes) {
  const auto file = TRY(disk.Open(path));
  return PutSteadily(*file, offset, bytes);
}

Status PutNew(Disk& disk, const std::string& path, ByteView bytes) {
  const auto file = TRY(disk.Open(path));
  TRY(file->Cut(0));
  return PutSteadily(*file, 0, bytes);
}

}  // namespace

Sealer::Sealer(Disk& disk, std::string folder, std::string origin, FramePool& pool)
    : disk_(disk),
      folder_(std::move(folder)),
      origin_(std::move(origin)),
      pool_(pool),
      thread_([this] { Run(); }) {}

Sealer::~Sealer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    problem_.reset();
  }
  changed_.notify_all();
  thread_.join();
}

void Sealer::Add(FullLog log) {
  std::unique_lock lock(mutex_);
  left_.push_back(std::move(log));
  problem_.reset();
  changed_.notify_all();
  changed_.wait(lock, [this] { return left_.size() <= kMostLeft || problem_; });
}

std::vector<IndexedSegment> Sealer::TakeIndexed() {
  const std::lock_guard lock(mutex_);
  return std::exchange(indexed_, {});
}

std::optional<Error> Sealer::problem() {
  const std::lock_guard lock(mutex_);
  return problem_;
}

bool Sealer::done() {
  const std::lock_guard lock(mutex_);
  return left_.empty();
}

void Sealer::Wait() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return left_.empty() || problem_; });
  }
  removed_.Wait();
}

void Sealer::Run() {
  base::KeptLarge memory;
  SealedSegment sealed;  // for its memory
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return ending_ || (!left_.empty() && !problem_); };
  for (;;) {
    while (!changed_.wait_for(lock, kIdle, ready)) {
      lock.unlock();  // giving back many megabytes takes milliseconds
      memory.Release();
      pool_.Release();
      sealed = {};
      lock.lock();
    }
    if (left_.empty() || problem_) return;
    FullLog& log = left_.front();  // stays where it is while others are added
    lock.unlock();
    auto indexed = Seal(log, sealed);
    // The disk may have been full of what was sealed before.
    if (!indexed && indexed.error().code == Code::kIo && removed_.Wait())
      indexed = Seal(log, sealed);
    if (indexed && log.frames)
      for (Frames& frames : *log.frames) pool_.Give(std::move(frames));
    lock.lock();
    if (indexed) {
      indexed_.push_back(*indexed);
      left_.pop_front();
    } else {
      problem_ = std::move(indexed).error();
      // Who knows how many will be left, and for how long: they are read again.
      for (FullLog& one : left_) LetGo(one);
    }
    changed_.notify_all();
  }
}

void Sealer::LetGo(FullLog& log) {
  log.frames.reset();
  log.nodes = {};
  if (log.leaves_digest) return;
  log.leaves_digest = base::Sha256(BytesOf(log.leaves));
  log.leaves = {};
}

Result<IndexedSegment> Sealer::Seal(FullLog& log, SealedSegment& sealed) {
  if (log.frames) {
    std::vector<ByteView> entries;
    entries.reserve(log.end - log.first);
    for (const Frames& frames : *log.frames)
      frames.AddEntries(log.end - log.first - entries.size(), entries);
    return Seal(log, std::move(entries), sealed);
  }
  const std::string path = SegmentPath(folder_, log.first, kLogSuffix);
  auto bytes = TRY(base::ReadLargeFile(path, kLargestLog));
  LogFrames frames = TRY(ReadFrames(bytes, log.first, log.end));
  // Its index will be signed: of bytes that somebody changed in the log, none may be made.
  const bool same = log.leaves_digest ? base::Sha256(BytesOf(frames.leaves)) == *log.leaves_digest
                                      : frames.leaves == log.leaves;
  if (!same || !HashesHold(frames, bytes, hashes_))
    return Error{Code::kUntrusted,
                 Filled("{} does not hold any more what was appended",
                        "{} ne contient plus ce qui a été ajouté", {path}),
                 {}};
  if (log.leaves_digest) {
    log.leaves = std::move(frames.leaves);
    log.leaves_digest.reset();
  }
  return Seal(log, std::move(frames.entries), sealed);
}

// The tree and the index first, so that a segment which is there is whole; its log goes last.
Result<IndexedSegment> Sealer::Seal(const FullLog& log, std::vector<ByteView> entries,
                                    SealedSegment& sealed) {
  const auto path = [&](std::string_view suffix) {
    return SegmentPath(folder_, log.first, suffix);
  };
  SealSegment({origin_, log.first, std::move(entries), log.leaves, log.nodes}, sealed);
  // The log goes when this is there: what no reader takes must not take its place.
  const IndexedSegment indexed = IndexedOf(TRY(Segment::From(sealed.segment)), sealed.roots);
  TRY(PutAt(disk_, LeavesPath(folder_), log.first * 32, BytesOf(log.leaves)));
  TRY(PutAt(disk_, BundlesPath(folder_), log.first / kBundleEntries * 32, BytesOf(sealed.bundles)));
  if (log.first == 0) TRY(disk_.SyncFolder(TreePath(folder_)));
  const std::string runs = path(kRunsSuffix);
  const std::string segment = path(kSegmentSuffix);
  TRY(PutNew(disk_, runs + std::string(kUnfinishedSuffix), sealed.runs));
  TRY(PutNew(disk_, segment + std::string(kUnfinishedSuffix), sealed.segment));
  TRY(disk_.Rename(runs + std::string(kUnfinishedSuffix), runs));
  TRY(disk_.SyncFolder(SegmentsPath(folder_)));
  TRY(disk_.Rename(segment + std::string(kUnfinishedSuffix), segment));
  TRY(disk_.SyncFolder(SegmentsPath(folder_)));
  removed_.Add(TRY(disk_.RemoveLarge(path(kLogSuffix))));
  return indexed;
}

}  // namespace garant::trail

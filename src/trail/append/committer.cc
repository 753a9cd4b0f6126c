#include "trail/append/committer.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "trail/index/segment.h"
#include "trail/store/paths.h"
#include "trail/store/thin_checkpoints.h"

namespace garant::trail {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Status;

namespace {

constexpr size_t kLargestCheckpoints = size_t{1} << 30U;
constexpr uint64_t kMostRooms = 2;  // of a full log, that its frames take in memory

Error Broken(const std::string& folder) {
  return Error{
      Code::kIo,
      Filled("an earlier write to {} failed; mend its cause and open the trail anew",
             "une écriture antérieure dans {} a échoué; corrigez-en la cause et rouvrez le journal",
             {folder}),
      {}};
}

// Indices that it was sealed for are given again.
Error FailedWithOneBefore(const std::string& folder) {
  return Error{Code::kIo,
               Filled("a write to {} before this one failed, and this one with it; mend its cause "
                      "and append it again",
                      "une écriture dans {} avant celle-ci a échoué, et celle-ci avec elle; "
                      "corrigez-en la cause et refaites l’ajout",
                      {folder}),
               {}};
}

}  // namespace

Committer::Committer(base::Disk& disk, std::string folder, VerifierKey key, const Key& seed,
                     CommitSettings settings, LogWriter log, CommitStart start, Sealer& sealer,
                     FramePool& pool)
    : disk_(disk),
      folder_(std::move(folder)),
      key_(std::move(key)),
      signer_(seed),
      settings_(settings),
      sealer_(sealer),
      pool_(pool),
      log_(std::move(log)),
      tree_(std::move(start.tree)),
      carried_(std::move(start.carried)),
      leaves_(std::move(start.leaves)),
      first_node_(tree_.size() / kNodeLeaves),
      published_(start.published),
      checkpoints_bytes_(start.checkpoints_bytes),
      next_(tree_.size()),
      durable_(tree_.size()) {
  log_.Plan(settings_.log_bytes);
  note_ = SignCheckpoint(tree_.size(), tree_.Root(), key_, signer_);
  thread_ = std::thread([this] { Run(); });
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void Committer::Submit(Staged staged) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return broken_ || waiting_bytes_ < settings_.waiting_bytes; });
  if (broken_ || staged.first != next_) {
    staged.durable.set_value(broken_ ? Broken(folder_) : FailedWithOneBefore(folder_));
    return;
  }
  next_ += staged.leaves.size();
  waiting_bytes_ += staged.frames.bytes();
  waiting_.push_back(std::move(staged));
  lock.unlock();
  work_.notify_one();
}

Committer::Position Committer::position() {
  const std::lock_guard lock(mutex_);
  return {next_, failures_, broken_};
}

std::optional<Error> Committer::problem() {
  const std::lock_guard lock(mutex_);
  return change_problem_ ? change_problem_ : publish_problem_;
}

void Committer::Keep(std::optional<Error>& problem, const Status& of) {
  const std::lock_guard lock(mutex_);
  problem = of ? std::optional<Error>() : of.error();
}

uint64_t Committer::durable() {
  const std::lock_guard lock(mutex_);
  return durable_;
}

// False at the end.
bool Committer::AwaitWork(std::unique_lock<std::mutex>& lock) {
  const bool gathered = !waiting_.empty();  // while the disk was at the last batch
  const auto ready = [this] { return ending_ || end_log_ || !waiting_.empty(); };
  std::optional<std::chrono::steady_clock::time_point> until;
  if (published_ != tree_.size() && !broken_) until = publish_at_;
  if (frames_) until = until ? std::min(*until, frames_until_) : frames_until_;
  if (!until)
    work_.wait(lock, ready);
  else if (!work_.wait_until(lock, *until, ready))
    return true;
  // More than that does not come before some of it is written.
  const size_t enough = std::min<size_t>(settings_.commit_bytes, settings_.waiting_bytes);
  if (settings_.commit_delay.count() > 0 && !gathered)
    work_.wait_for(lock, settings_.commit_delay,
                   [&] { return ending_ || waiting_bytes_ >= enough; });
  return !ending_ || !waiting_.empty();
}

void Committer::EndLog() {
  std::unique_lock lock(mutex_);
  end_log_ = true;
  work_.notify_one();
  room_.wait(lock, [this] { return !end_log_; });
}

void Committer::Settle() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return !working_ && !end_log_ && waiting_.empty(); });
}

Committer::Group Committer::TakeGroup(std::unique_lock<std::mutex>& /*held*/) {
  Group group;
  size_t bytes = 0;
  while (!waiting_.empty() && (group.empty() || bytes < settings_.commit_bytes)) {
    bytes += waiting_.front().frames.bytes();
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void Committer::Run() {
  std::unique_lock lock(mutex_);
  while (AwaitWork(lock)) {
    working_ = true;
    if (std::chrono::steady_clock::now() >= frames_until_) frames_.reset();
    Group group = TakeGroup(lock);
    lock.unlock();
    if (!group.empty()) {
      uint64_t bytes = 0;
      uint64_t entries = 0;
      for (const Staged& staged : group) {
        bytes += staged.frames.bytes();
        entries += staged.leaves.size();
      }
      const Status done = [&]() -> Status {
        TRY(MakeRoomInLog(bytes, entries));
        return Commit(group);
      }();
      lock.lock();
      if (done) {
        durable_ = tree_.size();
        waiting_bytes_ -= bytes;
        lock.unlock();
        room_.notify_all();
        for (Staged& staged : group) staged.durable.set_value(Ok{});
        ChangeLog();
      } else {
        FailAll(std::move(group), done.error());
        lock.unlock();
        room_.notify_all();
      }
    }
    if (std::chrono::steady_clock::now() >= publish_at_) Publish();
    lock.lock();
    if (end_log_) {
      const bool broken = broken_;
      lock.unlock();
      if (!broken) ChangeLog(true);
      lock.lock();
      end_log_ = false;
    }
    working_ = false;
    room_.notify_all();
  }
  lock.unlock();
  if (!broken_) Publish();
  if (!broken_) (void)log_.Finish();
}

// What was sealed behind a failed commit has indices that are not to be: it fails as well.
void Committer::FailAll(Group group, const Error& error) {
  for (Staged& staged : waiting_) group.push_back(std::move(staged));
  waiting_.clear();
  waiting_bytes_ = 0;
  next_ = durable_;
  ++failures_;
  broken_ = broken_ || log_.touched();
  for (Staged& staged : group) staged.durable.set_value(error);
}

void Committer::Break(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    FailAll({}, error);
    broken_ = true;
  }
  room_.notify_all();
}

Status Committer::Commit(Group& group) {
  Frontier grown = tree_;
  std::vector<Digest> nodes;
  std::vector<std::string_view> frames;
  for (const Staged& staged : group) {
    for (const Digest& leaf : staged.leaves) grown.Append(leaf, nodes);
    frames.push_back(staged.frames.text());
  }
  std::string note = SignCheckpoint(grown.size(), grown.Root(), key_, signer_);
  TRY(log_.Append(frames, static_cast<uint32_t>(grown.size() - tree_.size()), note));
  tree_ = std::move(grown);
  note_ = std::move(note);
  nodes_.insert(nodes_.end(), nodes.begin(), nodes.end());
  for (const Staged& staged : group)
    leaves_.insert(leaves_.end(), staged.leaves.begin(), staged.leaves.end());
  Carry(group);
  KeepFrames(group);
  return Ok{};
}

// Where the next log cannot be made this one goes on, but not so far that nobody would read it.
Status Committer::MakeRoomInLog(uint64_t bytes, uint64_t entries) {
  const auto fits = [&] {
    return log_.bytes() + bytes <= settings_.most_log_bytes &&
           tree_.size() - log_.first() + entries <= settings_.most_log_entries;
  };
  if (fits()) return Ok{};
  ChangeLog(true);
  if (fits()) return Ok{};
  const auto why = problem();
  return Error{Code::kIo,
               Filled("the log of {} is as large as one may be, and the next cannot be made: {}",
                      "le journal de {} est aussi grand qu’il peut l’être, et le suivant ne peut "
                      "être fait : {}",
                      {folder_, why ? why->message
                                    : base::Text{"it holds too few entries",
                                                 "il contient trop peu d’entrées"}}),
               {}};
}

void Committer::KeepFrames(Group& group) {
  // Of entries that differ much in size an append may take far more room than they fill.
  for (const Staged& staged : group) frames_room_ += staged.frames.room();
  if (frames_room_ > kMostRooms * settings_.log_bytes) frames_.reset();
  for (Staged& staged : group)
    if (frames_)
      frames_->push_back(std::move(staged.frames));
    else
      pool_.Give(std::move(staged.frames));
}

// The last ones of the group, which may be fewer than are carried.
void Committer::Carry(const Group& group) {
  uint64_t left = 0;
  for (const Staged& staged : group) left += staged.leaves.size();
  if (left >= Carried()) carried_.Clear();
  for (const Staged& staged : group) {
    const uint64_t passed =
        std::min<uint64_t>(left - std::min(left, Carried()), staged.frames.count());
    carried_.Append(staged.frames, passed);
    left -= passed;
  }
}

// What is known of the log up to `end`; what is carried on stays.
FullLog Committer::TakeFull(uint64_t end) {
  FullLog full{log_.first(), end, {}, {}, std::exchange(frames_, {}), {}};
  const auto split = leaves_.begin() + static_cast<ptrdiff_t>(end - log_.first());
  full.leaves.assign(leaves_.begin(), split);
  leaves_.erase(leaves_.begin(), split);
  const uint64_t node_end = end / kNodeLeaves;
  if (first_node_ >= node_end) return full;
  const auto node_split = nodes_.begin() + static_cast<ptrdiff_t>(node_end - first_node_);
  full.nodes.assign(nodes_.begin(), node_split);
  nodes_.erase(nodes_.begin(), node_split);
  first_node_ = node_end;
  return full;
}

// Where there is no making the next log, this one goes on; not, where what was begun of the next
// may still be there after a crash.
void Committer::ChangeLog(bool though_not_full) {
  const uint64_t first = tree_.size() - Carried();
  const bool full = though_not_full || tree_.size() - log_.first() >= settings_.log_entries ||
                    log_.bytes() >= settings_.log_bytes;
  if (!full || first == log_.first()) return;
  auto next = LogWriter::Create(disk_, folder_, first, carried_.text(),
                                static_cast<uint32_t>(Carried()), note_);
  Keep(change_problem_, next ? Status(Ok{}) : Status(next.error()));
  if (!next) {
    const std::string path = SegmentPath(folder_, first, kLogSuffix);
    (void)disk_.Remove(path + std::string(kUnfinishedSuffix));
    const bool gone =
        disk_.Remove(path).has_value() && disk_.SyncFolder(SegmentsPath(folder_)).has_value();
    if (!gone) Break(next.error());
    return;
  }
  (void)log_.Finish();
  FullLog old = TakeFull(first);
  log_ = std::move(*next);
  log_.Plan(settings_.log_bytes);
  frames_until_ = std::chrono::steady_clock::now() + settings_.frames_kept;
  frames_room_ = 0;
  frames_.emplace(1).front().Append(carried_, 0);
  sealer_.Add(std::move(old));
}

void Committer::Publish() {
  publish_at_ = std::chrono::steady_clock::now() + settings_.publish_every;
  if (published_ == tree_.size()) return;
  // Appending does not depend on it: the next one is tried a second later.
  Status put = PutCheckpoint(note_);
  if (put) {
    published_ = tree_.size();
    if (*checkpoints_bytes_ >= kThinFrom) put = ThinCheckpointsFile();
  }
  Keep(publish_problem_, put);
}

Status Committer::PutCheckpoint(const std::string& note) {
  if (!checkpoints_bytes_)
    checkpoints_bytes_ = TRY(base::ReadFile(CheckpointsPath(folder_), kLargestCheckpoints)).size();
  if (checkpoints_ == nullptr) checkpoints_ = TRY(disk_.Open(CheckpointsPath(folder_)));
  TRY(checkpoints_->WriteAt(*checkpoints_bytes_, base::AsBytes(note)));
  TRY(checkpoints_->Sync());
  *checkpoints_bytes_ += note.size();
  return Ok{};
}

// Tried again with the next checkpoint where it fails.
Status Committer::ThinCheckpointsFile() {
  const std::string all = TRY(base::ReadFile(CheckpointsPath(folder_), kLargestCheckpoints));
  const std::string thinned = ThinCheckpoints(all);
  if (thinned.size() == all.size()) return Ok{};
  // After an error either file may be the one that has the name.
  checkpoints_.reset();
  checkpoints_bytes_.reset();
  TRY(base::WriteFileDurably(CheckpointsPath(folder_), thinned, base::FileMode::kPrivate));
  checkpoints_bytes_ = thinned.size();
  return Ok{};
}

}  // namespace garant::trail

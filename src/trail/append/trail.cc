#include "trail/append/trail.h"

#include <algorithm>

#include "base/file.h"
#include "base/giving_way.h"
#include "trail/append/erasure_replay.h"
#include "trail/append/sealer.h"
#include "trail/keys/key_vault.h"
#include "trail/keys/seal.h"
#include "trail/store/index_entries.h"
#include "trail/store/lock.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Disk;
using base::Error;
using base::FileMode;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

// A batch is a long piece of work for its processor. Whoever waits for that one, such as a front
// that somebody else waits for, need not do so until a timer interrupts.
constexpr uint64_t kBetweenYields = 16;  // entries: about 50 µs

constexpr size_t kMostAtOnce = size_t{1} << 30U;  // bytes of one append

Error IsGone(const std::string& folder) {
  return Error{Code::kUntrusted,
               Filled("{} is missing, and {} says that there was one; restore it, or start a "
                      "trail elsewhere",
                      "{} manque, et {} dit qu’il y en avait un; restaurez-le, ou commencez un "
                      "journal ailleurs",
                      {SegmentPath(folder, 0, kLogSuffix), CheckpointsPath(folder)}),
               {}};
}

// Makes what is missing of a new trail, the log last: a trail without a log was never used, unless
// its checkpoints say otherwise.
Status MakeFiles(const std::string& folder, const std::string& root, const std::string& origin,
                 Disk& disk) {
  auto custody = TRY(OpenCustody(root, folder));
  const auto vault = TRY(KeyVault::OpenOrCreate(folder, std::move(custody), disk));
  const Key& seed = vault->keys().signing_seed();
  const VerifierKey key = TRY(VerifierKey::FromSeed(origin, seed));
  const std::string first = SignCheckpoint(0, Frontier().Root(), key, seed);
  if (base::Exists(CheckpointsPath(folder)) &&
      TRY(base::ReadFile(CheckpointsPath(folder), size_t{1} << 30U)) != first)
    return IsGone(folder);
  TRY(base::WriteFileDurably(VerifierKeyPath(folder), key.ToString() + "\n", FileMode::kPrivate));
  TRY(base::WriteFileDurably(CheckpointsPath(folder), first, FileMode::kPrivate));
  TRY(LogWriter::Create(disk, folder, 0, "", 0, first));
  return Ok{};
}

}  // namespace

struct Trail::State {
  State(std::string in, const base::Clock& time, const TrailSettings& with)
      : folder(std::move(in)),
        clock(time),
        settings(with.commit),
        disk(with.disk == nullptr ? base::SystemDisk() : *with.disk),
        kept(with.kept) {}

  std::string folder;
  const base::Clock& clock;
  CommitSettings settings;
  Disk& disk;
  std::string root;
  std::unique_ptr<KeyVault> vault;
  base::Duration kept;
  std::optional<uint32_t> first_day;  // whose transient key is kept, when it was last looked at
  VerifierKey key;
  Generation generation{};
  uint64_t failures = 0;        // of the committer, when the generation was drawn
  bool sealed_in_vain = false;  // entries under it were never submitted
  LeafWriter leaf;              // of the last entry
  size_t frame_bytes = 0;       // that an entry took last time, and some more
  base::GivingWay way;
  ManyHashes hashes;
  std::vector<IndexedSegment> indexed;                    // and not yet said in the trail
  std::vector<std::pair<uint64_t, IndexedSegment>> said;  // where, and not known to be durable
  uint64_t cut = 0;
  // From here on in the order in which they must go: the last one first.
  WriterLock lock;
  FramePool pool;
  std::unique_ptr<Sealer> sealer;
  std::unique_ptr<Committer> committer;

  Status Load(const std::string& origin) {
    auto custody = TRY(OpenCustody(root, folder));
    vault = TRY(KeyVault::OpenForWriting(folder, std::move(custody), disk));
    LoadedTrail loaded = TRY(LoadTrail(folder, {}));
    if (loaded.key.name != origin)
      return Error{Code::kInvalid,
                   Filled("this trail's origin is {}, not {}",
                          "l’origine de ce journal est {}, et non {}", {loaded.key.name, origin}),
                   {}};
    key = TRY(VerifierKey::FromSeed(origin, vault->keys().signing_seed()));
    if (key != loaded.key)
      return Error{Code::kUntrusted,
                   Filled("{} does not belong to the keys of this trail",
                          "{} n’appartient pas aux clés de ce journal", {VerifierKeyPath(folder)}),
                   {}};
    TRY(Cut(loaded));
    base::FillRandom(generation);
    const TrailReader reader = TRY(Start(std::move(loaded)));
    TRY(Replay(reader));
    indexed = TRY(SegmentsWithoutEntry(reader));
    return Expire(clock.Now());
  }

  // What the tree says and the keys do not know: few entries, which the index finds.
  Status Replay(const TrailReader& reader) {
    ErasureReplay replay;
    for (const uint64_t index : TRY(EntriesOnErasure(reader, vault->keys().applied()))) {
      const base::Bytes bytes = TRY(reader.ReadLeaf(index));
      TRY(replay.Take(bytes, vault->keys()));
    }
    return replay.CarryOut(*vault, reader.size());
  }

  Status Expire(base::Time now) {
    const uint32_t day = DayOf(now - kept);
    if (first_day == day) return Ok{};
    if (vault->keys().ExpireTransientBefore(day)) TRY(vault->Rekey());
    first_day = day;
    return vault->Keep();
  }

  // What no note covers, and what sealings left.
  Status Cut(const LoadedTrail& loaded) {
    cut = loaded.behind;
    if (loaded.checkpoints_end != loaded.checkpoints_size) {
      const auto file = TRY(disk.Open(CheckpointsPath(folder)));
      TRY(file->Cut(loaded.checkpoints_end));
      TRY(file->Sync());
    }
    // What is seen may be of a process that ended before it was durable: nothing is removed, or
    // acknowledged, on the strength of that.
    TRY(disk.SyncFolder(SegmentsPath(folder)));
    if (loaded.unfinished) TRY(disk.Remove(SegmentPath(folder, *loaded.unfinished, kLogSuffix)));
    for (const std::string& path : loaded.leftovers) TRY(disk.Remove(path));
    // Before the log before it grows: a crash must not bring back what was begun behind that.
    if (loaded.unfinished || !loaded.leftovers.empty()) TRY(disk.SyncFolder(SegmentsPath(folder)));
    return Ok{};
  }

  Result<TrailReader> Start(LoadedTrail loaded) {
    CommitStart start;
    const OpenLog& last = loaded.logs.back();
    start.tree = loaded.tree;
    start.published = loaded.published.size;
    start.checkpoints_bytes = loaded.checkpoints_end;
    const uint64_t whole = loaded.size() - loaded.size() % kBundleEntries;
    for (uint64_t i = whole; i < loaded.size(); ++i) {
      const auto& place = last.log.places[i - last.log.first];
      start.carried.Put(base::AsBytes(last.bytes).subspan(place.offset, place.size),
                        loaded.hashes.LeafAt(i));
    }
    start.leaves = Leaves(loaded, last.log.first, loaded.size());
    LogWriter log = TRY(LogWriter::Continue(disk, folder, last.log.first,
                                            base::AsBytes(last.bytes).subspan(0, last.log.used),
                                            last.log.last));
    sealer = std::make_unique<Sealer>(disk, folder, key.name, pool);
    for (size_t i = 0; i + 1 < loaded.logs.size(); ++i) {
      const uint64_t first = loaded.logs[i].log.first;
      const uint64_t end = loaded.logs[i + 1].log.first;
      sealer->Add({first, end, Leaves(loaded, first, end), {}, {}, {}});
    }
    committer =
        std::make_unique<Committer>(disk, folder, key, vault->keys().signing_seed(), settings,
                                    std::move(log), std::move(start), *sealer, pool);
    return TrailReader::Of(std::move(loaded));
  }

  static std::vector<Digest> Leaves(const LoadedTrail& loaded, uint64_t first, uint64_t end) {
    std::vector<Digest> leaves;
    for (uint64_t i = first; i < end; ++i) leaves.push_back(loaded.hashes.LeafAt(i));
    return leaves;
  }

  // Indices that a failed append had are given again: never under the same generation.
  Result<uint64_t> NextIndex() {
    const Committer::Position position = committer->position();
    if (position.failures != failures || sealed_in_vain) {
      failures = position.failures;
      sealed_in_vain = false;
      base::FillRandom(generation);
      for (const auto& [index, segment] : said)
        if (index >= position.next) indexed.push_back(segment);
      said.clear();
    }
    return position.next;
  }

  // Behind what others append.
  Status SayWhatIsIndexed(Staged& staged) {
    const uint64_t durable = committer->durable();
    std::erase_if(said, [durable](const auto& one) { return one.first < durable; });
    for (IndexedSegment& made : sealer->TakeIndexed()) indexed.push_back(made);
    for (; !indexed.empty(); indexed.erase(indexed.begin())) {
      const uint64_t index = staged.first + staged.leaves.size();
      TRY(Seal(IndexEntry(indexed.front(), clock.Now()), staged));
      said.emplace_back(index, indexed.front());
    }
    return Ok{};
  }

  Status Seal(const Draft& draft, Staged& staged) {
    TRY(SealLeaf(draft, staged.first + staged.leaves.size(), generation, vault->keys(), leaf));
    staged.frames.Put(leaf.leaf());
    staged.leaves.emplace_back();
    if (staged.leaves.size() % kBetweenYields == 0) way.Offer();
    // While it is near the processor.
    if (staged.leaves.size() % kHashedAtOnce == 0) staged.frames.Hash(staged.leaves, hashes);
    return Ok{};
  }
};

Trail::Trail(std::unique_ptr<State> state) : state_(std::move(state)) {}
Trail::~Trail() = default;
uint64_t Trail::size() const { return state_->committer->durable(); }
bool Trail::wanted() const { return state_->lock.wanted(); }
uint64_t Trail::cut_bytes() const { return state_->cut; }
const VerifierKey& Trail::verifier_key() const { return state_->key; }
KeyVault& Trail::vault() { return *state_->vault; }
const std::string& Trail::folder() const { return state_->folder; }
Status Trail::ExpireKeys(base::Time now) { return state_->Expire(now); }
std::optional<Error> Trail::SealingProblem() { return state_->sealer->problem(); }
std::optional<Error> Trail::CommitProblem() { return state_->committer->problem(); }
bool Trail::AllSealed() { return state_->sealer->done(); }
void Trail::EndLog() { state_->committer->EndLog(); }
Disk& Trail::disk() { return state_->disk; }

Result<std::unique_ptr<Trail>> Trail::OpenForWriting(const std::string& folder,
                                                     const std::string& root,
                                                     const std::string& origin,
                                                     const base::Clock& clock,
                                                     const TrailSettings& settings) {
  auto state = std::make_unique<State>(folder, clock, settings);
  state->root = root;
  TRY(OpenCustody(root, folder));  // before anything is made
  TRY(base::MakeFolder(SegmentsPath(folder)));
  TRY(base::MakeFolder(TreePath(folder)));
  TRY(state->lock.Take(LockPath(folder), settings.patience, settings.wish));
  if (base::Exists(RestoringPath(folder)))
    return Error{Code::kConflict,
                 Filled("{} was not put back whole: garant trail restore broke off there; run it "
                        "again",
                        "{} n’a pas été remis en entier : garant trail restore s’y est "
                        "interrompu; relancez-le",
                        {folder}),
                 {}};
  if (!TrailExists(folder)) TRY(MakeFiles(folder, root, origin, state->disk));
  TRY(state->Load(origin));
  return std::unique_ptr<Trail>(new Trail(std::move(state)));
}

Result<Trail::Begun> Trail::Begin(Drafts& drafts) {
  auto begun = BeginOnce(drafts);
  if (!begun) state_->sealed_in_vain = true;
  return begun;
}

Result<Trail::Begun> Trail::BeginOnce(Drafts& drafts) {
  State& state = *state_;
  Staged staged;
  staged.first = TRY(state.NextIndex());
  staged.frames = state.pool.Take(std::min(drafts.size() * state.frame_bytes, kMostAtOnce / 16));
  staged.leaves.reserve(drafts.size());
  Begun begun{staged.first, staged.durable.get_future()};
  for (size_t i = 0; i < drafts.size(); ++i) {
    TRY(state.Seal(drafts.At(i), staged));
    if (staged.frames.bytes() > kMostAtOnce)
      return Error{Code::kInvalid,
                   {"more than 1 GiB in one append; append it in several",
                    "plus de 1 Gio en un ajout; faites-en plusieurs"},
                   {}};
  }
  if (staged.leaves.empty()) {
    staged.durable.set_value(Ok{});
    return begun;
  }
  state.frame_bytes = staged.frames.bytes() / staged.leaves.size() * 17 / 16;
  // What stood there before this append was carried out as it came.
  state.vault->keys().SetApplied(state.committer->durable());
  TRY(state.vault->Keep());
  TRY(state.SayWhatIsIndexed(staged));
  staged.frames.Hash(staged.leaves, state.hashes);
  state.committer->Submit(std::move(staged));
  return begun;
}

Result<uint64_t> Trail::AppendAll(Drafts& drafts) {
  Begun begun = TRY(Begin(drafts));
  TRY(begun.durable.get());
  return begun.first;
}

Status Trail::WaitForSealing() {
  state_->committer->Settle();
  state_->sealer->Wait();
  if (auto problem = state_->sealer->problem()) return *std::move(problem);
  return Ok{};
}

void GiveWay(std::unique_ptr<Trail> trail, const std::string& folder,
             std::chrono::milliseconds patience) {
  const std::string path = LockPath(folder);
  const LockWatch watch(path, patience);
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  trail.reset();
  // Who waits has a wish until it holds the lock, so that one of the two shows all the while.
  while ((IsLocked(file.number(), kWantedByte) || IsLocked(file.number(), kWriterByte)) &&
         watch.Wait()) {
  }
}

}  // namespace garant::trail

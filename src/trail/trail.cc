#include "trail/trail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "base/file.h"
#include "trail/keys.h"
#include "trail/lock.h"
#include "trail/merkle.h"
#include "trail/seal.h"
#include "trail/store.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::FileMode;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

// Transient keys live for their own epoch and this many more.
constexpr uint32_t kTransientEpochs = 3;

// A batch is a long piece of work for its processor. Whoever waits for that one, such as a front
// that somebody else waits for, need not do so until a timer interrupts.
constexpr uint64_t kBetweenYields = 16;  // entries: about 50 µs

struct Doing {
  const char* en;
  const char* fr;
};

Error SystemError(const Doing& doing, const std::string& path, int number) {
  const Code code = number == EACCES || number == EPERM ? Code::kPermission : Code::kIo;
  return Error{code,
               Filled("cannot {} {}: {}", "impossible {} {} : {}",
                      {Text{doing.en, doing.fr}, path, base::SystemText(number)}),
               {}};
}

class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    // Let go before it is closed: who watches for the closing finds it free.
    if (locked_) (void)SetLock(kWriterByte, F_UNLCK);
    if (number_ >= 0) ::close(number_);
  }
  Status Open(const std::string& path, int flags) {
    path_ = path;
    number_ = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (number_ < 0) return SystemError({"open", "d’ouvrir"}, path, errno);
    return Ok{};
  }
  Status Lock() {
    locked_ = SetLock(kWriterByte, F_WRLCK);
    if (locked_) return Ok{};
    if (errno != EAGAIN && errno != EACCES)
      return SystemError({"lock", "de verrouiller"}, path_, errno);
    return Error{
        Code::kConflict,
        Filled("another process is writing to this trail (it holds {}); wait until it has "
               "ended",
               "un autre processus écrit dans ce journal (il tient {}); attendez qu’il ait "
               "terminé",
               {path_}),
        {}};
  }
  // As Lock; until then whoever holds it is told that somebody waits.
  Status LockWithin(std::chrono::milliseconds patience) {
    const LockWatch watch(path_, patience);
    (void)SetLock(kWantedByte, F_RDLCK);
    Status locked = Lock();
    while (!locked && locked.error().code == Code::kConflict && watch.Wait()) locked = Lock();
    (void)SetLock(kWantedByte, F_UNLCK);
    return locked;
  }
  [[nodiscard]] bool Wanted() const { return IsLocked(number_, kWantedByte); }
  Status CutTo(size_t size) {
    if (::ftruncate(number_, static_cast<off_t>(size)) != 0 || ::fsync(number_) != 0)
      return SystemError({"cut", "de tronquer"}, path_, errno);
    return Ok{};
  }
  Status AppendDurably(std::string_view content) {
    while (!content.empty()) {
      const ssize_t written = ::write(number_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return SystemError({"write", "d’écrire"}, path_, errno);
      content.remove_prefix(static_cast<size_t>(written));
    }
    if (::fdatasync(number_) != 0) return SystemError({"sync", "de synchroniser"}, path_, errno);
    return Ok{};
  }

 private:
  [[nodiscard]] bool SetLock(off_t byte, short type) const {
    struct flock lock = LockOver(byte, type);
    return ::fcntl(number_, F_OFD_SETLK, &lock) == 0;
  }

  std::string path_;
  bool locked_ = false;
  int number_ = -1;
};

Status KeepKeys(const std::string& folder, const Key& root_key, KeyStore& keys) {
  if (!keys.changed()) return Ok{};
  TRY(base::WriteFileDurably(KeysPath(folder), base::AsText(keys.Wrap(root_key)),
                             FileMode::kPrivate));
  keys.MarkKept();
  return Ok{};
}

Result<KeyStore> LoadKeys(const std::string& folder, const Key& root_key) {
  const std::string file = TRY(base::ReadFile(KeysPath(folder), size_t{1} << 30U));
  return KeyStore::Unwrap(base::AsBytes(file), root_key);
}

// Makes what is missing of a new trail, the log last: a trail without a log was never used, unless
// its checkpoints say otherwise.
Status MakeFiles(const std::string& folder, const Key& root_key, const std::string& origin) {
  KeyStore keys = KeyStore::Generate();
  if (base::Exists(KeysPath(folder))) keys = TRY(LoadKeys(folder, root_key));
  const VerifierKey key = TRY(VerifierKey::FromSeed(origin, keys.signing_seed()));
  const std::string first = SignCheckpoint(0, Frontier().Root(), key, keys.signing_seed());
  if (base::Exists(CheckpointsPath(folder))) {
    const std::string found = TRY(base::ReadFile(CheckpointsPath(folder), kMaxStoreBytes));
    if (found != first)
      return Error{Code::kUntrusted,
                   Filled("{} is missing, and {} says that there was one; restore it, or start a "
                          "trail elsewhere",
                          "{} manque, et {} dit qu’il y en avait un; restaurez-le, ou commencez un "
                          "journal ailleurs",
                          {LogPath(folder), CheckpointsPath(folder)}),
                   {}};
  }
  TRY(KeepKeys(folder, root_key, keys));
  TRY(base::WriteFileDurably(VerifierKeyPath(folder), key.ToString() + "\n", FileMode::kPrivate));
  TRY(base::WriteFileDurably(CheckpointsPath(folder), first, FileMode::kPrivate));
  return base::WriteFileDurably(LogPath(folder), kLogMagic, FileMode::kPrivate);
}

}  // namespace

struct Trail::State {
  std::string folder;
  Key root_key{};
  KeyStore keys;
  VerifierKey key;
  Generation generation{};
  Frontier tree;
  std::string frames;  // of one append; its room is used again
  LeafWriter leaf;     // of its last entry
  Descriptor lock;
  Descriptor log;
  Descriptor checkpoints;
  uint64_t cut = 0;
  bool failed = false;

  Status Load(const std::string& origin, base::Time now) {
    keys = TRY(LoadKeys(folder, root_key));
    const LoadedTrail loaded = TRY(LoadTrail(folder, {}));
    if (loaded.key.name != origin)
      return Error{Code::kInvalid,
                   Filled("this trail's origin is {}, not {}",
                          "l’origine de ce journal est {}, et non {}", {loaded.key.name, origin}),
                   {}};
    key = TRY(VerifierKey::FromSeed(origin, keys.signing_seed()));
    if (key != loaded.key)
      return Error{Code::kUntrusted,
                   Filled("{} does not belong to the keys of this trail",
                          "{} n’appartient pas aux clés de ce journal", {VerifierKeyPath(folder)}),
                   {}};
    for (const Digest& hash : loaded.leaves) tree.Append(hash);
    TRY(log.Open(LogPath(folder), O_WRONLY | O_APPEND));
    TRY(checkpoints.Open(CheckpointsPath(folder), O_WRONLY | O_APPEND));
    cut = loaded.log.size() - loaded.log_end;
    if (cut != 0) TRY(log.CutTo(loaded.log_end));
    if (loaded.checkpoints_end != loaded.checkpoints_size)
      TRY(checkpoints.CutTo(loaded.checkpoints_end));
    const uint32_t epoch = EpochOf(now);
    if (epoch > kTransientEpochs) keys.ExpireTransientBefore(epoch - kTransientEpochs);
    return KeepKeys(folder, root_key, keys);
  }

  // Keys first, entries next, the checkpoint last: each is durable before what needs it.
  Status Write(const Frontier& grown) {
    TRY(KeepKeys(folder, root_key, keys));
    failed = true;
    TRY(log.AppendDurably(frames));
    TRY(checkpoints.AppendDurably(
        SignCheckpoint(grown.size(), grown.Root(), key, keys.signing_seed())));
    failed = false;
    tree = grown;
    return Ok{};
  }
};

Trail::Trail(std::unique_ptr<State> state) : state_(std::move(state)) {}
Trail::~Trail() = default;
uint64_t Trail::size() const { return state_->tree.size(); }
bool Trail::wanted() const { return state_->lock.Wanted(); }
uint64_t Trail::cut_bytes() const { return state_->cut; }
const VerifierKey& Trail::verifier_key() const { return state_->key; }

Result<std::unique_ptr<Trail>> Trail::OpenForWriting(const std::string& folder,
                                                     const std::string& root_key_path,
                                                     const std::string& origin,
                                                     const base::Clock& clock,
                                                     std::chrono::milliseconds patience) {
  auto state = std::make_unique<State>();
  state->folder = folder;
  state->root_key = TRY(ReadRootKey(root_key_path, folder));
  TRY(base::MakeFolder(folder));
  TRY(state->lock.Open(LockPath(folder), O_RDWR | O_CREAT));
  TRY(patience.count() == 0 ? state->lock.Lock() : state->lock.LockWithin(patience));
  if (!base::Exists(LogPath(folder))) TRY(MakeFiles(folder, state->root_key, origin));
  TRY(state->Load(origin, clock.Now()));
  base::FillRandom(state->generation);
  return std::unique_ptr<Trail>(new Trail(std::move(state)));
}

Result<uint64_t> Trail::AppendAll(Drafts& drafts) {
  if (state_->failed)
    return Error{
        Code::kIo,
        Filled(
            "an earlier write to {} failed; mend its cause and open the trail anew",
            "une écriture antérieure dans {} a échoué; corrigez-en la cause et rouvrez le journal",
            {state_->folder}),
        {}};
  const uint64_t first = size();
  Frontier grown = state_->tree;
  std::string& frames = state_->frames;
  frames.clear();
  LeafWriter& leaf = state_->leaf;
  for (size_t i = 0; i < drafts.size(); ++i) {
    TRY(SealLeaf(drafts.At(i), grown.size(), state_->generation, state_->keys, leaf));
    grown.Append(PutFrame(frames, leaf.leaf()));
    if (grown.size() % kBetweenYields == 0) std::this_thread::yield();
  }
  if (drafts.size() != 0) TRY(state_->Write(grown));
  return first;
}

}  // namespace garant::trail

#include "spool/reader.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <map>

#include "spool/atomics.h"
#include "spool/bell.h"
#include "spool/folder.h"
#include "spool/opened_ring.h"

namespace garant::spool {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr size_t kMostBroken = 8;
constexpr base::Duration kLookAround = std::chrono::seconds(1);
constexpr base::Duration kDoze = std::chrono::milliseconds(2);

void Doze(base::Duration duration) {
  const timespec time{0, std::max<base::Duration>(duration, base::Duration(0)).count()};
  ::nanosleep(&time, nullptr);  // a signal may end it
}

// A writer that is making one of these right now finds it gone, and makes another.
Status RemoveLeftovers(const Folder& folder) {
  for (const std::string& name : TRY(folder.Names(kNewPrefix))) {
    const Descriptor file(
        ::openat(folder.number(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.number() >= 0 && ::flock(file.number(), LOCK_EX | LOCK_NB) == 0)
      ::unlinkat(folder.number(), name.c_str(), 0);
  }
  return Ok{};
}

Status KeepFewBroken(const Folder& folder) {
  std::vector<std::pair<int64_t, std::string>> broken;  // by when they were made
  for (std::string& name : TRY(folder.Names(kBrokenPrefix))) {
    struct stat about {};
    if (::fstatat(folder.number(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0)
      broken.emplace_back(about.st_ctim.tv_sec * 1'000'000'000 + about.st_ctim.tv_nsec,
                          std::move(name));
  }
  std::sort(broken.begin(), broken.end());
  for (size_t i = 0; i + kMostBroken < broken.size(); ++i)
    ::unlinkat(folder.number(), broken[i].second.c_str(), 0);
  return Ok{};
}

Result<bool> LockBell(const Bell& bell, const std::string& path) {
  if (::flock(bell.file->number(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return FileError({"lock", "de verrouiller"}, path, errno);
}

}  // namespace

struct Reader::State {
  State(Folder the_folder, Bell the_bell)
      : folder(std::move(the_folder)), bell(std::move(the_bell)) {}

  [[nodiscard]] Status CheckStillThere() const;
  Status FindRings();
  Status OpenRing(const RingId& id);
  Status PutAway(const OpenedRing& ring);
  bool Look();

  Folder folder;
  Bell bell;
  std::map<RingId, uint64_t> wanted;
  std::map<RingId, std::unique_ptr<OpenedRing>> rings;
  RingId first{};     // the ring whose turn it is
  bool busy = false;  // the last Wait was not in vain
};

// Rings that were opened are read to their end, even where their folder is gone.
Status Reader::State::CheckStillThere() const {
  const bool gone = folder.IsRemoved();
  if (gone ? !rings.empty() : !bell.IsRemoved()) return Ok{};
  return Error{Code::kConflict,
               Filled("{} was removed while it was read; start the recorder anew",
                      "{} a été supprimé pendant la lecture; redémarrez l’enregistreur",
                      {gone ? folder.path() : folder.PathOf("bell")}),
               {}};
}

Status Reader::State::FindRings() {
  for (const std::string& name : TRY(folder.Names(kRingPrefix)))
    if (const RingId id = *IdIn(kRingPrefix, name); !rings.contains(id)) TRY(OpenRing(id));
  return Ok{};
}

Status Reader::State::OpenRing(const RingId& id) {
  const std::string name = NameOf(kRingPrefix, id);
  auto file = std::make_unique<Descriptor>(
      ::openat(folder.number(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file->number() < 0) {
    if (errno == ENOENT) return Ok{};
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
      return FileError({"open", "d’ouvrir"}, folder.PathOf(name), errno);
    file.reset();  // a link, a folder, somebody else's: no ring
  }
  const auto known = wanted.find(id);
  rings.emplace(id, std::make_unique<OpenedRing>(id, std::move(file),
                                                 known == wanted.end() ? 0 : known->second));
  return Ok{};
}

Status Reader::State::PutAway(const OpenedRing& ring) {
  const std::string name = NameOf(kRingPrefix, ring.id());
  const bool broken = ring.fate() == OpenedRing::Fate::kBroken;
  const std::string aside = NameOf(kBrokenPrefix, ring.id());
  const int done = broken
                       ? ::renameat(folder.number(), name.c_str(), folder.number(), aside.c_str())
                       : ::unlinkat(folder.number(), name.c_str(), 0);
  if (done != 0 && errno != ENOENT)
    return FileError({"remove", "de supprimer"}, folder.PathOf(name), errno);
  return broken ? KeepFewBroken(folder) : Status(Ok{});
}

bool Reader::State::Look() {
  const auto names = folder.Names(kRingPrefix);
  if (!names) return true;  // the next Take says why
  for (const std::string& name : *names)
    if (!rings.contains(*IdIn(kRingPrefix, name))) return true;
  return std::any_of(rings.begin(), rings.end(),
                     [](const auto& entry) { return entry.second->HasMore(); });
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::Open(const std::string& folder_path) {
  Folder folder = TRY(Folder::Open(folder_path));
  Bell bell = TRY(folder.OpenBell());
  if (!TRY(LockBell(bell, folder.PathOf("bell"))))
    return Error{
        Code::kConflict,
        Filled("{} is being read by another recorder; stop it first",
               "{} est déjà lu par un autre enregistreur; arrêtez-le d’abord", {folder_path}),
        {}};
  TRY(RemoveLeftovers(folder));
  return std::unique_ptr<Reader>(
      new Reader(std::make_unique<State>(std::move(folder), std::move(bell))));
}

void Reader::PassOver(const RingId& ring, uint64_t next) { state_->wanted[ring] = next; }

Result<std::vector<RingId>> Reader::Rings() const {
  std::vector<RingId> ids;
  for (const std::string& name : TRY(state_->folder.Names(kRingPrefix)))
    ids.push_back(*IdIn(kRingPrefix, name));
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<Batch> Reader::Take(size_t most) {
  TRY(state_->CheckStillThere());
  TRY(state_->FindRings());
  Batch out;
  auto& rings = state_->rings;
  auto ring = rings.lower_bound(state_->first);
  for (size_t left = rings.size(); left > 0; --left, ++ring) {
    if (ring == rings.end()) ring = rings.begin();
    const size_t rest = most - std::min(most, out.records.size());
    ring->second->Take((rest + left - 1) / left, out);
  }
  return out;
}

Status Reader::LetGo() {
  auto& rings = state_->rings;
  for (const auto& [id, ring] : rings) ring->LetGo();
  if (const auto turn = rings.upper_bound(state_->first); turn != rings.end())
    state_->first = turn->first;
  else
    state_->first = RingId{};
  for (auto at = rings.begin(); at != rings.end();) {
    if (at->second->fate() == OpenedRing::Fate::kStays) {
      ++at;
      continue;
    }
    TRY(state_->PutAway(*at->second));
    state_->wanted.erase(at->first);
    at = rings.erase(at);
  }
  return Ok{};
}

bool Reader::Wait(base::Duration longest) {
  const auto until =
      std::chrono::steady_clock::now() + std::min<base::Duration>(longest, std::chrono::hours(24));
  // Where requests come one by one, being woken by each would cost every one of them a system call.
  if (state_->busy && !state_->Look()) Doze(std::min(longest, kDoze));
  for (;;) {
    const base::Duration left = until - std::chrono::steady_clock::now();
    const base::Duration slice = std::clamp(left, base::Duration(0), kLookAround);
    state_->busy =
        SleepUnless<Atomics>(state_->bell.memory(), slice, [&] { return state_->Look(); });
    if (state_->busy) return true;
    // Whoever dies rings no bell.
    if (left <= kLookAround) return state_->Look();
  }
}

}  // namespace garant::spool

#include "spool/writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "spool/atomics.h"
#include "spool/bell.h"
#include "spool/ends.h"
#include "spool/folder.h"

namespace garant::spool {
namespace {

using base::Code;
using base::Descriptor;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

struct RingFile {
  RingId id{};
  std::unique_ptr<Descriptor> file;
};

Status CheckCapacity(uint64_t capacity) {
  if (std::has_single_bit(capacity) && capacity >= kSmallestCapacity &&
      capacity <= kLargestCapacity)
    return Ok{};
  return Error{Code::kInvalid,
               Filled("a ring of {} bytes: give a power of two from 65536 (64 KiB) to 1073741824 "
                      "(1 GiB)",
                      "un anneau de {} octets : donnez une puissance de deux entre 65536 (64 Kio) "
                      "et 1073741824 (1 Gio)",
                      {capacity}),
               {}};
}

// Without a recorder, a worker that dies again and again would fill the memory with rings.
Status CheckRoomFor(const Folder& folder) {
  constexpr size_t kMostRings = 512;
  const size_t rings = TRY(folder.Names(kRingPrefix)).size();
  if (rings < kMostRings) return Ok{};
  return Error{Code::kConflict,
               Filled("{} holds {} rings that nobody read; is the recorder running?",
                      "{} contient {} anneaux que personne n’a lus; l’enregistreur tourne-t-il?",
                      {folder.path(), uint64_t{rings}}),
               {}};
}

// A new file with a lock of ours. A reader that tidies up may be quicker than our lock: then the
// file is gone or held, and there is none.
Result<std::unique_ptr<Descriptor>> MakeLocked(const Folder& folder, const std::string& name) {
  auto file = std::make_unique<Descriptor>(
      ::openat(folder.number(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode_t{0600}));
  if (file->number() < 0) return FileError({"make", "de créer"}, folder.PathOf(name), errno);
  struct stat about {};
  if (::flock(file->number(), LOCK_EX | LOCK_NB) == 0 && ::fstat(file->number(), &about) == 0 &&
      about.st_nlink == 1)
    return file;
  return std::unique_ptr<Descriptor>();
}

Result<RingFile> MakeRingFile(const Folder& folder) {
  constexpr int kTries = 16;
  for (int i = 0; i < kTries; ++i) {
    RingFile ring;
    base::FillRandom(ring.id);
    ring.file = TRY(MakeLocked(folder, NameOf(kNewPrefix, ring.id)));
    if (ring.file) return ring;
  }
  return Error{
      Code::kConflict,
      Filled("{}: each new ring is taken away at once; is something else tidying up there?",
             "{} : chaque nouvel anneau est aussitôt enlevé; autre chose y fait-il le "
             "ménage?",
             {folder.path()}),
      {}};
}

// Where tmpfs is full, touching memory that was promised only would end the process.
Result<Mapping> Fill(const RingFile& ring, const Folder& folder, uint64_t capacity,
                     const base::Clock& clock) {
  const std::string path = folder.PathOf(NameOf(kNewPrefix, ring.id));
  const size_t size = sizeof(RingHeader) + capacity;
  if (const int error = ::posix_fallocate(ring.file->number(), 0, static_cast<off_t>(size));
      error != 0)
    return Error{FileError({}, path, error).code,
                 Filled("no room for a ring of {} bytes at {}: {}; free some, or give a smaller "
                        "ring",
                        "pas de place pour un anneau de {} octets à {} : {}; libérez-en, ou donnez "
                        "un anneau plus petit",
                        {capacity, path, base::SystemText(error)}),
                 {}};
  // At once: a request does not wait for the first touch of a page.
  Mapping mapping = TRY(Mapping::Of(ring.file->number(), size, Mapping::Pages::kAtOnce, path));
  auto& header = *reinterpret_cast<RingHeader*>(mapping.data());
  header.magic = kRingMagic;
  header.version = kRingVersion;
  header.process = static_cast<uint32_t>(::getpid());
  header.capacity = capacity;
  header.id = ring.id;
  header.started = static_cast<uint64_t>(clock.Now().time_since_epoch().count());
  return mapping;
}

Status Show(const RingFile& ring, const Folder& folder) {
  const std::string name = NameOf(kRingPrefix, ring.id);
  if (::renameat(folder.number(), NameOf(kNewPrefix, ring.id).c_str(), folder.number(),
                 name.c_str()) != 0)
    return FileError({"rename to", "de renommer en"}, folder.PathOf(name), errno);
  return Ok{};
}

}  // namespace

struct Writer::State {
  State(Bell the_bell, RingFile ring, Mapping the_mapping)
      : bell(std::move(the_bell)),
        file(std::move(ring.file)),
        mapping(std::move(the_mapping)),
        end(header(), mapping.data() + sizeof(RingHeader), mapping.size() - sizeof(RingHeader)) {}

  [[nodiscard]] RingHeader& header() const {
    return *reinterpret_cast<RingHeader*>(mapping.data());
  }
  void Ring() noexcept { RingBell<Atomics>(bell.memory()); }

  Bell bell;
  std::unique_ptr<Descriptor> file;  // its lock says that we live
  Mapping mapping;
  PutEnd<Atomics> end;
};

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Writer>> Writer::Open(const std::string& folder_path, uint64_t capacity,
                                             const base::Clock& clock) {
  TRY(CheckCapacity(capacity));
  const Folder folder = TRY(Folder::Open(folder_path));
  Bell bell = TRY(folder.OpenBell());
  TRY(CheckRoomFor(folder));
  RingFile ring = TRY(MakeRingFile(folder));
  Result<Mapping> mapping = Fill(ring, folder, capacity, clock);
  const Status shown = mapping ? Show(ring, folder) : Status(mapping.error());
  if (!shown) {
    ::unlinkat(folder.number(), NameOf(kNewPrefix, ring.id).c_str(), 0);
    return shown.error();
  }
  auto state = std::make_unique<State>(std::move(bell), std::move(ring), std::move(*mapping));
  state->Ring();
  return std::unique_ptr<Writer>(new Writer(std::move(state)));
}

Writer::~Writer() {
  Atomics::Store(state_->header().state, static_cast<uint32_t>(RingState::kClosed),
                 std::memory_order_release);
  // The reader believes it only once the lock is gone, so the lock goes before the bell.
  state_->file.reset();
  state_->Ring();
}

void Writer::Begin() noexcept { state_->end.Begin(); }

void Writer::Finish(base::ByteView payload) noexcept {
  if (state_->end.Put(RecordType::kRequest, payload)) state_->Ring();
  state_->end.Finish();
}

void Writer::Beat(base::Time now) noexcept {
  const int64_t nanoseconds = now.time_since_epoch().count();
  std::array<uint8_t, sizeof nanoseconds> payload{};
  std::memcpy(payload.data(), &nanoseconds, sizeof nanoseconds);
  if (state_->end.Put(RecordType::kHeartbeat, payload)) state_->Ring();
}

uint64_t Writer::dropped() const noexcept { return state_->end.dropped(); }

}  // namespace garant::spool

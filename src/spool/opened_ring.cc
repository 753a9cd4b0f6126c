#include "spool/opened_ring.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace garant::spool {
namespace {

uint64_t SizeOf(const base::Descriptor& file) {
  struct stat about {};
  if (::fstat(file.number(), &about) != 0 || !S_ISREG(about.st_mode)) return 0;
  return static_cast<uint64_t>(about.st_size);
}

uint64_t MostRecords(uint64_t file_size) {
  if (file_size <= sizeof(RingHeader)) return 0;
  return std::min(file_size - sizeof(RingHeader), kLargestCapacity) / sizeof(RecordHead);
}

}  // namespace

OpenedRing::OpenedRing(const RingId& id, std::unique_ptr<base::Descriptor> file, uint64_t wanted)
    : id_(id), file_(std::move(file)) {
  if (!Map()) return;
  process_ = header().process;
  started_ = base::Time(base::Duration(static_cast<int64_t>(
      std::min<uint64_t>(header().started, std::numeric_limits<int64_t>::max()))));
  end_.emplace(header(), mapping_->data() + sizeof(RingHeader),
               mapping_->size() - sizeof(RingHeader));
  if (!end_->Start(wanted)) end_.reset();
}

bool OpenedRing::Map() {
  if (!file_) return false;
  const uint64_t size = SizeOf(*file_);
  room_ = MostRecords(size);
  if (size < sizeof(RingHeader) + kSmallestCapacity || size > sizeof(RingHeader) + kLargestCapacity)
    return false;
  auto mapping = Mapping::Of(file_->number(), size, Mapping::Pages::kWhenTouched, "");
  if (!mapping) return false;
  mapping_.emplace(std::move(*mapping));
  return HeaderIsSound(size);
}

bool OpenedRing::HeaderIsSound(uint64_t size) const {
  const RingHeader& said = header();
  return said.magic == kRingMagic && said.version == kRingVersion && said.id == id_ &&
         std::has_single_bit(size - sizeof(RingHeader)) &&
         said.capacity == size - sizeof(RingHeader);
}

bool OpenedRing::SizeIsSound() const { return SizeOf(*file_) == mapping_->size(); }

bool OpenedRing::WriterIsGone() {
  if (!writer_gone_) writer_gone_ = ::flock(file_->number(), LOCK_EX | LOCK_NB) == 0;
  return writer_gone_;
}

void OpenedRing::Take(size_t most, Batch& out) {
  fate_ = Fate::kStays;
  taken_ = true;
  if (!end_) return TellBroken(out);
  if (!found_told_) Tell(Event::kFound, end_->next(), 0, out);
  if (!SizeIsSound()) return TellBroken(out);
  end_->Again();
  if (!TakeRecords(most, out)) TellBroken(out);
}

bool OpenedRing::TakeRecords(size_t most, Batch& out) {
  using End = TakeEnd<Atomics>;
  if (!end_->Look()) return false;
  End::Record record;
  for (size_t i = 0; i < most; ++i) {
    End::Found found = end_->Next(record);
    // What was published before the lock was let go is seen once the lock is ours.
    if (found == End::Found::kNothing) {
      if (!WriterIsGone()) return true;
      if (!end_->Look()) return false;
      found = end_->Next(record);
      if (found == End::Found::kNothing) return TakeEnding(out);
    }
    if (found == End::Found::kContradiction) return false;
    if (record.dropped != 0) Tell(Event::kGap, record.sequence, record.dropped, out);
    Taken taken{id_, record.type, record.sequence, base::Bytes(record.length)};
    Atomics::CopyOut(taken.payload.data(), record.payload, record.length);
    out.records.push_back(std::move(taken));
  }
  return true;
}

bool OpenedRing::TakeEnding(Batch& out) {
  uint64_t dropped = 0;
  if (!end_->DroppedAtTheEnd(dropped)) return false;
  const uint64_t begun = Atomics::Load(header().begun, std::memory_order_relaxed);
  const uint64_t finished = Atomics::Load(header().finished, std::memory_order_relaxed);
  const uint32_t state = Atomics::Load(header().state, std::memory_order_relaxed);
  if (finished > begun || state > static_cast<uint32_t>(RingState::kClosed)) return false;
  const uint64_t next = end_->next() + dropped;
  if (dropped != 0) Tell(Event::kGap, next, dropped, out);
  const bool closed = state == static_cast<uint32_t>(RingState::kClosed);
  Tell(closed ? Event::kClosed : Event::kCrashed, next, begun - finished, out);
  fate_ = Fate::kEnded;
  return true;
}

void OpenedRing::LetGo() {
  found_told_ = found_told_ || taken_;
  if (end_ && SizeIsSound()) end_->LetGo();
}

bool OpenedRing::HasMore() {
  if (fate_ != Fate::kStays) return false;
  return !end_ || !SizeIsSound() || end_->HasMore() || WriterIsGone();
}

void OpenedRing::Tell(Event event, uint64_t sequence, uint64_t count, Batch& out) const {
  out.events.push_back({id_, event, process_, started_, sequence, count});
}

void OpenedRing::TellBroken(Batch& out) {
  fate_ = Fate::kBroken;
  Tell(Event::kBroken, end_ ? end_->next() : 0, room_, out);
}

}  // namespace garant::spool

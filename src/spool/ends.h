#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/bytes.h"
#include "spool/layout.h"
#include "spool/writer.h"

// The algorithm of one ring: no files, no locks, no sleep. `A` is Atomics, or a model of it.
namespace garant::spool {

template <class A>
class PutEnd {
 public:
  // `header` is as new: all zeros from `head` on. `capacity` is a power of two, the size of `ring`.
  PutEnd(RingHeader& header, uint8_t* ring, uint64_t capacity) noexcept
      : header_(header), ring_(ring), capacity_(capacity) {}

  void Begin() noexcept { Count(header_.begun, ++begun_); }
  // After the record: whoever dies in between has one request too many without a record, never one
  // too few.
  void Finish() noexcept { Count(header_.finished, ++finished_); }

  // False where there was no room: counted, and its sequence taken.
  bool Put(RecordType type, base::ByteView payload) noexcept {
    const bool fits = payload.size() <= kLargestPayload && Publish(type, payload);
    if (!fits) Count(header_.dropped, ++dropped_);
    Count(header_.sequence, ++sequence_);
    return fits;
  }

  [[nodiscard]] uint64_t dropped() const noexcept { return dropped_; }

 private:
  // Release keeps the counts in order for who looks after this process was killed.
  static void Count(uint64_t& word, uint64_t value) noexcept {
    A::Store(word, value, std::memory_order_release);
  }

  bool Publish(RecordType type, base::ByteView payload) noexcept {
    const uint64_t size = SizeInRing(payload.size());
    const uint64_t rest = capacity_ - (head_ & (capacity_ - 1));
    const uint64_t skip = size > rest ? rest : 0;
    if (!HasRoom(skip + size)) return false;
    if (skip != 0) PutFiller(rest);
    uint8_t* at = ring_ + ((head_ + skip) & (capacity_ - 1));
    const RecordHead head{static_cast<uint32_t>(payload.size()), static_cast<uint32_t>(type),
                          sequence_};
    constexpr uint64_t kZero = 0;
    A::CopyIn(at, &head, sizeof head);
    A::CopyIn(at + sizeof head, payload.data(), payload.size());
    A::CopyIn(at + sizeof head + payload.size(), &kZero,
              static_cast<size_t>(size - sizeof head - payload.size()));
    head_ += skip + size;
    A::Store(header_.head, head_, std::memory_order_release);
    return true;
  }

  bool HasRoom(uint64_t need) noexcept {
    if (need > capacity_) return false;
    if (head_ - tail_ <= capacity_ - need) return true;
    // Acquire: what the reader copied, it copied before we write over it.
    const uint64_t tail = A::Load(header_.tail, std::memory_order_acquire);
    if (head_ - tail > capacity_) return false;  // nonsense: as if nothing was let go
    tail_ = tail;
    return head_ - tail_ <= capacity_ - need;
  }

  void PutFiller(uint64_t rest) noexcept {
    uint8_t* at = ring_ + (head_ & (capacity_ - 1));
    const uint64_t length = rest < sizeof(RecordHead) ? 0 : rest - sizeof(RecordHead);
    const RecordHead filler{static_cast<uint32_t>(length),
                            static_cast<uint32_t>(RecordType::kFiller), sequence_};
    A::CopyIn(at, &filler, static_cast<size_t>(std::min<uint64_t>(rest, sizeof filler)));
  }

  RingHeader& header_;
  uint8_t* ring_;
  uint64_t capacity_;
  uint64_t head_ = 0;
  uint64_t tail_ = 0;  // as last seen
  uint64_t begun_ = 0;
  uint64_t finished_ = 0;
  uint64_t dropped_ = 0;
  uint64_t sequence_ = 0;
};

// Reads within `capacity` bytes of `ring` whatever stands there, and never for ever: each step goes
// forward, at most to a head that was checked.
template <class A>
class TakeEnd {
 public:
  enum class Found { kRecord, kNothing, kContradiction };
  struct Record {
    RecordType type = RecordType::kRequest;
    uint64_t sequence = 0;
    uint64_t dropped = 0;  // right before it
    size_t length = 0;
    const uint8_t* payload = nullptr;  // to be copied before it is believed
  };

  TakeEnd(RingHeader& header, const uint8_t* ring, uint64_t capacity) noexcept
      : header_(header), ring_(ring), capacity_(capacity) {}

  // Where the reader before this one stopped; `wanted` is the lowest sequence that the caller has
  // not had. False: a contradiction.
  bool Start(uint64_t wanted) noexcept {
    kept_.offset = A::Load(header_.tail, std::memory_order_relaxed);
    wanted_ = std::max(wanted, A::Load(header_.taken, std::memory_order_relaxed));
    Again();
    return kept_.offset % 8 == 0 && Look();
  }

  // Goes back to what was not let go.
  void Again() noexcept {
    at_ = kept_;
    gave_nothing_ = true;
  }
  // Sees what was published since. False: a contradiction.
  bool Look() noexcept {
    const uint64_t head = A::Load(header_.head, std::memory_order_acquire);
    dropped_ = A::Load(header_.dropped, std::memory_order_relaxed);
    if (head % 8 != 0 || head < head_ || head - kept_.offset > capacity_) return false;
    head_ = head;
    return true;
  }

  // The next record. Those that the caller has had are passed over and, where they are the first,
  // let go at once.
  Found Next(Record& out) noexcept {
    while (at_.offset != head_) {
      const Found found = Step(out);
      if (found == Found::kContradiction) return found;
      if (found == Found::kNothing) continue;
      if (out.sequence >= wanted_) {
        gave_nothing_ = false;
        return found;
      }
      if (gave_nothing_) LetGo();
    }
    return Found::kNothing;
  }

  // What was taken so far may be written over. `taken` first: who dies in between left records that
  // the next reader passes over.
  void LetGo() noexcept {
    if (at_.offset == kept_.offset) return;
    kept_ = at_;
    A::Store(header_.taken, next(), std::memory_order_relaxed);
    A::Store(header_.tail, kept_.offset, std::memory_order_release);
  }

  // Whether there is more than was taken.
  [[nodiscard]] bool HasMore() const noexcept {
    return A::Load(header_.head, std::memory_order_acquire) != at_.offset;
  }
  // Of the record after the last one taken, dropped or not.
  [[nodiscard]] uint64_t next() const noexcept { return std::max(at_.lowest, wanted_); }
  // Once the writer is gone and all was taken: how many were dropped behind the last. False: a
  // contradiction.
  bool DroppedAtTheEnd(uint64_t& count) const noexcept {
    const uint64_t sequence = A::Load(header_.sequence, std::memory_order_relaxed);
    // A writer that was killed between `head` and `sequence` left it one behind.
    if (next() > sequence && next() - sequence > 1) return false;
    count = sequence > next() ? sequence - next() : 0;
    return at_.gaps <= dropped_ && count <= dropped_ - at_.gaps;
  }

 private:
  struct Place {
    uint64_t offset = 0;
    uint64_t lowest = 0;  // that the record at `offset` may have as its sequence
    uint64_t gaps = 0;    // records missing before `offset`, since Start
  };

  // One record forward, or one filler (kNothing).
  Found Step(Record& out) noexcept {
    const uint64_t index = at_.offset & (capacity_ - 1);
    const uint64_t rest = capacity_ - index;
    const uint64_t room = std::min(rest, head_ - at_.offset);
    const uint64_t word = A::Peek(ring_ + index);
    RecordHead head{};
    std::memcpy(&head, &word, sizeof word);
    if (head.length > kLargestPayload) return Found::kContradiction;
    if (head.type == static_cast<uint32_t>(RecordType::kFiller)) {
      const uint64_t length = rest < sizeof head ? 0 : rest - sizeof head;
      if (head.length != length || room != rest) return Found::kContradiction;
      at_.offset += rest;
      return Found::kNothing;
    }
    if (SizeInRing(head.length) > room) return Found::kContradiction;
    head.sequence = A::Peek(ring_ + index + 8);
    return Believe(head, ring_ + index + sizeof head, out);
  }

  Found Believe(const RecordHead& head, const uint8_t* payload, Record& out) noexcept {
    const bool request = head.type == static_cast<uint32_t>(RecordType::kRequest);
    const bool heartbeat = head.type == static_cast<uint32_t>(RecordType::kHeartbeat);
    if (!request && !(heartbeat && head.length == 8)) return Found::kContradiction;
    if (head.sequence < at_.lowest || head.sequence == std::numeric_limits<uint64_t>::max())
      return Found::kContradiction;
    const uint64_t gap = head.sequence > next() ? head.sequence - next() : 0;
    if (at_.gaps > dropped_ || gap > dropped_ - at_.gaps) return Found::kContradiction;
    at_ = {at_.offset + SizeInRing(head.length), head.sequence + 1, at_.gaps + gap};
    out = {static_cast<RecordType>(head.type), head.sequence, gap, head.length, payload};
    return Found::kRecord;
  }

  RingHeader& header_;
  const uint8_t* ring_;
  uint64_t capacity_;
  uint64_t head_ = 0;     // as last seen and found sound
  uint64_t dropped_ = 0;  // as seen with it
  uint64_t wanted_ = 0;
  Place kept_;                // up to here it was let go
  Place at_;                  // up to here it was taken
  bool gave_nothing_ = true;  // since Again
};

}  // namespace garant::spool

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "spool/atomics.h"
#include "spool/ends.h"

// A ring says what it likes, and something else at each look: the size of the ring, the reader's
// words and what it had, then looks of (head, dropped, sequence), then the bytes of the ring.
namespace {

using garant::spool::Atomics;
using garant::spool::RingHeader;
using End = garant::spool::TakeEnd<Atomics>;

struct Input {
  const uint8_t* at;
  size_t left;
  uint64_t Number(size_t bytes) {
    uint64_t value = 0;
    const size_t count = std::min(bytes, left);
    std::memcpy(&value, at, count);
    at += count;
    left -= count;
    return value;
  }
};

void Demand(bool holds) {
  if (!holds) std::abort();
}

// Takes all there is; false at a contradiction.
bool Drain(End& end, const uint8_t* ring, uint64_t capacity, uint64_t had) {
  uint64_t lowest = had;
  uint64_t bytes = 0;
  for (;;) {
    End::Record record;
    const End::Found found = end.Next(record);
    if (found != End::Found::kRecord) return found == End::Found::kNothing;
    Demand(record.sequence >= lowest && end.next() == record.sequence + 1);
    lowest = record.sequence + 1;
    bytes += garant::spool::SizeInRing(record.length);
    Demand(bytes <= capacity && record.payload >= ring + 16 &&
           record.payload + record.length <= ring + capacity);
    garant::base::Bytes copy(record.length);
    Atomics::CopyOut(copy.data(), record.payload, copy.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in{data, size};
  const uint64_t capacity = uint64_t{8} << (in.Number(1) % 10);
  auto header = std::make_unique<RingHeader>();
  header->tail = in.Number(8);
  header->taken = in.Number(8);
  const uint64_t had = in.Number(8);
  const uint64_t looks = in.Number(1) % 4;
  const auto look = [&] {
    header->head = in.Number(8);
    header->dropped = in.Number(8);
    header->sequence = in.Number(8);
  };
  look();
  // Of exactly its size, and aligned as the memory of a file is.
  const auto words = std::make_unique<uint64_t[]>(capacity / 8);
  auto* ring = reinterpret_cast<uint8_t*>(words.get());
  const size_t for_looks = static_cast<size_t>(looks) * 24;
  if (in.left > for_looks)
    std::memcpy(ring, in.at + for_looks, std::min<size_t>(in.left - for_looks, capacity));

  End end(*header, ring, capacity);
  if (!end.Start(had)) return 0;
  bool sound = Drain(end, ring, capacity, std::max(had, header->taken));
  for (uint64_t i = 0; sound && i < looks; ++i) {
    if (i % 2 == 0) end.LetGo();
    end.Again();
    look();
    sound = end.Look() && Drain(end, ring, capacity, end.next());
    uint64_t dropped = 0;
    if (sound && end.DroppedAtTheEnd(dropped)) Demand(dropped <= header->dropped);
  }
  return 0;
}

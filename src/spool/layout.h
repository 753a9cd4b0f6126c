#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// The shared memory of docs/formats/spool.md as it lies in the files. What is marked shared is
// touched through Atomics only (atomics.h).
namespace garant::spool {

constexpr std::array<uint8_t, 8> kRingMagic{'G', 'A', 'R', 'S', 'P', 'O', 'O', 'L'};
constexpr std::array<uint8_t, 8> kBellMagic{'G', 'A', 'R', 'B', 'E', 'L', 'L', '1'};
constexpr uint32_t kRingVersion = 1;
constexpr uint64_t kSmallestCapacity = 64U << 10U;
constexpr uint64_t kLargestCapacity = 1U << 30U;

enum class RingState : uint32_t { kOpen = 0, kClosed = 1 };

struct RingHeader {
  std::array<uint8_t, 8> magic;
  uint32_t version;
  uint32_t process;
  uint64_t capacity;
  std::array<uint8_t, 16> id;
  uint64_t started;
  std::array<uint8_t, 16> zeros_48;
  uint64_t head;  // shared, as all that follow
  uint64_t begun;
  uint64_t finished;
  uint64_t dropped;
  uint64_t sequence;
  uint32_t state;
  std::array<uint8_t, 84> zeros_108;
  uint64_t tail;
  uint64_t taken;
  std::array<uint8_t, 4096 - 208> zeros_208;
};
static_assert(offsetof(RingHeader, version) == 8 && offsetof(RingHeader, process) == 12 &&
              offsetof(RingHeader, capacity) == 16 && offsetof(RingHeader, id) == 24 &&
              offsetof(RingHeader, started) == 40 && offsetof(RingHeader, head) == 64 &&
              offsetof(RingHeader, begun) == 72 && offsetof(RingHeader, finished) == 80 &&
              offsetof(RingHeader, dropped) == 88 && offsetof(RingHeader, sequence) == 96 &&
              offsetof(RingHeader, state) == 104 && offsetof(RingHeader, tail) == 192 &&
              offsetof(RingHeader, taken) == 200 && sizeof(RingHeader) == 4096);

struct BellMemory {
  std::array<uint8_t, 8> magic;
  uint32_t rings;    // shared
  uint32_t waiting;  // shared
  std::array<uint8_t, 48> zeros_16;
};
static_assert(offsetof(BellMemory, rings) == 8 && offsetof(BellMemory, waiting) == 12 &&
              sizeof(BellMemory) == 64);

// In front of each payload; of a filler at the very end of the ring, the first word only.
struct RecordHead {
  uint32_t length;
  uint32_t type;
  uint64_t sequence;
};
static_assert(sizeof(RecordHead) == 16);

[[nodiscard]] constexpr uint64_t SizeInRing(uint64_t length) {
  return sizeof(RecordHead) + ((length + 7) & ~uint64_t{7});
}

}  // namespace garant::spool

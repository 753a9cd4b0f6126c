#include "base/large_vector.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>

namespace garant::base {
namespace {

constexpr size_t kHugePage = size_t{2} << 20U;

struct Block {
  void* place;
  size_t bytes;
};

struct Kept {
  bool keeps = false;
  std::vector<Block> blocks;
};

Kept& Own() {
  thread_local Kept kept;
  return kept;
}

constexpr size_t kMostBlocks = 32;

// One size for those that differ by less than an eighth: the same work seldom takes the same size
// to the byte, and is to find what it left. What is not used of it is not touched.
size_t Rounded(size_t bytes) {
  const size_t step = std::max(kHugePage, std::bit_floor(bytes) / 8);
  return (bytes + step - 1) / step * step;
}

}  // namespace

KeptLarge::KeptLarge() { Own().keeps = true; }

KeptLarge::~KeptLarge() {
  Release();
  Own().keeps = false;
}

void KeptLarge::Release() {
  for (const Block& block : Own().blocks) munmap(block.place, block.bytes);
  Own().blocks.clear();
}

void* AllocateLarge(size_t wanted) {
  const size_t bytes = Rounded(wanted);
  std::vector<Block>& blocks = Own().blocks;
  const auto kept = std::ranges::find(blocks, bytes, &Block::bytes);
  if (kept != blocks.end()) {
    void* const place = kept->place;
    blocks.erase(kept);
    return place;
  }
  void* const place =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  madvise(place, bytes, MADV_HUGEPAGE);  // a wish: small pages will do as well
  return place;
}

void FreeLarge(void* place, size_t wanted) {
  const size_t bytes = Rounded(wanted);
  Kept& own = Own();
  if (own.keeps && own.blocks.size() < kMostBlocks)
    own.blocks.push_back({place, bytes});
  else
    munmap(place, bytes);
}

}  // namespace garant::base

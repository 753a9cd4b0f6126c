#include "base/large_vector.h"

#include <sys/mman.h>

namespace garant::base {

void* AllocateLarge(size_t bytes) {
  void* const place =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED) throw std::bad_alloc();
  madvise(place, bytes, MADV_HUGEPAGE);  // a wish: small pages will do as well
  return place;
}

void FreeLarge(void* place, size_t bytes) { munmap(place, bytes); }

}  // namespace garant::base

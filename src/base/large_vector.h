#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

namespace garant::base {

// For working memory of many megabytes that comes and goes: in huge pages where the kernel has
// them, since faulting them in by 4 KiB costs more than some work on them does. New elements of a
// plain type hold anything until they are written.
[[nodiscard]] void* AllocateLarge(size_t bytes);  // throws std::bad_alloc, as allocators do
void FreeLarge(void* place, size_t bytes);

// While one lives, what its thread frees is kept for what it allocates next: for who does the same
// work again and again. One a thread.
class KeptLarge {
 public:
  KeptLarge();
  ~KeptLarge();
  KeptLarge(const KeptLarge&) = delete;
  KeptLarge& operator=(const KeptLarge&) = delete;
  // Gives everything back to the system.
  void Release();
};

template <typename T>
struct LargeAllocator {
  using value_type = T;
  static constexpr size_t kLarge = size_t{1} << 21U;  // bytes: one huge page

  LargeAllocator() = default;
  template <typename U>
  explicit LargeAllocator(const LargeAllocator<U>& /*other*/) {}

  T* allocate(size_t count) {
    if (count * sizeof(T) < kLarge) return std::allocator<T>().allocate(count);
    return static_cast<T*>(AllocateLarge(count * sizeof(T)));
  }
  void deallocate(T* place, size_t count) {
    if (count * sizeof(T) < kLarge)
      std::allocator<T>().deallocate(place, count);
    else
      FreeLarge(place, count * sizeof(T));
  }
  template <typename U>
  void construct(U* place) {
    static_assert(std::is_trivially_default_constructible_v<U>);
    ::new (static_cast<void*>(place)) U;
  }
  template <typename U, typename First, typename... Rest>
  void construct(U* place, First&& first, Rest&&... rest) {
    std::construct_at(place, std::forward<First>(first), std::forward<Rest>(rest)...);
  }
  bool operator==(const LargeAllocator&) const = default;
};

template <typename T>
using LargeVector = std::vector<T, LargeAllocator<T>>;

}  // namespace garant::base

#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>

#include "base/time.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GARANT_SPOOL_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define GARANT_SPOOL_TSAN 1
#endif

namespace garant::spool {

// How the algorithms of the ring and the bell touch shared memory. Tests put a model of weak memory
// in its place.
struct Atomics {
  template <class T>
  static T Load(const T& word, std::memory_order order) noexcept {
    static_assert(std::atomic_ref<T>::is_always_lock_free);
    return std::atomic_ref<T>(const_cast<T&>(word)).load(order);
  }
  template <class T>
  static void Store(T& word, T value, std::memory_order order) noexcept {
    std::atomic_ref<T>(word).store(value, order);
  }
  template <class T>
  static T Exchange(T& word, T value, std::memory_order order) noexcept {
    return std::atomic_ref<T>(word).exchange(value, order);
  }
  template <class T>
  static T Add(T& word, T value, std::memory_order order) noexcept {
    return std::atomic_ref<T>(word).fetch_add(value, order);
  }

  static void FullFence() noexcept {
#ifdef GARANT_SPOOL_TSAN
    // TSan knows no fences; a read-modify-write is one on the machines that it runs on.
    std::atomic<int> own{0};
    own.fetch_add(1, std::memory_order_seq_cst);
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
  }

  // The bytes of records. Peek is atomic so that a compiler never reads again what was checked.
  static uint64_t Peek(const uint8_t* from) noexcept {
    return Load(*reinterpret_cast<const uint64_t*>(from), std::memory_order_relaxed);
  }
  static void CopyOut(uint8_t* to, const uint8_t* from, size_t count) noexcept {
    if (count != 0) std::memcpy(to, from, count);
  }
  static void CopyIn(uint8_t* to, const void* from, size_t count) noexcept {
    if (count != 0) std::memcpy(to, from, count);
  }

  // futex(2), between processes. Sleep is false where the time was over.
  static bool Sleep(uint32_t& word, uint32_t value, base::Duration longest) noexcept;
  static void Wake(uint32_t& word) noexcept;
};

}  // namespace garant::spool

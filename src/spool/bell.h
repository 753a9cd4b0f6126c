#pragma once

#include "base/time.h"
#include "spool/layout.h"

// Waking without a system call while nobody sleeps (docs/formats/spool.md, "The bell").
namespace garant::spool {

// After publishing. Between this load of `waiting` and the reader's last look stands a full fence
// on either side: one of the two sees what the other stored.
template <class Atomics>
void RingBell(BellMemory& bell) noexcept {
  Atomics::FullFence();
  if (Atomics::Load(bell.waiting, std::memory_order_relaxed) == 0) return;
  if (Atomics::Exchange(bell.waiting, uint32_t{0}, std::memory_order_relaxed) == 0) return;
  Atomics::Add(bell.rings, uint32_t{1}, std::memory_order_release);
  Atomics::Wake(bell.rings);
}

// Sleeps until the bell rings or for `longest`, unless `look` finds something. False where the time
// went by and nothing came.
template <class Atomics, class Look>
bool SleepUnless(BellMemory& bell, base::Duration longest, Look look) {
  // Acquire: `rings` is read before anybody can see that we wait, so that a ring of the bell from
  // then on differs from it and keeps us from falling asleep.
  const uint32_t rings = Atomics::Load(bell.rings, std::memory_order_acquire);
  Atomics::Exchange(bell.waiting, uint32_t{1}, std::memory_order_relaxed);
  Atomics::FullFence();
  bool came = look();
  if (!came) came = Atomics::Sleep(bell.rings, rings, longest);
  Atomics::Exchange(bell.waiting, uint32_t{0}, std::memory_order_relaxed);
  return came;
}

}  // namespace garant::spool

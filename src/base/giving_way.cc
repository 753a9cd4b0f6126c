#include "base/giving_way.h"

#include <thread>

namespace garant::base {

void GivingWay::Offer() {
  const auto begin = std::chrono::steady_clock::now();
  if (begin < next_) return;
  std::this_thread::yield();
  const auto end = std::chrono::steady_clock::now();
  next_ = end + (end - begin);
}

}  // namespace garant::base

#pragma once

#include <chrono>

namespace garant::base {

// For work in long pieces: lets others have the processor now and then. Who wants it for a moment
// gets it at once; of those who want it always, none leaves this thread less than half of what the
// two have.
class GivingWay {
 public:
  // Gives way, where it has worked since for as long as others took the last time. Some 50 ns.
  void Offer();

 private:
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace garant::base

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/time.h"

namespace garant::ingest {

// How many events a source may send: so many a second, and up to kSaved seconds' worth at once.
// What comes as one may take more than there is; the next then waits for longer.
class TokenBucket {
 public:
  static constexpr double kSaved = 5;

  TokenBucket(uint64_t rate, base::Time now)
      : rate_(static_cast<double>(rate)), held_(rate_ * kSaved), at_(now) {}

  [[nodiscard]] uint64_t Held(base::Time now) {
    // A clock that was set back gives nothing, and takes nothing away.
    const double passed = std::max(0.0, std::chrono::duration<double>(now - at_).count());
    held_ = std::min(rate_ * kSaved, held_ + passed * rate_);
    at_ = now;
    return held_ >= 1 ? static_cast<uint64_t>(held_) : 0;
  }
  void Take(uint64_t count) { held_ -= static_cast<double>(count); }
  // After the last Held: until there is one again, rounded up.
  [[nodiscard]] std::chrono::seconds Wait() const {
    return std::chrono::seconds(static_cast<int64_t>(std::ceil(std::max(0.0, 1 - held_) / rate_)));
  }

 private:
  double rate_;
  double held_;
  base::Time at_;
};

// Where nothing was said of a source that listens.
constexpr uint64_t kUsualRate = 10'000;

}  // namespace garant::ingest

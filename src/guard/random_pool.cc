#include "guard/random_pool.h"

#include <algorithm>

#include "base/bytes.h"

namespace garant::guard {

void RandomPool::Fill(std::span<uint8_t> out) noexcept {
  while (!out.empty()) {
    if (used_ == bytes_.size()) {
      base::FillRandom(bytes_);
      used_ = 0;
    }
    const size_t count = std::min(out.size(), bytes_.size() - used_);
    const auto from = bytes_.begin() + static_cast<ptrdiff_t>(used_);
    std::copy_n(from, count, out.begin());
    std::fill_n(from, count, uint8_t{0});  // what was given out is not kept
    used_ += count;
    out = out.subspan(count);
  }
}

}  // namespace garant::guard

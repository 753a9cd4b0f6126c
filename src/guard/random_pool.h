#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace garant::guard {

// Random bytes from the operating system's generator, asked for in large pieces: a request needs a
// few, and a system call for each would cost more than all else. For one thread; not to be carried
// over a fork.
class RandomPool {
 public:
  void Fill(std::span<uint8_t> out) noexcept;

 private:
  std::array<uint8_t, 4096> bytes_{};
  size_t used_ = sizeof(bytes_);
};

}  // namespace garant::guard

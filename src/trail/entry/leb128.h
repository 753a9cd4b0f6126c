#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

// LEB128: seven bits a byte, the lowest first; the top bit says that more follow. At most ten
// bytes.
namespace garant::trail {

constexpr size_t kMostLeb128 = 10;  // bytes

// Where there is room; gives the place behind it.
inline uint8_t* PutLeb128(uint8_t* at, uint64_t value) {
  for (; value >= 0x80; value >>= 7U) *at++ = static_cast<uint8_t>(value | 0x80U);
  *at++ = static_cast<uint8_t>(value);
  return at;
}

inline void PutLeb128(base::Bytes& out, uint64_t value) {
  std::array<uint8_t, kMostLeb128> bytes;
  out.insert(out.end(), bytes.data(), PutLeb128(bytes.data(), value));
}

// Takes one from the front of `in`. False where it ends inside, or does not fit in 64 bits.
inline bool TakeLeb128(base::ByteView& in, uint64_t& value) {
  if (!in.empty() && in[0] < 0x80) {  // most are
    value = in[0];
    in = in.subspan(1);
    return true;
  }
  value = 0;
  for (size_t i = 0; i < in.size() && i < kMostLeb128; ++i) {
    const uint64_t bits = in[i] & 0x7fU;
    if (i == 9 && bits > 1) return false;
    value |= bits << (7 * i);
    if ((in[i] & 0x80U) == 0) {
      in = in.subspan(i + 1);
      return true;
    }
  }
  return false;
}

// Eight bytes, the first of which begins a number, looked at side by side.
class EightOfLeb128 {
 public:
  static constexpr size_t kBytes = 8;

  explicit EightOfLeb128(const uint8_t* at) {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(&bytes_, at, sizeof bytes_);
    ends_ = ~bytes_ >> 7U & kEach;
  }
  // How many numbers end here.
  [[nodiscard]] uint64_t count() const { return ends_ * kEach >> 56U; }
  // Whether one that begins here is odd.
  [[nodiscard]] bool AnyOdd() const { return (bytes_ & (ends_ << 8U | 1U)) != 0; }
  // The bytes up to the end of the first so many, from one up to count().
  [[nodiscard]] size_t Take(uint64_t numbers) const {
    uint64_t ends = ends_;
    for (; numbers > 1; --numbers) ends &= ends - 1;
    return static_cast<size_t>(std::countr_zero(ends)) / 8 + 1;
  }

 private:
  static constexpr uint64_t kEach = 0x0101010101010101U;
  uint64_t bytes_ = 0;
  uint64_t ends_ = 0;  // a bit at each byte that ends a number
};

// Passes over so many numbers at the front of `in`. False where there are fewer.
inline bool SkipLeb128(base::ByteView& in, uint64_t count) {
  while (count > 0) {
    if (in.size() >= EightOfLeb128::kBytes) {
      const EightOfLeb128 eight(in.data());
      if (const uint64_t some = std::min(count, eight.count()); some > 0) {
        in = in.subspan(eight.Take(some));
        count -= some;
        continue;
      }
    }
    uint64_t number = 0;
    if (!TakeLeb128(in, number)) return false;
    --count;
  }
  return true;
}

}  // namespace garant::trail

#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Big-endian integers and counted bytes, as this room's formats hold them.
namespace garant::trail {

// From the processor's order, or to it: byte by byte it takes ten times as long.
inline uint64_t Swapped(uint64_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}
inline std::array<uint8_t, 8> BigEndian(uint64_t value) {
  return std::bit_cast<std::array<uint8_t, 8>>(Swapped(value));
}
// As it stands in bytes that were checked to hold it.
inline uint64_t EightAt(const uint8_t* at) {
  uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return Swapped(value);
}
inline void PutInteger(base::Bytes& out, uint64_t value, size_t bytes) {
  const std::array<uint8_t, 8> all = BigEndian(value);
  out.insert(out.end(), all.end() - bytes, all.end());
}
inline void PutBytes(base::Bytes& out, base::ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void PutText(base::Bytes& out, std::string_view text) { PutBytes(out, base::AsBytes(text)); }

// For what is mostly short: a call to memcmp takes longer than looking at it.
inline bool SameBytes(const void* a, const void* b, size_t size) {
  const auto* const one = static_cast<const uint8_t*>(a);
  const auto* const other = static_cast<const uint8_t*>(b);
  const auto differ = [&]<typename Word>(size_t at, Word x) {
    Word y = 0;
    std::memcpy(&x, one + at, sizeof x);
    std::memcpy(&y, other + at, sizeof y);
    return x != y;
  };
  if (size > 64) return std::memcmp(a, b, size) == 0;
  if (size >= 8) {
    for (size_t i = 0; i + 8 < size; i += 8)
      if (differ(i, uint64_t{0})) return false;
    return !differ(size - 8, uint64_t{0});
  }
  if (size >= 4) return !differ(0, uint32_t{0}) && !differ(size - 4, uint32_t{0});
  for (size_t i = 0; i < size; ++i)
    if (one[i] != other[i]) return false;
  return true;
}

// Reads from untrusted bytes. Asked for more than there is, it gives zeros and remembers: check
// `ok()` before believing what was read.
class WireReader {
 public:
  explicit WireReader(base::ByteView bytes, size_t base_offset = 0)
      : bytes_(bytes), base_offset_(base_offset) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool AtEnd() const { return used_ == bytes_.size(); }
  [[nodiscard]] size_t left() const { return bytes_.size() - used_; }
  [[nodiscard]] size_t offset() const { return base_offset_ + used_; }

  base::ByteView Take(size_t count) {
    if (count > left()) {
      ok_ = false;
      used_ = bytes_.size();
      return {};
    }
    used_ += count;
    return bytes_.subspan(used_ - count, count);
  }
  // Of eight bytes at most.
  uint64_t Integer(size_t bytes) {
    if (bytes > 0 && left() >= 8) return EightAt(Take(bytes).data()) >> (64 - 8 * bytes);
    uint64_t value = 0;
    for (const uint8_t byte : Take(bytes)) value = (value << 8U) | byte;
    return value;
  }
  template <size_t kSize>
  std::array<uint8_t, kSize> Array() {
    std::array<uint8_t, kSize> out{};
    const base::ByteView view = Take(kSize);
    for (size_t i = 0; i < view.size(); ++i) out[i] = view[i];
    return out;
  }
  std::string Text(size_t count) { return std::string(base::AsText(Take(count))); }

 private:
  base::ByteView bytes_;
  size_t base_offset_;
  size_t used_ = 0;
  bool ok_ = true;
};

}  // namespace garant::trail

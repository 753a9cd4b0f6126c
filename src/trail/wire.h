#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

// Big-endian integers and counted bytes, as this room's formats hold them.
namespace garant::trail {

inline std::array<uint8_t, 8> BigEndian(uint64_t value) {
  std::array<uint8_t, 8> out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(value >> (8 * (7 - i)));
  return out;
}
inline void PutInteger(base::Bytes& out, uint64_t value, size_t bytes) {
  const std::array<uint8_t, 8> all = BigEndian(value);
  out.insert(out.end(), all.end() - bytes, all.end());
}
inline void PutBytes(base::Bytes& out, base::ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
inline void PutText(base::Bytes& out, std::string_view text) { PutBytes(out, base::AsBytes(text)); }

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
  uint64_t Integer(size_t bytes) {
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

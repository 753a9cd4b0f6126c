#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

// The data types of RFC 4251 section 5.
namespace garant::identity {

// Reads from untrusted bytes. Asked for more than there is, it gives nothing and remembers: check
// `ok()` before believing what was read.
class SshReader {
 public:
  explicit SshReader(base::ByteView bytes) : left_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool Finished() const { return ok_ && left_.empty(); }

  base::ByteView Take(size_t count) {
    if (count > left_.size()) {
      ok_ = false;
      left_ = {};
      return {};
    }
    const base::ByteView out = left_.first(count);
    left_ = left_.subspan(count);
    return out;
  }
  uint8_t Byte() {
    const base::ByteView byte = Take(1);
    return byte.empty() ? uint8_t{0} : byte[0];
  }
  uint32_t Uint32() {
    uint32_t value = 0;
    for (const uint8_t byte : Take(4)) value = (value << 8U) | byte;
    return value;
  }
  base::ByteView String() { return Take(Uint32()); }
  std::string Text() { return std::string(base::AsText(String())); }

 private:
  base::ByteView left_;
  bool ok_ = true;
};

inline void PutUint32(base::Bytes& out, size_t value) {
  for (size_t i = 4; i-- > 0;) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}
inline void PutString(base::Bytes& out, base::ByteView bytes) {
  PutUint32(out, bytes.size());
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace garant::identity

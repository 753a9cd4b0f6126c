#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace garant::trail {

// SipHash-2-4 (Aumasson and Bernstein, 2012): its 64 bits as a number, of which the paper's bytes
// are the lowest first.
class SipHash {
 public:
  explicit SipHash(std::span<const uint8_t, 16> key) : k0_(Load(&key[0])), k1_(Load(&key[8])) {}

  [[nodiscard]] uint64_t Of(base::ByteView message) const {
    uint64_t v[4] = {k0_ ^ 0x736f6d6570736575U, k1_ ^ 0x646f72616e646f6dU,
                     k0_ ^ 0x6c7967656e657261U, k1_ ^ 0x7465646279746573U};
    const uint8_t* at = message.data();
    const size_t words = message.size() / 8;
    for (size_t i = 0; i < words; ++i, at += 8) Take(v, Load(at));
    uint64_t last = static_cast<uint64_t>(message.size()) << 56U;
    for (size_t i = 0; i < message.size() % 8; ++i) last |= uint64_t{at[i]} << (8 * i);
    Take(v, last);
    v[2] ^= 0xffU;
    for (int i = 0; i < 4; ++i) Round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

 private:
  static uint64_t Load(const uint8_t* at) {
    static_assert(std::endian::native == std::endian::little);
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  static void Take(uint64_t (&v)[4], uint64_t word) {
    v[3] ^= word;
    Round(v);
    Round(v);
    v[0] ^= word;
  }
  static void Round(uint64_t (&v)[4]) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = std::rotl(v[1], 13) ^ v[0];
    v[3] = std::rotl(v[3], 16) ^ v[2];
    v[0] = std::rotl(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = std::rotl(v[1], 17) ^ v[2];
    v[3] = std::rotl(v[3], 21) ^ v[0];
    v[2] = std::rotl(v[2], 32);
  }

  uint64_t k0_;
  uint64_t k1_;
};

}  // namespace garant::trail

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace garant::base {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;
using Digest = std::array<uint8_t, 32>;  // SHA-256

[[nodiscard]] inline std::span<uint8_t> AsWritableBytes(std::string& text) {
  return {reinterpret_cast<uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline ByteView AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view AsText(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Lower-case hexadecimal; decoding takes either case and an even number of digits.
[[nodiscard]] std::string ToHex(ByteView bytes);
[[nodiscard]] Result<Bytes> FromHex(std::string_view text);

// RFC 4648 section 4, with padding; decoding is strict (no white space, canonical padding bits).
[[nodiscard]] std::string ToBase64(ByteView bytes);
[[nodiscard]] Result<Bytes> FromBase64(std::string_view text);

[[nodiscard]] Digest Sha256(ByteView bytes);
// "sha256:<hex>", how digests stand in files and messages.
[[nodiscard]] std::string FormatDigest(const Digest& digest);
[[nodiscard]] Result<Digest> ParseDigest(std::string_view text);

// From the operating system's generator; aborts where there is none, since nothing safe can follow.
void FillRandom(std::span<uint8_t> out);

}  // namespace garant::base

#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// The few primitives that the trail needs, over OpenSSL and, where it is there, libipsec-mb. Where
// one fails on sound input (out of memory, a broken installation) these abort: nothing safe can
// follow.
namespace garant::trail {

using Key = std::array<uint8_t, 32>;

[[nodiscard]] Key RandomKey();

[[nodiscard]] Key HmacSha256(base::ByteView key, std::initializer_list<base::ByteView> message);
[[nodiscard]] Key HkdfSha256(base::ByteView input, base::ByteView salt, base::ByteView info);

using Nonce = std::array<uint8_t, 12>;
constexpr size_t kTagBytes = 16;  // a ciphertext ends in its tag

// Libipsec-mb's takes a fifth of the time of OpenSSL's; only where the processor is one for it.
enum class GcmEngine : uint8_t { kQuickest, kOpenSsl };

// AES-256-GCM under one key, whose schedule is made once: that costs more than a small message.
// Not for concurrent use.
class GcmSealer {
 public:
  explicit GcmSealer(const Key& key, GcmEngine engine = GcmEngine::kQuickest);
  GcmSealer(GcmSealer&&) noexcept;
  GcmSealer& operator=(GcmSealer&&) noexcept;
  ~GcmSealer();

  [[nodiscard]] GcmEngine engine() const;  // kOpenSsl, or kQuickest where that is another

  // `out` is as long as the plaintext and the tag that the ciphertext ends in, and lies elsewhere.
  void Seal(const Nonce& nonce, base::ByteView associated, base::ByteView plaintext,
            std::span<uint8_t> out) const;

 private:
  struct Schedule;
  std::unique_ptr<Schedule> schedule_;
};
[[nodiscard]] base::Bytes GcmSeal(const Key& key, const Nonce& nonce, base::ByteView associated,
                                  base::ByteView plaintext);
// kUntrusted where the tag does not hold.
[[nodiscard]] base::Result<base::Bytes> GcmOpen(const Key& key, const Nonce& nonce,
                                                base::ByteView associated,
                                                base::ByteView ciphertext);

// Signs again and again with one key, which is made of its seed once.
class Ed25519Signer {
 public:
  explicit Ed25519Signer(std::span<const uint8_t, 32> seed);
  Ed25519Signer(Ed25519Signer&&) noexcept;
  Ed25519Signer& operator=(Ed25519Signer&&) noexcept;
  ~Ed25519Signer();

  [[nodiscard]] std::array<uint8_t, 64> Sign(base::ByteView message) const;

 private:
  struct Made;
  std::unique_ptr<Made> key_;
};
[[nodiscard]] std::array<uint8_t, 32> Ed25519PublicKey(std::span<const uint8_t, 32> seed);
[[nodiscard]] bool Ed25519Verify(std::span<const uint8_t, 32> key, base::ByteView message,
                                 base::ByteView signature);

[[nodiscard]] bool EqualInConstantTime(base::ByteView a, base::ByteView b);

// Overwrites a secret that is no longer needed; no compiler leaves it out.
void Wipe(std::span<uint8_t> secret);

}  // namespace garant::trail

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace garant::trail {

// The signature types of C2SP signed-note that are read and written here. 0x06, ML-DSA-44, has its
// place in every form and waits for an OpenSSL that has it: such keys are kUnsupported, such
// signatures passed over.
enum class KeyType : uint8_t {
  kEd25519 = 0x01,      // of a log
  kCosignature = 0x04,  // of a witness: Ed25519 over a time and the note
};

// A C2SP verifier key, "name+keyid+base64(type ‖ public key)".
struct VerifierKey {
  std::string name;
  std::array<uint8_t, 4> id{};
  std::array<uint8_t, 32> key{};
  KeyType type = KeyType::kEd25519;

  // `name`: 1 to 255 printable ASCII characters without space and '+'.
  [[nodiscard]] static base::Result<VerifierKey> FromSeed(std::string_view name,
                                                          std::span<const uint8_t, 32> seed,
                                                          KeyType type = KeyType::kEd25519);
  // Exactly the form that ToString writes; the id must be the key's. kUnsupported: of another type
  // than `wanted`.
  [[nodiscard]] static base::Result<VerifierKey> Parse(std::string_view text,
                                                       KeyType wanted = KeyType::kEd25519);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const VerifierKey&) const = default;
};

}  // namespace garant::trail

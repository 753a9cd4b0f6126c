#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

// Checkpoints in C2SP tlog-checkpoint form: signed notes (C2SP signed-note) with one Ed25519
// signature of the log.
namespace garant::trail {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  base::Digest root{};
  bool operator==(const Checkpoint&) const = default;
};

// A C2SP verifier key, "name+keyid+base64(0x01 ‖ public key)".
struct VerifierKey {
  std::string name;
  std::array<uint8_t, 4> id{};
  std::array<uint8_t, 32> key{};

  // `name`: 1 to 255 printable ASCII characters without space and '+'.
  [[nodiscard]] static base::Result<VerifierKey> FromSeed(std::string_view name,
                                                          std::span<const uint8_t, 32> seed);
  // Exactly the form that ToString writes; the id must be the key's.
  [[nodiscard]] static base::Result<VerifierKey> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const VerifierKey&) const = default;
};

// The whole note; the origin is the key's name.
[[nodiscard]] std::string SignCheckpoint(uint64_t size, const base::Digest& root,
                                         const VerifierKey& key, std::span<const uint8_t, 32> seed);

// Takes the five lines that SignCheckpoint writes and nothing else. kInvalid: not a checkpoint;
// kUntrusted: another key's or a forged one.
[[nodiscard]] base::Result<Checkpoint> OpenCheckpoint(std::string_view note,
                                                      const VerifierKey& key);

// The length of the first note (five lines) of a sequence of them; 0 where there is no whole one.
[[nodiscard]] size_t FirstNoteLength(std::string_view notes);

}  // namespace garant::trail

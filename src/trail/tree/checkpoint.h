#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/tree/note.h"
#include "trail/tree/verifier_key.h"

// Checkpoints in C2SP tlog-checkpoint form: signed notes (docs/formats/checkpoint.md).
namespace garant::trail {

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  base::Digest root{};
  bool operator==(const Checkpoint&) const = default;
};

// Decimal digits without leading zeroes, as checkpoints and proofs write numbers.
[[nodiscard]] base::Result<uint64_t> ParseDecimal(std::string_view text);

// The text of a note; lines behind the root ("extensions") are passed over. Says nothing of who
// signed it.
[[nodiscard]] base::Result<Checkpoint> ParseCheckpoint(std::string_view text);

// The whole note; the origin is the key's name.
[[nodiscard]] std::string SignCheckpoint(uint64_t size, const base::Digest& root,
                                         const VerifierKey& key, std::span<const uint8_t, 32> seed);
[[nodiscard]] std::string SignCheckpoint(uint64_t size, const base::Digest& root,
                                         const VerifierKey& key, const Ed25519Signer& signer);

// Of a log whose note may carry others' signatures too. kInvalid: not a checkpoint; kUntrusted: not
// this log's, or forged.
[[nodiscard]] base::Result<Checkpoint> OpenCheckpoint(const Note& note, const VerifierKey& log);

// Takes the five lines that SignCheckpoint writes and nothing else. Errors likewise.
[[nodiscard]] base::Result<Checkpoint> OpenCheckpoint(std::string_view note,
                                                      const VerifierKey& key);

// The length of the first note (five lines) of a sequence of them; 0 where there is no whole one.
[[nodiscard]] size_t FirstNoteLength(std::string_view notes);

}  // namespace garant::trail

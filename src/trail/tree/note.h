#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/tree/verifier_key.h"

// C2SP signed notes with any number of signatures (docs/formats/checkpoint.md).
namespace garant::trail {

class Ed25519Signer;  // crypto.h

constexpr size_t kLargestNote = size_t{64} << 10U;
constexpr size_t kMostSignatures = 100;

struct NoteSignature {
  std::string name;  // of the key
  std::array<uint8_t, 4> id{};
  base::Bytes signature;  // without the id

  // "— name base64", with its line feed.
  [[nodiscard]] std::string ToLine() const;
  // One line with its line feed.
  [[nodiscard]] static base::Result<NoteSignature> Parse(std::string_view line);
  [[nodiscard]] bool IsBy(const VerifierKey& key) const { return name == key.name && id == key.id; }
  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // what is signed; ends in a line feed
  std::vector<NoteSignature> signatures;

  // kInvalid where it is no note, or a larger one than we take. Says nothing of whose it is.
  [[nodiscard]] static base::Result<Note> Parse(std::string_view text);
  // What was parsed, byte by byte.
  [[nodiscard]] std::string ToString() const;
  bool operator==(const Note&) const = default;
};

// How many bytes the first of several notes of checkpoints takes, one behind the other: its
// signature lines end where a line without their mark begins. 0 where there is no whole one.
[[nodiscard]] size_t FirstCosignedLength(std::string_view notes);

[[nodiscard]] NoteSignature SignNote(std::string_view text, const VerifierKey& key,
                                     std::span<const uint8_t, 32> seed);
[[nodiscard]] NoteSignature SignNote(std::string_view text, const VerifierKey& key,
                                     const Ed25519Signer& signer);
// kNotFound: this key did not sign it, whoever else did; kUntrusted: a signature of this key does
// not hold.
base::Status VerifyNote(const Note& note, const VerifierKey& key);

// A witness's word that at `time` (whole seconds) this was the largest tree that it saw of the log
// (C2SP tlog-cosignature, Ed25519).
[[nodiscard]] NoteSignature Cosign(std::string_view text, base::Time time, const VerifierKey& key,
                                   std::span<const uint8_t, 32> seed);
// When it said so, the latest time where it did several times. Errors as of VerifyNote.
[[nodiscard]] base::Result<base::Time> VerifyCosignature(const Note& note, const VerifierKey& key);

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/policy.h"
#include "trail/tree/proofs.h"

// What witnesses gave, kept in the trail's folder (docs/formats/checkpoint.md).
namespace garant::trail {

inline std::string CosignedPath(const std::string& folder) { return folder + "/cosigned"; }

// How far a quorum of witnesses vouches for a trail.
struct Witnessed {
  uint64_t size = 0;            // entries; 0: unwitnessed
  std::vector<std::string> by;  // the policy's names, in its order
  base::Time time{};            // when the last of them said so
  bool operator==(const Witnessed&) const = default;
};

// The notes of `cosigned`, the smaller tree first; none where there is no such file. To be read
// before the trail that they are checked against: what is cosigned meanwhile would seem to be of
// entries that were taken back. kUntrusted: the file was changed.
[[nodiscard]] base::Result<std::vector<Note>> ReadCosigned(const std::string& folder);

// kUntrusted: a signature in a note does not hold, or a witness saw a tree that this one does not
// continue.
[[nodiscard]] base::Result<Witnessed> CheckWitnessed(std::span<const Note> notes,
                                                     const Policy& policy, const VerifierKey& log,
                                                     const HashSource& hashes);

// Keeps a note with cosignatures that were verified, beside those that are there: of the same text
// its signatures are added; notes that a newer quorum makes needless are dropped. Durable when it
// returns. Gives what there is then.
[[nodiscard]] base::Result<std::vector<Note>> KeepCosigned(const std::string& folder,
                                                           const Note& note, const Policy& policy);

// The note of the trail's own checkpoint with the cosignatures that are kept of it.
[[nodiscard]] std::string WithCosignatures(const std::string& note, std::span<const Note> notes);

}  // namespace garant::trail

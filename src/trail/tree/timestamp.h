#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"

// Time-stamps of RFC 3161 on checkpoints (docs/formats/checkpoint.md).
namespace garant::trail {

constexpr size_t kLargestStamp = size_t{128} << 10U;

// What is sent to an authority: SHA-256 of the content, a nonce, and the wish for its certificate.
[[nodiscard]] base::Result<base::Bytes> MakeStampRequest(base::ByteView content);

struct Stamp {
  base::Time time;        // whole seconds
  std::string authority;  // subject of the certificate that signed it
};
// `certificates`: a file of the authorities' certificates in PEM, which alone are believed.
// `request`: what was asked, to be sure that this is the answer to it; empty of one that was kept.
// A kept one is judged as of its own time, so that it outlives its authority's certificate.
// kUntrusted: refused by the authority, of something else, or not signed as it should be.
[[nodiscard]] base::Result<Stamp> VerifyStamp(base::ByteView answer, base::ByteView content,
                                              const std::string& certificates,
                                              base::ByteView request = {});

inline std::string StampsPath(const std::string& folder) { return folder + "/stamps"; }

// Keeps what an authority answered of a checkpoint, as the log signed it (five lines).
base::Status KeepStamp(const std::string& folder, const std::string& note, uint64_t size,
                       base::ByteView answer);
[[nodiscard]] bool HasStamp(const std::string& folder, uint64_t size);

struct StampedCheckpoint {
  uint64_t size = 0;
  Stamp stamp;
};
// Every stamp that was kept, each checked with its checkpoint: signed by the log, and of this tree.
// The smallest first. kUntrusted where one does not hold.
[[nodiscard]] base::Result<std::vector<StampedCheckpoint>> ReadStamps(
    const std::string& folder, const std::string& certificates, const VerifierKey& log,
    const HashSource& hashes);

}  // namespace garant::trail

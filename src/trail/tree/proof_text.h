#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/merkle.h"

// Proofs as they leave a trail and come back from anywhere (docs/formats/proof.md).
namespace garant::trail {

constexpr size_t kLargestProof = size_t{256} << 10U;
constexpr size_t kMostHashes =
    63;  // that a proof in a tree of 2^64 leaves needs, and a witness takes

// That an entry stands in a tree: C2SP tlog-proof.
struct InclusionText {
  std::optional<base::Bytes> entry;  // the leaf, where it goes along ("extra")
  uint64_t index = 0;
  std::vector<Digest> hashes;
  std::string note;  // the checkpoint, as it was signed

  [[nodiscard]] static base::Result<InclusionText> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const InclusionText&) const = default;
};

// That a tree continues an earlier one: the body of C2SP tlog-witness add-checkpoint.
struct ConsistencyText {
  uint64_t old_size = 0;
  std::vector<Digest> hashes;
  std::string note;  // the checkpoint of the larger tree, as it was signed

  [[nodiscard]] static base::Result<ConsistencyText> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const ConsistencyText&) const = default;
};

// A file: one of the two, or both with an empty line between.
struct ProofText {
  std::optional<InclusionText> inclusion;
  std::optional<ConsistencyText> consistency;

  [[nodiscard]] static base::Result<ProofText> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
  bool operator==(const ProofText&) const = default;
};

// Each gives the checkpoint that it holds under. kUntrusted: the log's signature or the proof does
// not hold. `entry` is the leaf's bytes, wherever they came from.
[[nodiscard]] base::Result<Checkpoint> CheckInclusion(const InclusionText& proof,
                                                      base::ByteView entry, const VerifierKey& log);
// `old` was opened before, from a copy that was kept elsewhere.
[[nodiscard]] base::Result<Checkpoint> CheckConsistency(const ConsistencyText& proof,
                                                        const Checkpoint& old,
                                                        const VerifierKey& log);

}  // namespace garant::trail

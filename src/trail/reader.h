#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/checkpoint.h"
#include "trail/entry.h"
#include "trail/store.h"

namespace garant::trail {

// The entries below the last checkpoint, as they were when it was opened; needs no key. Opening
// checks every leaf against the signed root, so what is read is what was signed.
class TrailReader {
 public:
  // kUntrusted where anything does not hold, or where entries stand behind the last checkpoint and
  // nobody is writing (a crash, or a checkpoint taken away): `garant trail verify` says where.
  // `pinned` is the text of the verifier key that the reader expects; without it the trail's own
  // log.vkey is believed.
  [[nodiscard]] static base::Result<TrailReader> Open(const std::string& folder,
                                                      std::optional<std::string> pinned = {});

  [[nodiscard]] uint64_t size() const { return loaded_.leaves.size(); }
  [[nodiscard]] const Checkpoint& checkpoint() const { return loaded_.checkpoint; }
  // The signed note (C2SP tlog-checkpoint) that the checkpoint stands in.
  [[nodiscard]] const std::string& note() const { return loaded_.note; }
  [[nodiscard]] const VerifierKey& verifier_key() const { return loaded_.key; }

  [[nodiscard]] base::Result<Entry> Read(uint64_t index) const;
  [[nodiscard]] base::Result<std::vector<Entry>> ReadAll() const;
  [[nodiscard]] base::Result<base::ByteView> ReadLeaf(uint64_t index) const;
  // For InclusionProof and ConsistencyProof.
  [[nodiscard]] std::span<const base::Digest> leaf_hashes() const { return loaded_.leaves; }

 private:
  explicit TrailReader(LoadedTrail loaded) : loaded_(std::move(loaded)) {}
  LoadedTrail loaded_;
};

}  // namespace garant::trail

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/entry/entry.h"
#include "trail/store/store.h"
#include "trail/store/vouched_segments.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/proofs.h"

namespace garant::trail {

// The entries below the last signed note, as they were when it was opened; needs no key. What it
// gives was checked against the signed root: that of open logs when it was opened, and each sealed
// entry when it is read. For concurrent use.
class TrailReader {
 public:
  // kUntrusted where anything does not hold, or where bytes stand behind the last note and nobody
  // is writing (a crash, or somebody changed the log): `garant trail verify` says where.
  // `pinned` is the text of the verifier key that the reader expects; without it the trail's own
  // log.vkey is believed.
  [[nodiscard]] static base::Result<TrailReader> Open(
      const std::string& folder, const std::optional<std::string>& pinned = {});

  // Of what LoadTrail gave.
  [[nodiscard]] static TrailReader Of(LoadedTrail loaded) { return TrailReader(std::move(loaded)); }

  [[nodiscard]] uint64_t size() const { return loaded_.size(); }
  // The first entry that is there: older ones were deleted when their time had come, as the trail
  // tells (loaded().deletion).
  [[nodiscard]] uint64_t kept_from() const { return loaded_.kept_from; }
  [[nodiscard]] const Checkpoint& checkpoint() const { return loaded_.checkpoint; }
  // The signed note (C2SP tlog-checkpoint) that the checkpoint stands in.
  [[nodiscard]] const std::string& note() const { return loaded_.note; }
  [[nodiscard]] const VerifierKey& verifier_key() const { return loaded_.key; }
  // The last that was published, and the note that it stands in, which may be for fewer entries.
  [[nodiscard]] const Checkpoint& published() const { return loaded_.published; }
  [[nodiscard]] const std::string& published_note() const { return loaded_.published_note; }
  // For proofs.
  [[nodiscard]] const HashSource& hashes() const { return loaded_.hashes; }

  // kNotFound: there is no such entry; kGone: it was deleted when its time had come; kUntrusted: it
  // is not the one that was signed.
  [[nodiscard]] base::Result<Entry> Read(uint64_t index) const;
  [[nodiscard]] base::Result<base::Bytes> ReadLeaf(uint64_t index) const;
  // Asks for the memory of entries that are read next: of many that lie apart most of the time goes
  // into waiting for it.
  void Prefetch(std::span<const uint64_t> indices) const;
  // All that are kept.
  [[nodiscard]] base::Result<std::vector<Entry>> ReadAll() const;

  // For searching.
  [[nodiscard]] const LoadedTrail& loaded() const { return loaded_; }
  [[nodiscard]] const VouchedSegments& vouched() const { return *vouched_; }

 private:
  explicit TrailReader(LoadedTrail loaded)
      : loaded_(std::move(loaded)),
        vouched_(std::make_unique<VouchedSegments>(loaded_.segments.size())) {}

  LoadedTrail loaded_;
  std::unique_ptr<VouchedSegments> vouched_;
};

}  // namespace garant::trail

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/mapped_file.h"
#include "base/result.h"
#include "trail/index/runs.h"
#include "trail/index/segment.h"
#include "trail/store/deletion.h"
#include "trail/store/log_file.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/tree_levels.h"

// The files of docs/formats/trail-store.md, as writer and reader see them alike.
namespace garant::trail {

// Whether there is a trail, or what is left of one.
[[nodiscard]] bool TrailExists(const std::string& folder);

// A segment and its runs, mapped.
struct StoredSegment {
  base::MappedFile segment_file;
  base::MappedFile runs_file;
  Segment segment;
  Runs runs;
};

struct OpenLog {
  std::string bytes;
  LoadedLog log;
};

// A trail up to the last note that holds. Of sealed entries the tree was checked down to the hash
// of each 256; what is read of them has to be checked against that. Every other entry was.
struct LoadedTrail {
  VerifierKey key;
  Checkpoint checkpoint;
  std::string note;      // that it stands in, as it was signed
  Checkpoint published;  // the last one, and the note that it stands in
  std::string published_note;

  std::vector<StoredSegment> segments;  // in order, with nothing missing between
  uint64_t kept_from = 0;               // the first entry that is there
  std::optional<Deletion> deletion;     // the last; always there where kept_from is not 0
  uint64_t sealed = 0;                  // entries below are in segments
  TreeLevels sealed_levels;             // of those
  std::vector<OpenLog> logs;            // in order; each begins before or where the last ends
  TreeHashes hashes;
  Frontier tree;

  // What a writer who stopped may have left behind the last note.
  uint64_t behind = 0;                 // bytes
  std::optional<uint64_t> unfinished;  // a log of which not even the first batch holds
  uint64_t checkpoints_end = 0;        // where the last whole one ends
  uint64_t checkpoints_size = 0;
  // Files of sealings that are done, or were broken off, and of entries that were deleted.
  std::vector<std::string> leftovers;

  [[nodiscard]] uint64_t size() const { return checkpoint.size; }
  // Of an entry that a segment holds, from `kept_from` on below `sealed`.
  [[nodiscard]] const Segment& SegmentOf(uint64_t index) const;
  // Of an entry that no segment holds, from `sealed` up to `size()`: stays where it is.
  [[nodiscard]] base::ByteView OpenLeaf(uint64_t index) const;
};

// kUntrusted where anything that was signed does not hold, kUnsupported for another version; what
// stands behind the last note is left to the caller. `pinned`: the text of the verifier key that it
// must have.
[[nodiscard]] base::Result<LoadedTrail> LoadTrail(const std::string& folder,
                                                  const std::optional<std::string>& pinned);

}  // namespace garant::trail

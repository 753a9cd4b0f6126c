#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/entry/entry.h"

// The index of a segment, docs/formats/runs.md: for each key a run of values in the order of a
// hash, each with the entries that have it. A function of the entries' clear headers alone.
namespace garant::trail {

enum class RunKey : uint8_t {
  kActor = 1,
  kSubject,
  kSession,
  kTrace,
  kKind,
  kPart,
  kCategory,
  kOutcome,
};
constexpr size_t kRunKeys = 8;
[[nodiscard]] std::string_view RunKeyName(RunKey key);

// Entries by their number within the segment: `count` of them from `first` on.
struct EntryRange {
  uint32_t first = 0;
  uint32_t count = 0;
  bool operator==(const EntryRange&) const = default;
};

// What a run is ordered by.
class RunHash {
 public:
  RunHash(std::string_view origin, uint64_t first, uint32_t entries);
  [[nodiscard]] uint64_t Of(RunKey key, base::ByteView value) const;

 private:
  std::array<uint8_t, 16> key_{};
};

// One block of a run and the hashes between which it holds everything: from `low` on, below `high`
// (or to the end, where it is the last).
struct RunBlock {
  uint64_t number = 0;
  uint64_t blocks = 0;  // of the run
  uint64_t low = 0;
  uint64_t high = 0;
  base::ByteView bytes;

  [[nodiscard]] base::Digest LeafHash() const;
  [[nodiscard]] bool Covers(uint64_t hash) const;
  // kInvalid where the bytes are no items in order, or lie outside of low and high, or what has the
  // hash lies outside of the segment.
  [[nodiscard]] base::Result<std::vector<EntryRange>> Find(uint64_t hash, uint32_t entries) const;
};

using RunRoots = std::array<base::Digest, kRunKeys>;

// What a file has above the hashes of a run's blocks: the node over so many each, over so many each
// of these, and so on while there are more.
[[nodiscard]] std::vector<base::Digest> RunNodes(std::span<const base::Digest> blocks,
                                                 size_t of_each);

// Reads what RunsBuilder made or a file holds; borrows the bytes.
class Runs {
 public:
  // Checks the layout, not the digest: kInvalid, or kUnsupported for another version.
  [[nodiscard]] static base::Result<Runs> From(base::ByteView bytes, std::string_view origin);
  [[nodiscard]] base::Status CheckDigest() const;

  [[nodiscard]] uint64_t first() const { return first_; }
  [[nodiscard]] uint32_t entries() const { return entries_; }
  // Ascending, apart. Those of another value with the same hash may be among them. Nothing of it is
  // checked against the tree.
  [[nodiscard]] base::Result<std::vector<EntryRange>> Find(RunKey key, base::ByteView value) const;
  // Likewise; kUntrusted where the block that was read does not lead to `root`.
  [[nodiscard]] base::Result<std::vector<EntryRange>> Find(RunKey key, base::ByteView value,
                                                           const base::Digest& root) const;

  // Ask for the memory that Find reads to look for a hash: first for that where its block is told,
  // and once it is there for the block and what it leads to.
  void PrefetchFences(RunKey key, uint64_t hash) const;
  void PrefetchBlock(RunKey key, uint64_t hash) const;

  [[nodiscard]] uint64_t HashOf(RunKey key, base::ByteView value) const;
  [[nodiscard]] uint64_t BlocksOf(RunKey key) const;
  // The block that holds `hash`, or would; none where the run is empty.
  [[nodiscard]] base::Result<RunBlock> BlockWith(RunKey key, uint64_t hash) const;
  [[nodiscard]] base::Result<RunBlock> BlockAt(RunKey key, uint64_t number) const;
  // The hash of each block, as the file has it; of the tree over them, computed.
  [[nodiscard]] std::span<const base::Digest> BlockHashes(RunKey key) const;
  [[nodiscard]] base::Digest RootOf(RunKey key) const;

 private:
  struct Run {
    base::ByteView blocks;
    base::ByteView fences;
    std::span<const base::Digest> hashes;
    std::span<const base::Digest> nodes;
    uint64_t items = 0;
  };
  Runs(base::ByteView bytes, const RunHash& hash) : bytes_(bytes), hash_(hash) {}
  [[nodiscard]] const Run& RunOf(RunKey key) const;
  [[nodiscard]] static uint64_t NumberWith(const Run& run, uint64_t hash);
  base::Status TakeRuns();
  [[nodiscard]] bool LeadsTo(const base::Digest& root, const Run& run, const RunBlock& block) const;

  base::ByteView bytes_;
  size_t node_hashes_ = 0;  // that share a node
  RunHash hash_;
  uint64_t first_ = 0;
  uint32_t entries_ = 0;
  std::array<Run, kRunKeys> runs_{};
};

}  // namespace garant::trail

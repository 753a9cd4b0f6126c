#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trail/search/search.h"
#include "trail/tree/subset_proof.h"

// What shows somebody without the trail that a search left nothing out,
// docs/formats/search-proof.md.
namespace garant::trail {

constexpr size_t kLargestSearchProof = size_t{64} << 20U;
constexpr size_t kMostProvenEntries = 20'000;
constexpr size_t kMostTailEntries = 4096;  // behind the last indexed segment

// Blocks of one run, and that they stand in it.
struct ProvenRun {
  RunKey key{};
  uint64_t blocks = 0;  // that the run has
  struct Block {
    uint64_t number = 0;
    uint64_t low = 0;
    uint64_t high = 0;
    base::Bytes bytes;
    bool operator==(const Block&) const = default;
  };
  std::vector<Block> shown;  // ascending
  std::vector<Digest> nodes;
  bool operator==(const ProvenRun&) const = default;
};

struct ProvenSegment {
  uint64_t entry = 0;  // of kind index-run, which speaks of it
  std::vector<ProvenRun> runs;
  bool operator==(const ProvenSegment&) const = default;
};

// An entry of the tree: its bytes, or where they are kept back its hash alone.
struct ProvenLeaf {
  std::optional<base::Bytes> bytes;
  Digest hash{};
  bool operator==(const ProvenLeaf&) const = default;
};

struct SearchProof {
  std::vector<Criterion> all_of;
  std::optional<base::Time> since;
  std::optional<base::Time> until;
  std::string source;
  uint64_t from = 0;  // of entries before it, which were deleted, and …
  uint64_t end = 0;   // … from this one on it shows nothing
  std::vector<ProvenSegment> segments;
  std::map<uint64_t, ProvenLeaf> leaves;
  std::vector<Digest> nodes;
  std::string note;  // the checkpoint, as it was signed

  [[nodiscard]] static base::Result<SearchProof> Parse(std::string_view text);
  [[nodiscard]] std::string ToString() const;
};

// Whether an entry can have the value under that key at all.
[[nodiscard]] bool IsValueOf(RunKey key, base::ByteView value);
// What is wrong with criteria: a key that stands twice, a value that nothing can have.
[[nodiscard]] std::optional<base::Text> CriteriaProblem(const std::vector<Criterion>& all_of);

enum class SealedEntries : uint8_t { kKeepBack, kGiveAlong };

// Of what was searched for, whatever its order and its pages. `note` is that of the reader's
// checkpoint. Ends before what is not shown: a segment that no entry speaks of yet, more entries
// behind the segments than kMostTailEntries, or one of these with sealed parts that are kept back.
// kInvalid: it would be too large, or CriteriaProblem; kNotFound: a criterion has no value at all.
[[nodiscard]] base::Result<SearchProof> ProveSearch(const TrailReader& reader, const Search& search,
                                                    const std::string& note, SealedEntries sealed);

struct CheckedSearch {
  Checkpoint checkpoint;
  std::vector<Entry> entries;    // that fit, ascending: all there are between from and end
  std::vector<uint64_t> unseen;  // that the index names and whose bytes are kept back: of them
                                 // time and source are not shown
};
// kUntrusted where it does not show what it says.
[[nodiscard]] base::Result<CheckedSearch> CheckSearch(const SearchProof& proof,
                                                      const VerifierKey& log);

}  // namespace garant::trail

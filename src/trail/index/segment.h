#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry/entry.h"
#include "trail/entry/leaf_forms.h"
#include "trail/index/runs.h"
#include "trail/tree/tree_levels.h"

// The sealed entries of one log, docs/formats/segment.md.
namespace garant::trail {

constexpr uint32_t kGroupEntries = 16;  // whose records are found together
constexpr uint32_t kNodeLeaves = 4;     // under the lowest nodes that a segment holds
constexpr uint32_t kMostSegmentEntries = 1U << 24U;
constexpr uint64_t kMostEntries = uint64_t{1} << 56U;  // of a trail; a segment says where it begins
constexpr uint32_t kMostFormsRead = 1U << 16U;

// Whole entries from `first` on, a multiple of 256 of them; leaves as the trail wrote them.
struct SegmentInput {
  std::string_view origin;
  uint64_t first = 0;
  std::vector<base::ByteView> leaves;
  std::span<const base::Digest> hashes;  // of the leaves
  // The nodes over each 4 of them, as far as they are known: of the last ones.
  std::span<const base::Digest> nodes;
};
struct SealedSegment {
  base::Bytes segment;
  base::Bytes runs;
  RunRoots roots{};
  std::vector<base::Digest> bundles;  // the node over each 256 leaves
};
// `sealed` may hold another, whose memory is used again.
void SealSegment(const SegmentInput& input, SealedSegment& sealed);

struct TimeSpan {
  base::Time earliest;
  base::Time latest;
  bool operator==(const TimeSpan&) const = default;
};

// Reads the file of a segment; borrows its bytes.
class Segment {
 public:
  // Checks the layout, not the digest: kInvalid, or kUnsupported for another version.
  [[nodiscard]] static base::Result<Segment> From(base::ByteView bytes);
  [[nodiscard]] base::Status CheckDigest() const;

  [[nodiscard]] uint64_t first() const { return first_; }
  [[nodiscard]] uint32_t entries() const { return entries_; }
  [[nodiscard]] TimeSpan times() const { return times_; }
  // SHA-256 of the section of zones, which TimesOf reads.
  [[nodiscard]] base::Digest ZonesDigest() const { return base::Sha256(zones_); }
  // Of 256 entries; `bundle` counts from the segment's first.
  [[nodiscard]] TimeSpan TimesOf(uint32_t bundle) const;
  // Over how many leaves the nodes are that it holds, ascending.
  [[nodiscard]] std::span<const uint32_t> Widths() const { return widths_; }
  // Over `width` leaves, which is one of them; `number` counts such nodes from the segment's first.
  [[nodiscard]] base::Digest NodeOf(uint32_t width, uint32_t number) const;

  // Asks for the memory that finding the entry's record and nodes takes, and then for the record's:
  // who reads several entries asks for all before reading the first.
  void Prefetch(uint32_t number) const;
  void PrefetchRecord(uint32_t number) const;

  // The leaf as the file has it: whether it is the one that was signed is for the caller to find.
  // `number` counts from the segment's first. kInvalid where there is no making a leaf of it.
  [[nodiscard]] base::Status ReadLeaf(uint32_t number, base::Bytes& leaf) const;
  // `count` from `number` on, in order; `take` is given each.
  template <typename Take>
  base::Status ReadLeaves(uint32_t number, uint32_t count, const Take& take) const {
    base::ByteView in;
    base::Bytes leaf;
    for (const uint32_t end = number + count; number < end; ++number) {
      if (in.empty() || number % kGroupEntries == 0) in = TRY(Seek(number));
      TRY(Decode(number, in, leaf));
      TRY(take(number, base::ByteView(leaf)));
    }
    return base::Ok{};
  }

 private:
  explicit Segment(base::ByteView bytes) : bytes_(bytes) {}
  base::Status TakeHeader();
  base::Status TakeForms();
  [[nodiscard]] size_t PlaceOfNode(uint32_t width, uint32_t number) const;
  // The records from `number` on.
  [[nodiscard]] base::Result<base::ByteView> Seek(uint32_t number) const;
  base::Status Decode(uint32_t number, base::ByteView& in, base::Bytes& leaf) const;

  base::ByteView bytes_;
  uint64_t first_ = 0;
  uint32_t entries_ = 0;
  TimeSpan times_;
  uint64_t form_count_ = 0;
  std::vector<LeafForm> forms_;
  std::span<const Token> tokens_;
  base::ByteView form_bytes_;
  base::ByteView records_;
  base::ByteView groups_;
  std::span<const uint32_t> widths_;
  base::ByteView nodes_;
  base::ByteView zones_;
};

}  // namespace garant::trail

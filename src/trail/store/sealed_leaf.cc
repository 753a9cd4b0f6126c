#include "trail/store/sealed_leaf.h"

#include <algorithm>
#include <array>

#include "trail/store/paths.h"
#include "trail/store/store.h"

namespace garant::trail {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

namespace {

constexpr size_t kMostUnderOne = 16;  // nodes under the next one that a segment holds

Error Changed(const Segment& segment, uint64_t index) {
  return Error{Code::kUntrusted,
               Filled("{}: entry {} was changed", "{} : l’entrée {} a été modifiée",
                      {SegmentName(segment.first(), kSegmentSuffix), index}),
               {}};
}

}  // namespace

// Leaf, the nodes that the segment holds, hash of 256: the last was checked against the signed
// root.
Result<Bytes> ReadSealedLeaf(const LoadedTrail& loaded, uint64_t index) {
  const Segment& segment = loaded.SegmentOf(index);
  const auto number = static_cast<uint32_t>(index - segment.first());
  Bytes leaf;
  if (!segment.ReadLeaf(number, leaf) || LeafHash(leaf) != loaded.hashes.LeafAt(index))
    return Changed(segment, index);
  const auto node = [&](uint32_t width, uint32_t of) {
    return width == 1 ? loaded.hashes.LeafAt(segment.first() + of) : segment.NodeOf(width, of);
  };
  uint32_t below = 1;
  const auto leads_to = [&](uint32_t width, const Digest& wanted) {
    std::array<Digest, kMostUnderOne> nodes{};
    const uint32_t count = width / below;
    for (uint32_t i = 0; i < count; ++i) nodes[i] = node(below, number / width * count + i);
    below = width;
    return TreeRoot(std::span<const Digest>(nodes).first(count)) == wanted;
  };
  for (const uint32_t width : segment.Widths())
    if (!leads_to(width, segment.NodeOf(width, number / width))) return Changed(segment, index);
  if (!leads_to(kBundleEntries, loaded.hashes.BundleAt(index / kBundleEntries)))
    return Changed(segment, index);
  return leaf;
}

Status ReadSealedLeaves(const LoadedTrail& loaded, const StoredSegment& stored,
                        const std::function<Status(uint64_t, ByteView)>& take) {
  const Segment& segment = stored.segment;
  std::vector<Bytes> leaves;
  std::vector<Digest> hashes;
  for (uint32_t first = 0; first < segment.entries(); first += kBundleEntries) {
    leaves.clear();
    hashes.clear();
    const Status read =
        segment.ReadLeaves(first, kBundleEntries, [&](uint32_t, ByteView leaf) -> Status {
          leaves.emplace_back(leaf.begin(), leaf.end());
          hashes.push_back(LeafHash(leaf));
          return Ok{};
        });
    const uint64_t index = segment.first() + first;
    if (!read ||
        TreeRoot(std::span<const Digest>(hashes)) != loaded.hashes.BundleAt(index / kBundleEntries))
      return Changed(segment, index);
    for (size_t i = 0; i < leaves.size(); ++i) TRY(take(index + i, leaves[i]));
  }
  return Ok{};
}

}  // namespace garant::trail

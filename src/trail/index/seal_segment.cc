#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "base/prefetch.h"
#include "trail/entry/leaf_pieces.h"
#include "trail/entry/wire.h"
#include "trail/index/record_writer.h"
#include "trail/index/runs_builder.h"
#include "trail/index/segment.h"
#include "trail/index/segment_form.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Digest;

constexpr size_t kAhead = 4;  // leaves: they mostly lie far from the processor

struct Times {
  int64_t earliest = std::numeric_limits<int64_t>::max();
  int64_t latest = std::numeric_limits<int64_t>::min();
  void Add(int64_t time) {
    earliest = std::min(earliest, time);
    latest = std::max(latest, time);
  }
};

// Of each bundle.
std::vector<Times> ZonesOf(std::span<const ByteView> leaves) {
  std::vector<Times> zones((leaves.size() + kBundleEntries - 1) / kBundleEntries);
  for (size_t i = 0; i < leaves.size(); ++i)
    zones[i / kBundleEntries].Add(TimeOfLeaf(leaves[i]).time_since_epoch().count());
  return zones;
}

Times Together(std::span<const Times> zones) {
  Times times;
  for (const Times& zone : zones) {
    times.earliest = std::min(times.earliest, zone.earliest);
    times.latest = std::max(times.latest, zone.latest);
  }
  return times;
}

// The lowest: made for the first leaves, where the input has only the later ones.
std::vector<Digest> NodesOf(const SegmentInput& input) {
  const size_t known = input.nodes.size() * kNodeLeaves;
  std::vector<Digest> nodes =
      NodesOver(input.hashes.first(input.hashes.size() - known), kNodeLeaves);
  nodes.insert(nodes.end(), input.nodes.begin(), input.nodes.end());
  return nodes;
}

void PutDigests(Bytes& out, std::span<const Digest> digests) {
  for (const Digest& digest : digests) PutBytes(out, digest);
}

}  // namespace

void SealSegment(const SegmentInput& input, SealedSegment& sealed) {
  assert(input.leaves.size() == input.hashes.size());
  const std::span<const ByteView> leaves(input.leaves);
  const std::vector<Times> zones = ZonesOf(leaves);
  const Times times = Together(zones);
  RunsBuilder runs(input.origin, input.first, static_cast<uint32_t>(leaves.size()));
  RecordWriter records(input.first, static_cast<uint64_t>(times.earliest), leaves.size(), runs);
  for (size_t i = 0; i < leaves.size(); ++i) {
    if (i + kAhead < leaves.size()) base::Prefetch(leaves[i + kAhead]);
    records.Add(leaves[i]);
  }
  sealed.runs = runs.Finish(std::move(sealed.runs));
  sealed.roots = runs.roots();
  static_assert(kWidths[0] == kNodeLeaves);
  std::array<std::vector<Digest>, std::size(kWidths)> nodes;
  nodes[0] = NodesOf(input);
  for (size_t i = 1; i < nodes.size(); ++i)
    nodes[i] = NodesOver(nodes[i - 1], kWidths[i] / kWidths[i - 1]);
  sealed.bundles = NodesOver(nodes.back(), kBundleEntries / kWidths[nodes.size() - 1]);

  Bytes& out = sealed.segment;
  out.clear();
  out.resize(kSegmentHeaderBytes);
  std::array<uint64_t, kSegmentSections> offsets{};
  offsets[0] = out.size();
  records.PutForms(out);
  offsets[1] = out.size();
  for (const Token& token : runs.repeated()) PutBytes(out, token);
  offsets[2] = out.size();
  Bytes groups;
  records.PutRecords(out, groups);
  offsets[3] = out.size();
  PutBytes(out, groups);
  offsets[4] = out.size();
  for (const std::vector<Digest>& level : nodes) PutDigests(out, level);
  offsets[5] = out.size();
  for (const Times& zone : zones) {
    PutInteger(out, static_cast<uint64_t>(zone.earliest), 8);
    PutInteger(out, static_cast<uint64_t>(zone.latest), 8);
  }
  Bytes head;
  PutText(head, kSegmentMagic);
  PutInteger(head, input.first, 8);
  PutInteger(head, leaves.size(), 4);
  PutInteger(head, static_cast<uint64_t>(times.earliest), 8);
  PutInteger(head, static_cast<uint64_t>(times.latest), 8);
  PutInteger(head, records.forms(), 4);
  PutInteger(head, runs.repeated().size(), 4);
  for (const uint64_t offset : offsets) PutInteger(head, offset, 8);
  std::ranges::copy(head, out.begin());
  PutBytes(out, base::Sha256(out));
}

}  // namespace garant::trail

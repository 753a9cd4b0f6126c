#include <algorithm>
#include <limits>

#include "trail/leaf_pieces.h"
#include "trail/merkle.h"
#include "trail/runs_builder.h"
#include "trail/segment.h"
#include "trail/segment_form.h"
#include "trail/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Digest;

struct Times {
  int64_t earliest = std::numeric_limits<int64_t>::max();
  int64_t latest = std::numeric_limits<int64_t>::min();
  void Add(int64_t time) {
    earliest = std::min(earliest, time);
    latest = std::max(latest, time);
  }
};

Times TimesOf(std::span<const ByteView> leaves) {
  Times times;
  for (const ByteView leaf : leaves) times.Add(TimeOfLeaf(leaf).time_since_epoch().count());
  return times;
}

// References of the leaf's own tokens: as many as it has.
size_t TokensOf(ByteView leaf) {
  size_t count = 0;
  WalkLeaf(leaf, [&count](const LeafPiece& piece) {
    using Kind = LeafPiece::Kind;
    count += piece.kind == Kind::kToken || piece.kind == Kind::kCommitment ? 1 : 0;
  });
  return count;
}

struct Records {
  Bytes bytes;
  Bytes groups;
  Bytes forms;
  uint32_t form_count = 0;
};

Records PutRecords(const SegmentInput& input, const RunsBuilder& runs, int64_t earliest) {
  Records records;
  records.bytes.reserve(input.leaves.size() * 160);
  FormTable table;
  std::span<const uint32_t> references(runs.references());
  FormContext context{input.first, static_cast<uint64_t>(earliest), runs.repeated()};
  for (size_t i = 0; i < input.leaves.size(); ++i) {
    if (i % kGroupEntries == 0) PutInteger(records.groups, records.bytes.size(), 4);
    const ByteView leaf = input.leaves[i];
    const size_t tokens = TokensOf(leaf);
    context.index = input.first + i;
    table.PutRecord(leaf, context, references.first(tokens), records.bytes);
    references = references.subspan(tokens);
  }
  for (const LeafForm& form : table.forms()) form.Put(records.forms);
  records.form_count = static_cast<uint32_t>(table.forms().size());
  return records;
}

// The nodes over each 16 leaves, and from them those over each 256.
std::vector<Digest> Nodes(std::span<const Digest> below, size_t of_each) {
  std::vector<Digest> nodes;
  nodes.reserve(below.size() / of_each);
  for (; !below.empty(); below = below.subspan(of_each))
    nodes.push_back(TreeRoot(below.first(of_each)));
  return nodes;
}

void PutDigests(Bytes& out, std::span<const Digest> digests) {
  for (const Digest& digest : digests) PutBytes(out, digest);
}

}  // namespace

SealedSegment SealSegment(const SegmentInput& input) {
  SealedSegment sealed;
  const std::span<const ByteView> leaves(input.leaves);
  RunsBuilder runs(input.origin, input.first, static_cast<uint32_t>(leaves.size()));
  for (const ByteView leaf : leaves) runs.Add(leaf);
  sealed.runs = runs.Finish();
  sealed.roots = runs.roots();
  const Times times = TimesOf(leaves);
  const Records records = PutRecords(input, runs, times.earliest);
  const std::vector<Digest> nodes = Nodes(input.hashes, kGroupEntries);
  sealed.bundles = Nodes(nodes, kBundleEntries / kGroupEntries);

  Bytes& out = sealed.segment;
  out.reserve(records.bytes.size() + records.forms.size() + leaves.size() * 8 + 4096);
  PutText(out, kSegmentMagic);
  PutInteger(out, input.first, 8);
  PutInteger(out, leaves.size(), 4);
  PutInteger(out, static_cast<uint64_t>(times.earliest), 8);
  PutInteger(out, static_cast<uint64_t>(times.latest), 8);
  PutInteger(out, records.form_count, 4);
  PutInteger(out, runs.repeated().size(), 4);
  uint64_t offset = kSegmentHeaderBytes;
  for (const size_t size : {records.forms.size(), runs.repeated().size() * 32, records.bytes.size(),
                            records.groups.size(), nodes.size() * 32, size_t{0}}) {
    PutInteger(out, offset, 8);
    offset += size;
  }
  PutBytes(out, records.forms);
  for (const Token& token : runs.repeated()) PutBytes(out, token);
  PutBytes(out, records.bytes);
  PutBytes(out, records.groups);
  PutDigests(out, nodes);
  for (size_t at = 0; at < leaves.size(); at += kBundleEntries) {
    const Times zone = TimesOf(leaves.subspan(at, kBundleEntries));
    PutInteger(out, static_cast<uint64_t>(zone.earliest), 8);
    PutInteger(out, static_cast<uint64_t>(zone.latest), 8);
  }
  PutBytes(out, base::Sha256(out));
  return sealed;
}

}  // namespace garant::trail

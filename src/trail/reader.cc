#include "trail/reader.h"

#include <algorithm>

#include "trail/lock.h"
#include "trail/paths.h"

namespace garant::trail {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

namespace {

bool HasTail(const LoadedTrail& loaded) {
  return loaded.behind != 0 || loaded.unfinished ||
         loaded.checkpoints_end != loaded.checkpoints_size;
}

}  // namespace

Result<TrailReader> TrailReader::Open(const std::string& folder,
                                      const std::optional<std::string>& pinned) {
  std::optional<uint64_t> size_before;
  for (;;) {
    LoadedTrail loaded = TRY(LoadTrail(folder, pinned));
    if (!HasTail(loaded) || WriterIsAlive(folder)) return TrailReader(std::move(loaded));
    if (size_before == loaded.checkpoint.size)
      return Error{
          Code::kUntrusted,
          Filled("{}: something stands behind the last checkpoint, for {} entries, and "
                 "nobody is writing: a writer stopped there, or a checkpoint was taken "
                 "away; look with `garant trail verify`",
                 "{} : quelque chose suit le dernier point de contrôle, pour {} entrées, et "
                 "personne n’écrit : une écriture s’est interrompue là, ou un point de "
                 "contrôle a été retiré; voyez avec `garant trail verify`",
                 {folder, loaded.checkpoint.size}),
          {}};
    // A writer may have ended between the reading of the two files: once more, to be sure.
    size_before = loaded.checkpoint.size;
  }
}

// Leaf, node of 16, hash of 256: the last was checked against the signed root.
Result<Bytes> TrailReader::ReadSealed(uint64_t index) const {
  const auto place = std::ranges::upper_bound(
      loaded_.segments, index, {}, [](const StoredSegment& one) { return one.segment.first(); });
  const Segment& segment = std::prev(place)->segment;
  const auto changed = [&] {
    return Error{Code::kUntrusted,
                 Filled("{}: entry {} was changed", "{} : l’entrée {} a été modifiée",
                        {SegmentName(segment.first(), kSegmentSuffix), index}),
                 {}};
  };
  const auto number = static_cast<uint32_t>(index - segment.first());
  Bytes leaf;
  if (!segment.ReadLeaf(number, leaf) || LeafHash(leaf) != loaded_.hashes.LeafAt(index))
    return changed();
  const uint64_t first = index - index % kGroupEntries;
  std::array<Digest, kGroupEntries> group{};
  for (size_t i = 0; i < group.size(); ++i) group[i] = loaded_.hashes.LeafAt(first + i);
  const uint32_t group_number = number / kGroupEntries;
  if (TreeRoot(std::span<const Digest>(group)) != segment.NodeOf(group_number)) return changed();
  const uint32_t of_bundle = kBundleEntries / kGroupEntries;
  std::array<Digest, kBundleEntries / kGroupEntries> nodes{};
  for (uint32_t i = 0; i < of_bundle; ++i)
    nodes[i] = segment.NodeOf(group_number - group_number % of_bundle + i);
  if (TreeRoot(std::span<const Digest>(nodes)) != loaded_.hashes.BundleAt(index / kBundleEntries))
    return changed();
  return leaf;
}

Result<Bytes> TrailReader::ReadLeaf(uint64_t index) const {
  if (index >= size())
    return Error{Code::kNotFound,
                 Filled("the trail has {} entries, and no entry {}",
                        "le journal a {} entrées, et pas d’entrée {}", {size(), index}),
                 {}};
  if (index < kept_from())
    return Error{Code::kNotFound,
                 Filled("entry {} was deleted when its time had come; the trail keeps entries from "
                        "{} on",
                        "l’entrée {} a été supprimée à son échéance; le journal conserve les "
                        "entrées à partir de {}",
                        {index, kept_from()}),
                 {}};
  if (index < loaded_.sealed) return ReadSealed(index);
  const auto place = std::ranges::upper_bound(loaded_.logs, index, {},
                                              [](const OpenLog& one) { return one.log.first; });
  const OpenLog& open = *std::prev(place);
  const LoadedLog::Place& at = open.log.places[index - open.log.first];
  const ByteView leaf = base::AsBytes(open.bytes).subspan(at.offset, at.size);
  return Bytes(leaf.begin(), leaf.end());
}

Result<Entry> TrailReader::Read(uint64_t index) const {
  const Bytes leaf = TRY(ReadLeaf(index));
  Entry entry = TRY(DecodeEntry(leaf));
  if (entry.index != index)
    return Error{Code::kUntrusted,
                 Filled("entry {} says that it is entry {}", "l’entrée {} dit être l’entrée {}",
                        {index, entry.index}),
                 {}};
  return entry;
}

Result<std::vector<Entry>> TrailReader::ReadAll() const {
  std::vector<Entry> entries;
  entries.reserve(size() - kept_from());
  for (uint64_t i = kept_from(); i < size(); ++i) entries.push_back(TRY(Read(i)));
  return entries;
}

}  // namespace garant::trail

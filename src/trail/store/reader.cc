#include "trail/store/reader.h"

#include <algorithm>

#include "trail/store/lock.h"
#include "trail/store/sealed_leaf.h"

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

Result<Bytes> TrailReader::ReadLeaf(uint64_t index) const {
  if (index >= size())
    return Error{Code::kNotFound,
                 Filled("the trail has {} entries, and no entry {}",
                        "le journal a {} entrées, et pas d’entrée {}", {size(), index}),
                 {}};
  if (index < kept_from()) return WasDeleted(index, *loaded_.deletion);
  if (index < loaded_.sealed) return ReadSealedLeaf(loaded_, index);
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

void TrailReader::Prefetch(std::span<const uint64_t> indices) const {
  std::vector<std::pair<const Segment*, uint32_t>> sealed;
  for (const uint64_t index : indices) {
    if (index < kept_from() || index >= loaded_.sealed) continue;
    const Segment& segment = loaded_.SegmentOf(index);
    const auto number = static_cast<uint32_t>(index - segment.first());
    loaded_.hashes.Prefetch(index);
    segment.Prefetch(number);
    sealed.emplace_back(&segment, number);
  }
  for (const auto& [segment, number] : sealed) segment->PrefetchRecord(number);
}

Result<std::vector<Entry>> TrailReader::ReadAll() const {
  std::vector<Entry> entries;
  entries.reserve(size() - kept_from());
  for (uint64_t i = kept_from(); i < size(); ++i) entries.push_back(TRY(Read(i)));
  return entries;
}

}  // namespace garant::trail

#include "trail/reader.h"

#include "trail/lock.h"

namespace garant::trail {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

Result<TrailReader> TrailReader::Open(const std::string& folder,
                                      std::optional<std::string> pinned) {
  std::optional<uint64_t> size_before;
  for (;;) {
    LoadedTrail loaded = TRY(LoadTrail(folder, pinned));
    const bool has_tail =
        loaded.log_end != loaded.log.size() || loaded.checkpoints_end != loaded.checkpoints_size;
    if (!has_tail || WriterIsAlive(folder)) return TrailReader(std::move(loaded));
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

Result<ByteView> TrailReader::ReadLeaf(uint64_t index) const {
  if (index >= size())
    return Error{Code::kNotFound,
                 Filled("the trail has {} entries, and no entry {}",
                        "le journal a {} entrées, et pas d’entrée {}", {size(), index}),
                 {}};
  const LoadedTrail::Place place = loaded_.places[index];
  return base::AsBytes(std::string_view(loaded_.log).substr(place.offset, place.length));
}

Result<Entry> TrailReader::Read(uint64_t index) const {
  const ByteView leaf = TRY(ReadLeaf(index));
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
  entries.reserve(size());
  for (uint64_t i = 0; i < size(); ++i) entries.push_back(TRY(Read(i)));
  return entries;
}

}  // namespace garant::trail

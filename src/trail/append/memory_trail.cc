#include "trail/append/memory_trail.h"

#include "trail/keys/seal.h"

namespace garant::trail {

MemoryTrail::MemoryTrail() : keys_(KeyStore::Generate()) { base::FillRandom(generation_); }

base::Result<uint64_t> MemoryTrail::AppendAll(Drafts& drafts) {
  std::vector<Entry> fresh;
  for (size_t i = 0; i < drafts.size(); ++i) {
    const uint64_t index = entries_.size() + fresh.size();
    LeafWriter leaf;
    TRY(SealLeaf(drafts.At(i), index, generation_, keys_, leaf));
    fresh.push_back(TRY(DecodeEntry(leaf.leaf())));
  }
  const uint64_t first = entries_.size();
  for (Entry& entry : fresh) entries_.push_back(std::move(entry));
  return first;
}

}  // namespace garant::trail

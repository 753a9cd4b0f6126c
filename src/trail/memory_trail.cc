#include "trail/memory_trail.h"

#include "trail/seal.h"

namespace garant::trail {

MemoryTrail::MemoryTrail() : keys_(KeyStore::Generate()) { base::FillRandom(generation_); }

base::Result<uint64_t> MemoryTrail::Append(std::span<const Draft> drafts) {
  std::vector<Entry> fresh;
  for (const Draft& draft : drafts) {
    const uint64_t index = entries_.size() + fresh.size();
    const base::Bytes leaf = TRY(SealLeaf(draft, index, generation_, keys_));
    fresh.push_back(TRY(DecodeEntry(leaf)));
  }
  const uint64_t first = entries_.size();
  for (Entry& entry : fresh) entries_.push_back(std::move(entry));
  return first;
}

}  // namespace garant::trail

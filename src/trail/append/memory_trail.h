#pragma once

#include <vector>

#include "trail/entry/draft.h"
#include "trail/keys/keys.h"

namespace garant::trail {

// An EntrySink without disk, for tests and benchmarks. Entries are sealed and encoded as the real
// one does it, so that what it takes the trail takes.
class MemoryTrail final : public EntrySink {
 public:
  MemoryTrail();
  [[nodiscard]] base::Result<uint64_t> AppendAll(Drafts& drafts) override;
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] KeyRing Keys() const { return KeyRing(keys_); }

 private:
  KeyStore keys_;
  Generation generation_{};
  std::vector<Entry> entries_;
};

}  // namespace garant::trail

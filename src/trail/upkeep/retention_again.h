#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"
#include "trail/store/reader.h"

namespace garant::trail {

// Of entries that are about to be deleted, those that are needed as long as the trail lives
// (docs/formats/retention.md).
class NeededAgain {
 public:
  NeededAgain(const KeyStore& keys, base::Time now) : keys_(&keys), now_(now) {}

  // In their order. An error where what must be kept cannot be opened.
  base::Status Take(base::ByteView leaf);
  // Those which nothing in what remains, from `kept_from` on, stands for.
  [[nodiscard]] base::Result<std::vector<Draft>> Drafts(const TrailReader& reader,
                                                        uint64_t kept_from) const;

 private:
  base::Status TakeAct(const Entry& entry);
  void TakeSource(Entry entry);

  struct Source {
    std::string last;  // outcome
    Entry running;     // the last which says that it is there
  };

  const KeyStore* keys_;
  base::Time now_;
  std::map<RecordId, Entry> tombstones_;
  std::map<HoldId, Entry> holds_;
  std::vector<Draft> acts_;
  std::map<std::string, Source> sources_;
};

}  // namespace garant::trail

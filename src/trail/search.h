#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry.h"
#include "trail/reader.h"
#include "trail/runs.h"

// Finding entries through the runs of their segments (docs/formats/runs.md).
namespace garant::trail {

// One of these values under the key: tokens, or texts.
struct Criterion {
  RunKey key{};
  std::vector<base::Bytes> any_of;
};

enum class SearchOrder : uint8_t { kOldestFirst, kNewestFirst };

struct Search {
  std::vector<Criterion> all_of;
  std::optional<base::Time> since;  // entries from then on …
  std::optional<base::Time> until;  // … and before then
  SearchOrder order = SearchOrder::kOldestFirst;
  std::optional<uint64_t> from;  // the first index to look at, in that order
  size_t most = 100;
};

struct FoundEntries {
  std::vector<Entry> entries;
  std::optional<uint64_t> next;  // where to go on; nothing where all were looked at
};

// Entries are checked as they are read (TrailReader); of what a run leaves out see
// docs/formats/runs.md. kUntrusted where anything does not hold.
[[nodiscard]] base::Result<FoundEntries> Find(const TrailReader& reader, const Search& search);

// Whether an entry has one of the values under each key, and is of that time.
[[nodiscard]] bool Matches(const Entry& entry, const Search& search);

}  // namespace garant::trail

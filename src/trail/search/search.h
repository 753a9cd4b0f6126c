#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry/entry.h"
#include "trail/index/runs.h"
#include "trail/keys/keys.h"
#include "trail/store/reader.h"

// Finding entries through the runs of their segments (docs/formats/runs.md).
namespace garant::trail {

// One of these values under the key: tokens, or texts.
struct Criterion {
  RunKey key{};
  std::vector<base::Bytes> any_of;
  // For each value the times that an entry which has it can be of; empty where that may be any.
  std::vector<TimeSpan> when{};
};

enum class SearchOrder : uint8_t { kOldestFirst, kNewestFirst };

struct Search {
  std::vector<Criterion> all_of;
  std::optional<base::Time> since;  // entries from then on …
  std::optional<base::Time> until;  // … and before then
  std::string source;               // of this one alone; empty for any. No run has it
  SearchOrder order = SearchOrder::kOldestFirst;
  std::optional<uint64_t> from;  // the first index to look at, in that order
  size_t most = 100;
  size_t look_at = SIZE_MAX;  // entries at most, of which fewer may fit
};

struct FoundEntries {
  std::vector<Entry> entries;
  std::optional<uint64_t> next;  // where to go on; nothing where all were looked at
};

// Entries are checked as they are read (TrailReader), and so is what says where they are: a run or
// the times of a segment count only where they lead to what an entry of the tree says of them
// (VouchedSegments). kUntrusted where anything does not hold.
[[nodiscard]] base::Result<FoundEntries> Find(const TrailReader& reader, const Search& search);

// What these are in the trail: their tokens of every epoch that it spans, or of every day whose key
// is there. Empty, which finds nothing, where the person is unknown or every key is gone.
[[nodiscard]] Criterion ByPerson(RunKey key, const Person& person, const TrailReader& reader,
                                 const KeyRing& keys);
[[nodiscard]] Criterion BySession(std::string_view session, const KeyRing& keys);
// kInvalid where this is no trace id: 32 hexadecimal digits.
[[nodiscard]] base::Result<Criterion> ByTrace(std::string_view trace, const KeyRing& keys);
[[nodiscard]] Criterion ByToken(RunKey key, const Token& token);
[[nodiscard]] Criterion ByText(RunKey key, std::string_view text);

// Whether an entry has one of the values under each key, and is of that time and source.
[[nodiscard]] bool Matches(const Entry& entry, const Search& search);

}  // namespace garant::trail

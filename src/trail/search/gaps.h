#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "trail/entry/entry.h"

// What a journey may lack, as far as the trail can tell (docs/formats/reading.md).
namespace garant::trail {

class KeyRing;
class TrailReader;
struct Journey;

enum class GapKind : uint8_t {
  kLost,       // a source told that it lost something then, at most `count`
  kMissing,    // numbers of a source that counts, and that no entry has
  kSilent,     // nothing was heard of a source then, not even a heartbeat
  kUnheard,    // somebody called a part, and sent nothing itself
  kMidnight,   // what went on over midnight UTC has another token there
  kExpired,    // keys that would join more are gone
  kDeleted,    // older entries that may have been of it were deleted as their time had come
  kUnchecked,  // there was too much to look at
};
[[nodiscard]] std::string_view GapKindName(GapKind kind);  // "lost"

struct Gap {
  GapKind kind{};
  std::string source{};
  std::string part{};
  std::optional<base::Time> from{};
  std::optional<base::Time> until{};  // open where it goes on
  uint64_t count = 0;
  std::optional<uint64_t> first{};  // sequence numbers; of what was deleted, entries
  std::optional<uint64_t> last{};
  std::optional<uint64_t> entry{};  // that tells of it
};
[[nodiscard]] base::Text TextOf(const Gap& gap);

// How many events an entry of kind `source` says are lost, at most; 0 where none are, or where it
// is of another kind.
[[nodiscard]] uint64_t LossTold(const Entry& entry);

// How a journey was asked for, which decides what of it can be seen.
enum class JoinedBy : uint8_t {
  kTrace,    // its raw id: over all days whose keys are there
  kSession,  // a visit's raw id: the same, but each of its traces by their tokens
  kEntry,    // a trace's token: of one day
  kVisit,    // a session's token: of one day
};

// Adds to each of these journeys what it may lack; finding them does not, since it takes looking at
// what sources told since long before.
base::Status AddGaps(const TrailReader& reader, const KeyRing& keys, JoinedBy by,
                     std::vector<Journey>& journeys);

// Looks at what the sources told, once, for journeys between two moments.
class GapFinder {
 public:
  [[nodiscard]] static base::Result<GapFinder> Look(const TrailReader& reader, base::Time earliest,
                                                    base::Time latest);
  // Adds the journey's gaps to it.
  base::Status Fill(Journey& journey, JoinedBy by, const KeyRing& keys) const;

 private:
  explicit GapFinder(const TrailReader& reader) : reader_(reader) {}
  void AddTold(Journey& journey, base::Time begin, base::Time end) const;
  void AddSilences(Journey& journey, base::Time begin, base::Time end) const;
  base::Status AddMissing(Journey& journey) const;
  static void AddHoles(Journey& journey, const std::string& source,
                       const std::vector<Entry>& entries);
  base::Status AddDays(Journey& journey, JoinedBy by, const KeyRing& keys, base::Time begin,
                       base::Time end) const;
  void AddDeleted(Journey& journey, JoinedBy by, base::Time begin) const;

  const TrailReader& reader_;
  std::vector<Entry> told_;  // of kind `source`, oldest first
  bool all_ = true;          // that there are, of the time
  // The newest of all entries that were deleted; none where none were.
  std::optional<base::Time> newest_deleted_;
};

}  // namespace garant::trail

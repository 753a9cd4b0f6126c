#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/time.h"
#include "ingest/tally.h"
#include "spool/reader.h"
#include "trail/entry/entry.h"

namespace garant::ingest {

// Whether full logs of the trail are made into segments.
enum class Sealing : uint8_t { kWorks, kFails };

// What the trail has already of each source: a recorder that starts goes on from there.
struct Resumed {
  std::map<spool::RingId, uint64_t> next;                // of rings: the first record not there
  std::map<std::string, uint64_t, std::less<>> taken;    // of lines: the highest number there
  std::map<std::string, std::string, std::less<>> last;  // the last outcome that was told
  std::set<std::string> told;                            // ToldOf each event of a ring
  Sealing sealing = Sealing::kWorks;                     // as it was told last
  Tally tally;

  // In the order of the trail; entries of other services and kinds are passed over.
  void Add(const trail::Entry& entry, std::string_view service, base::Time now);
};

// The observation of it.
constexpr std::string_view kSealingKind = "trail-sealing";

// Names an event of a source, so that it is told once.
[[nodiscard]] std::string ToldOf(std::string_view source, std::string_view outcome, uint64_t next);

}  // namespace garant::ingest

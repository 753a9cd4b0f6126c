#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ingest/request.h"

namespace garant::ingest {

// What each system sent in the last 24 hours, and what of it is known to be lost, for observations
// of kind system-events (docs/formats/ingest.md). Counted by the minute.
class Tally {
 public:
  void AddEvent(std::string_view system, base::Time when);
  // Of a system; of every system where `system` is empty.
  void AddLoss(std::string_view system, uint64_t count, base::Time when);

  // Requests that the guard recorded, of the last 24 hours (observations of kind guard-requests).
  struct Requests {
    uint64_t named = 0;
    uint64_t unnamed = 0;
  };
  void AddRequest(Naming naming, base::Time when);
  [[nodiscard]] Requests RequestsOf(base::Time now);

  struct Counts {
    uint64_t events = 0;
    uint64_t gaps = 0;
  };
  [[nodiscard]] Counts Of(std::string_view system, base::Time now);
  // The systems that sent or lost something, ascending.
  [[nodiscard]] std::set<std::string> Systems() const;

 private:
  void FileFresh();
  using Minutes = std::map<int64_t, Counts>;
  Minutes& Known(std::string_view system);
  std::map<std::string, Minutes, std::less<>> systems_;
  std::map<int64_t, Requests> requests_;
  int64_t minute_ = 0;  // of those that are not among them yet, since most follow each other
  Requests fresh_;
};

}  // namespace garant::ingest

#include "ingest/tally.h"

#include <limits>

namespace garant::ingest {
namespace {

int64_t MinuteOf(base::Time time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

// Of the last 24 hours.
int64_t FirstMinute(base::Time now) { return MinuteOf(now - std::chrono::hours(24)) + 1; }

uint64_t Sum(uint64_t a, uint64_t b) {
  const uint64_t room = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) - a;
  return a + std::min(b, room);
}

}  // namespace

Tally::Minutes& Tally::Known(std::string_view system) {
  const auto found = systems_.find(system);
  return found != systems_.end() ? found->second : systems_[std::string(system)];
}

void Tally::AddEvent(std::string_view system, base::Time when) {
  ++Known(system)[MinuteOf(when)].events;
}

void Tally::AddLoss(std::string_view system, uint64_t count, base::Time when) {
  if (count == 0) return;
  uint64_t& gaps = Known(system)[MinuteOf(when)].gaps;
  gaps = Sum(gaps, count);
}

Tally::Counts Tally::Of(std::string_view system, base::Time now) {
  const int64_t first = FirstMinute(now);
  Counts counts;
  const auto add = [&](std::string_view of, bool events) {
    const auto found = systems_.find(of);
    if (found == systems_.end()) return;
    found->second.erase(found->second.begin(), found->second.lower_bound(first));
    for (const auto& [minute, in] : found->second) {
      if (events) counts.events = Sum(counts.events, in.events);
      counts.gaps = Sum(counts.gaps, in.gaps);
    }
  };
  add(system, true);
  if (!system.empty()) add("", false);
  return counts;
}

void Tally::AddRequest(Naming naming, base::Time when) {
  if (naming == Naming::kOther) return;
  if (const int64_t minute = MinuteOf(when); minute != minute_) {
    FileFresh();
    minute_ = minute;
  }
  ++(naming == Naming::kNamed ? fresh_.named : fresh_.unnamed);
}

void Tally::FileFresh() {
  Requests& of_minute = requests_[minute_];
  of_minute.named = Sum(of_minute.named, fresh_.named);
  of_minute.unnamed = Sum(of_minute.unnamed, fresh_.unnamed);
  fresh_ = {};
}

Tally::Requests Tally::RequestsOf(base::Time now) {
  FileFresh();
  requests_.erase(requests_.begin(), requests_.lower_bound(FirstMinute(now)));
  Requests all;
  for (const auto& [minute, in] : requests_) {
    all.named = Sum(all.named, in.named);
    all.unnamed = Sum(all.unnamed, in.unnamed);
  }
  return all;
}

std::set<std::string> Tally::Systems() const {
  std::set<std::string> names;
  for (const auto& [name, minutes] : systems_)
    if (!name.empty()) names.insert(name);
  return names;
}

}  // namespace garant::ingest

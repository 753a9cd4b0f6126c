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

void Tally::AddRequests(const Requests& requests, base::Time when) {
  if (requests.named == 0 && requests.unnamed == 0) return;
  Requests& minute = requests_[MinuteOf(when)];
  minute.named = Sum(minute.named, requests.named);
  minute.unnamed = Sum(minute.unnamed, requests.unnamed);
}

Tally::Requests Tally::RequestsOf(base::Time now) {
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

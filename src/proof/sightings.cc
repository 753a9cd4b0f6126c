#include "proof/sightings.h"

#include <algorithm>

#include "trail/observation_kinds.h"

namespace garant::proof {

using expr::Origin;
using expr::Unknown;
using expr::Value;
using expr::World;

namespace {

Origin OriginOf(const trail::Observation& observation) {
  return {.world = World::kObserved, .entry = observation.entry};
}

// Seconds as a moment; one beyond the calendar is its end: a certificate may run to the year 9999.
base::Time MomentAt(int64_t seconds) {
  constexpr int64_t kLast =
      std::chrono::floor<std::chrono::seconds>(base::Time::max().time_since_epoch()).count();
  return base::Time{std::chrono::seconds{std::clamp(seconds, -kLast, kLast)}};
}

Value FactToValue(const trail::Fact& fact, expr::Kind wanted, const Origin& origin,
                  expr::Arena& arena) {
  if (const auto* truth = std::get_if<bool>(&fact.value)) return Value::Bool(*truth, origin);
  if (const auto* number = std::get_if<int64_t>(&fact.value)) {
    if (wanted == expr::Kind::kTime)
      return Value::Time(MomentAt(*number), origin);
    return Value::Int(*number, origin);
  }
  if (const auto* text = std::get_if<std::string>(&fact.value)) return Value::Text(*text, origin);
  std::vector<Value> items;
  for (const std::string& text : std::get<std::vector<std::string>>(fact.value))
    items.push_back(Value::Text(text, origin));
  return Value::Of(arena.Keep(std::move(items)), origin);
}

}  // namespace

Sightings::Sightings(std::span<const trail::Observation> observations, base::Time as_of, bool trial,
                     bool every_observer, expr::Arena& arena)
    : arena_(arena) {
  for (const trail::ObservationKind& kind : trail::ObservationKinds())
    kinds_[kind.name].observer = every_observer || !kind.observer.empty();
  for (const trail::Observation& observation : observations) {
    const trail::ObservationKind* kind = trail::FindObservationKind(observation.kind);
    if (kind == nullptr || observation.time > as_of) continue;
    OfKind& of_kind = kinds_[kind->name];
    if (!of_kind.observer) continue;
    if (kind->needs_outside && !trial && observation.vantage != trail::Vantage::kOutside) {
      of_kind.from_loopback_only = true;
      continue;
    }
    const trail::Observation*& latest = of_kind.latest[observation.subject].observation;
    // Of two at one moment the later entry counts, so that the order of reading does not.
    if (latest == nullptr || latest->time < observation.time ||
        (latest->time == observation.time && latest->entry <= observation.entry))
      latest = &observation;
  }
  const Types& types = Types::Get();
  for (auto& [name, of_kind] : kinds_)
    for (auto& [subject, seen] : of_kind.latest)
      seen.value = ToValue(*seen.observation, types.Kind(name));
}

Value Sightings::ToValue(const trail::Observation& observation, const expr::RecordType* type) {
  const Origin origin = OriginOf(observation);
  std::vector<Value> fields = {Value::Text(observation.subject, origin),
                               Value::Text(trail::VantageName(observation.vantage), origin),
                               Value::Time(observation.time, origin),
                               Value::Text(observation.method, origin),
                               Value::Int(observation.version, origin),
                               Value::Int(static_cast<int64_t>(observation.numerator), origin),
                               Value::Int(static_cast<int64_t>(observation.denominator), origin)};
  // An attribute that this look did not yield is unknown: it was not seen, which is not "false".
  fields.resize(type->fields.size(),
                Value::UnknownFor(Unknown::kNeverObserved, type->name, origin));
  for (const trail::Fact& fact : observation.facts)
    if (const int slot = type->Find(fact.name); slot >= 0) {
      const auto at = static_cast<size_t>(slot);
      fields[at] = FactToValue(fact, type->fields[at].type.kind, origin, arena_);
    }
  return Value::Of(arena_.Keep(type, std::move(fields), observation.time), origin);
}

const Sightings::OfKind* Sightings::Find(std::string_view kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? nullptr : &found->second;
}

const std::map<std::string_view, Sightings::Seen>& Sightings::Of(std::string_view kind) const {
  static const std::map<std::string_view, Seen> kNone;
  const OfKind* of_kind = Find(kind);
  return of_kind == nullptr ? kNone : of_kind->latest;
}

Value Sightings::Missing(std::string_view kind) const {
  const OfKind* of_kind = Find(kind);
  const std::string_view name = trail::FindObservationKind(kind)->name;
  if (of_kind == nullptr || !of_kind->observer)
    return Value::UnknownFor(Unknown::kNoObserver, name);
  return Value::UnknownFor(
      of_kind->from_loopback_only ? Unknown::kLoopbackOnly : Unknown::kNeverObserved, name);
}

Value Sightings::Latest(std::string_view kind, std::string_view subject) const {
  const auto& latest = Of(kind);
  const auto found = latest.find(subject);
  return found == latest.end() ? Missing(kind) : found->second.value;
}

Value Sightings::List(std::string_view kind) const {
  const auto& latest = Of(kind);
  if (latest.empty()) return Missing(kind);
  std::vector<Value> items;
  for (const auto& [subject, seen] : latest) items.push_back(seen.value);
  const Origin origin = items.front().origin();
  return Value::Of(arena_.Keep(std::move(items)), origin);
}

const trail::Observation* Sightings::LatestCrawl() const {
  const trail::Observation* crawl = nullptr;
  for (const auto& [subject, seen] : Of("crawl"))
    if (crawl == nullptr || seen.observation->time > crawl->time) crawl = seen.observation;
  return crawl;
}

}  // namespace garant::proof

#include "proof/sightings.h"

#include <algorithm>
#include <set>

#include "proof/declared.h"
#include "service/whereabouts.h"
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
    if (wanted == expr::Kind::kTime) return Value::Time(MomentAt(*number), origin);
    return Value::Int(*number, origin);
  }
  if (const auto* text = std::get_if<std::string>(&fact.value)) return Value::Text(*text, origin);
  std::vector<Value> items;
  for (const std::string& text : std::get<std::vector<std::string>>(fact.value))
    items.push_back(Value::Text(text, origin));
  return Value::Of(arena.Keep(std::move(items)), origin);
}

// Which looks at host:port are looks at the declared service, and which runs were not.
class OwnAddress {
 public:
  OwnAddress(const service::Model& model, std::span<const trail::Observation> observations)
      : trial_(model.trial()) {
    const std::string_view url = service::PublicUrl(model);
    if (trial_) return;
    const std::string declaration = base::FormatDigest(service::DigestOfWhereabouts(model));
    for (const trail::Observation& one : observations)
      if (one.kind == kRun && DeclarationOf(one) != declaration) other_runs_.insert(one.time);
    const size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return;
    std::string_view authority = url.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const size_t colon = authority.rfind(':');
    const bool named =
        colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
    host_ = authority.substr(0, named ? colon : std::string_view::npos);
    std::ranges::transform(host_, host_.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    port_ = named ? authority.substr(colon + 1) : url.starts_with("https") ? "443" : "80";
    for (const trail::Observation& one : observations)
      if (one.kind == kRun && !Has(one.subject)) foreign_runs_.insert(one.time);
  }

  // Whether it was seen by a run that looked where another declaration said.
  [[nodiscard]] bool Elsewhere(const trail::Observation& one,
                               const trail::ObservationKind& kind) const {
    return kind.observer == Prober() && other_runs_.contains(one.time);
  }

  // Whether what was observed may say something about the declared service.
  [[nodiscard]] bool Counts(const trail::Observation& one,
                            const trail::ObservationKind& kind) const {
    if (trial_) return true;
    if (one.method.ends_with(trail::kTrialMark)) return false;
    if (kind.subject.starts_with("host:port") && !Has(one.subject)) return false;
    return kind.observer != Prober() || !foreign_runs_.contains(one.time);
  }

 private:
  static constexpr std::string_view kRun = "crawl";
  static std::string_view Prober() { return trail::FindObservationKind(kRun)->observer; }

  static std::string_view DeclarationOf(const trail::Observation& run) {
    const auto found = std::ranges::find(run.facts, "declaration", &trail::Fact::name);
    const auto* digest =
        found == run.facts.end() ? nullptr : std::get_if<std::string>(&found->value);
    return digest == nullptr ? std::string_view{} : *digest;
  }

  [[nodiscard]] bool Has(std::string_view subject) const {
    const auto usual = [](std::string_view port) { return port == "443" || port == "80"; };
    subject = subject.substr(0, subject.find('@'));
    const size_t colon = subject.rfind(':');
    if (host_.empty() || colon == std::string_view::npos || subject.substr(0, colon) != host_)
      return false;
    const std::string_view port = subject.substr(colon + 1);
    return port == port_ || (usual(port) && usual(port_));
  }

  bool trial_;
  std::string host_;
  std::string port_;
  std::set<base::Time> foreign_runs_;  // at another address
  std::set<base::Time> other_runs_;    // under another declaration
};

}  // namespace

Sightings::Sightings(std::span<const trail::Observation> observations, base::Time as_of,
                     const service::Model& model, bool every_observer, expr::Arena& arena)
    : arena_(arena) {
  const bool trial = model.trial();
  const OwnAddress own(model, observations);
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
    if (!own.Counts(observation, *kind)) continue;
    if (own.Elsewhere(observation, *kind)) {
      of_kind.elsewhere_only = true;
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
  return Value::UnknownFor(of_kind->elsewhere_only       ? Unknown::kElsewhere
                           : of_kind->from_loopback_only ? Unknown::kLoopbackOnly
                                                         : Unknown::kNeverObserved,
                           name);
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

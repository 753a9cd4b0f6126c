#include "proof/sightings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

#include "proof/declared.h"
#include "service/whereabouts.h"
#include "trail/entry/observation_kinds.h"

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

std::optional<size_t> IndexOf(std::string_view kind) {
  static const auto& kIndices = *[] {
    auto* indices = new std::unordered_map<std::string_view, size_t>;
    for (const trail::ObservationKind& known : trail::ObservationKinds())
      indices->emplace(known.name, indices->size());
    return indices;
  }();
  const auto found = kIndices.find(kind);
  return found == kIndices.end() ? std::nullopt : std::optional(found->second);
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
  static std::string_view Prober() { return trail::ObservationKinds()[Kind<"crawl">()].observer; }

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
    : arena_(arena), kinds_(trail::ObservationKinds().size()) {
  const bool trial = model.trial();
  const OwnAddress own(model, observations);
  const auto known = trail::ObservationKinds();
  for (size_t kind = 0; kind < known.size(); ++kind)
    kinds_[kind].observer = every_observer || !known[kind].observer.empty();
  std::vector<Counted> counted;
  counted.reserve(observations.size());
  std::optional<size_t> kind;
  std::string_view kind_name;  // mostly the next is of the same kind
  for (const trail::Observation& observation : observations) {
    if (observation.kind != kind_name) {
      kind_name = observation.kind;
      kind = IndexOf(kind_name);
    }
    if (!kind || observation.time > as_of) continue;
    OfKind& of_kind = kinds_[*kind];
    if (!of_kind.observer) continue;
    if (known[*kind].needs_outside && !trial && observation.vantage != trail::Vantage::kOutside) {
      of_kind.from_loopback_only = true;
      of_kind.left_out.push_back(observation.time);
      continue;
    }
    if (!own.Counts(observation, known[*kind])) continue;
    if (own.Elsewhere(observation, known[*kind])) {
      of_kind.elsewhere_only = true;
      continue;
    }
    ++of_kind.count;
    counted.push_back({&observation, *kind});
    __builtin_prefetch(observation.facts.data());  // read in KeepLatest, when all are counted
  }
  KeepLatest(counted);
}

// Sorts kind by kind and keeps, of each subject, the latest.
void Sightings::KeepLatest(std::span<const Counted> counted) {
  std::vector<const trail::Observation*> sorted(counted.size());
  size_t begin = 0;
  for (OfKind& kind : kinds_) {
    kind.begin = begin;
    begin += kind.count;
    kind.count = 0;
  }
  for (const Counted& one : counted)
    sorted[kinds_[one.kind].begin + kinds_[one.kind].count++] = one.observation;
  latest_.reserve(counted.size());
  for (size_t number = 0; number < kinds_.size(); ++number) {
    OfKind& kind = kinds_[number];
    const auto of_kind = std::span(sorted).subspan(kind.begin, kind.count);
    // Of two at one moment the later entry counts, so that the order of reading does not; it does
    // where there is no entry yet. Places are compared last because sorting in place is quicker
    // than sorting stably.
    std::ranges::sort(of_kind, [](const auto* a, const auto* b) {
      if (const int order = a->subject.compare(b->subject); order != 0) return order < 0;
      if (a->time != b->time) return a->time < b->time;
      return a->entry != b->entry ? a->entry < b->entry : std::less<>{}(a, b);
    });
    kind.begin = latest_.size();
    for (size_t i = 0; i < of_kind.size(); ++i) {
      if (i + 1 < of_kind.size() && of_kind[i + 1]->subject == of_kind[i]->subject) continue;
      latest_.push_back({of_kind[i]->subject,
                         {of_kind[i], ToValue(*of_kind[i], Types::Get().kind_types[number])}});
    }
    kind.count = latest_.size() - kind.begin;
  }
}

Value Sightings::ToValue(const trail::Observation& observation, const expr::RecordType* type) {
  const Origin origin = OriginOf(observation);
  const std::array common = {Value::Text(observation.subject, origin),
                             Value::Text(trail::VantageName(observation.vantage), origin),
                             Value::Time(observation.time, origin),
                             Value::Text(observation.method, origin),
                             Value::Int(observation.version, origin),
                             Value::Int(static_cast<int64_t>(observation.numerator), origin),
                             Value::Int(static_cast<int64_t>(observation.denominator), origin)};
  const std::span<Value> fields = arena_.Values(type->fields.size());
  std::ranges::copy(common, fields.begin());
  size_t next = common.size();  // facts mostly come in the order of the type
  size_t filled = next;
  // An attribute that this look did not yield is unknown: it was not seen, which is not "false".
  const auto fill = [&](size_t end) {
    for (; filled < end; ++filled)
      fields[filled] = Value::UnknownFor(Unknown::kNeverObserved, type->name, origin);
  };
  for (const trail::Fact& fact : observation.facts) {
    size_t slot = next;
    if (slot >= fields.size() || type->fields[slot].name != fact.name) {
      const int found = type->Find(fact.name);
      if (found < 0) continue;
      slot = static_cast<size_t>(found);
    }
    fill(slot);
    fields[slot] = FactToValue(fact, type->fields[slot].type.kind, origin, arena_);
    next = slot + 1;
    filled = std::max(filled, next);
  }
  fill(fields.size());
  return Value::Of(arena_.RecordOver(type, fields, observation.time), origin);
}

std::span<const Sightings::OfSubject> Sightings::Of(size_t kind) const {
  return std::span(latest_).subspan(kinds_[kind].begin, kinds_[kind].count);
}

const Sightings::OfSubject* Sightings::Find(size_t kind, std::string_view subject) const {
  const auto latest = Of(kind);
  const auto found = std::ranges::lower_bound(latest, subject, {}, &OfSubject::first);
  return found == latest.end() || found->first != subject ? nullptr : &*found;
}

Value Sightings::Missing(size_t kind) const {
  const std::string_view name = trail::ObservationKinds()[kind].name;
  if (!kinds_[kind].observer) return Value::UnknownFor(Unknown::kNoObserver, name);
  return Value::UnknownFor(kinds_[kind].elsewhere_only       ? Unknown::kElsewhere
                           : kinds_[kind].from_loopback_only ? Unknown::kLoopbackOnly
                                                             : Unknown::kNeverObserved,
                           name);
}

bool Sightings::LeftOut(size_t kind, base::Time at) const {
  return std::ranges::find(kinds_[kind].left_out, at) != kinds_[kind].left_out.end();
}

Value Sightings::Latest(size_t kind, std::string_view subject) const {
  const OfSubject* found = Find(kind, subject);
  return found == nullptr ? Missing(kind) : found->second.value;
}

Value Sightings::List(size_t kind) const {
  const auto latest = Of(kind);
  if (latest.empty()) return Missing(kind);
  const std::span<Value> items = arena_.Values(latest.size());
  for (size_t i = 0; i < latest.size(); ++i) items[i] = latest[i].second.value;
  return Value::Of(arena_.ListOver(items), items.front().origin());
}

const trail::Observation* Sightings::LatestCrawl() const {
  const trail::Observation* crawl = nullptr;
  for (const auto& [subject, seen] : Of(Kind<"crawl">()))
    if (crawl == nullptr || seen.observation->time > crawl->time) crawl = seen.observation;
  return crawl;
}

}  // namespace garant::proof

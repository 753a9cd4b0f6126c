#include "proof/facts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <optional>
#include <unordered_map>

#include "proof/declared.h"
#include "proof/fact_types.h"
#include "proof/join.h"
#include "proof/sightings.h"

namespace garant::proof {

using expr::Origin;
using expr::Record;
using expr::Value;
using expr::World;

namespace {

enum ActSlot : uint16_t { kKind = 1, kHere = 3, kCurrent = 10 };

// Sections of the service file as bits, as in standard::Item; all of them is more than every one
// that has a name. By a name that is no section an act covers nothing.
uint64_t SectionBits(const std::vector<std::string>& sections) {
  static const auto& kBits = *[] {
    auto* bits = new std::unordered_map<std::string_view, uint64_t>;
    const auto& fields = Types::Get().root.fields;
    assert(fields.size() < 63);
    for (size_t slot = 0; slot < fields.size(); ++slot)
      bits->emplace(fields[slot].name, uint64_t{1} << slot);
    return bits;
  }();
  if (sections.empty()) return ~uint64_t{0};
  uint64_t bits = 0;
  for (const std::string& section : sections) {
    const auto known = kBits.find(section);
    bits |= known == kBits.end() ? 0 : known->second;
  }
  return bits;
}

// What ids of items mostly differ in, as a number: only where it is the same need they be compared.
uint64_t EndOf(std::string_view id) {
  std::array<char, sizeof(uint64_t)> end{};
  const size_t size = std::min(id.size(), end.size());
  std::copy_n(id.end() - static_cast<ptrdiff_t>(size), size, end.begin());
  return std::bit_cast<uint64_t>(end);
}

constexpr std::string_view kWholeService = "-";  // of an act that is of no one item

Value OrAbsent(std::string_view text, const Origin& origin) {
  return text.empty() ? Value::Absent(origin) : Value::Text(text, origin);
}

}  // namespace

bool IsCurrent(const Act& act, const standard::Item& item) {
  if (!act.unchanged) return false;
  if (act.covers.empty()) return true;    // all sections
  if (item.covers.empty()) return false;  // the item is about all of them
  return std::all_of(item.covers.begin(), item.covers.end(), [&](const std::string& section) {
    return std::find(act.covers.begin(), act.covers.end(), section) != act.covers.end();
  });
}

struct ServiceFacts::State {
  const service::Model* model = nullptr;
  expr::Arena arena;
  std::span<const Act> acts;
  std::vector<const Act*> excuses;
  std::vector<std::string_view> jurisdictions;

  // The root and what changes with the item: patched in place, since only a few values differ.
  std::vector<Value> root_fields;
  Record root_record;
  Value root;
  // Of an act that counts.
  struct Counting {
    const Act* act = nullptr;
    std::span<Value> fields;
  };
  std::vector<Counting> counting;  // in the order of acts
  // Acts that were signed over the same sections are current for the same items.
  struct Coverage {
    uint64_t sections = 0;  // SectionBits; none where what it was signed over has changed
    bool current = false;
    std::vector<size_t> acts;  // indices in counting
  };
  std::vector<Coverage> coverages;
  std::optional<uint64_t> current_for;  // the sections for which they say so now
  struct AtItem {
    uint64_t end = 0;  // EndOf its item
    size_t act = 0;    // index in counting
  };
  std::vector<AtItem> at_items;  // acts of one item
  std::vector<size_t> here;      // those of them that say so now
  std::array<Value, 3> item_fields;
  Record item_record;
  size_t item_slot = 0;

  Value MakeActs();
  std::span<Value> MakeAct(const Act& act, std::span<const Act* const> approvals);
  const expr::Groups* GroupByKind(std::span<const Value> values);
  void Say(size_t act, size_t slot, bool truth);
  void SetCurrent(uint64_t wanted);
  void SetHere(std::string_view item);
  Value Equivalents(const standard::Item& item);
};

std::span<Value> ServiceFacts::State::MakeAct(const Act& act,
                                              std::span<const Act* const> approvals) {
  const Origin at = {.world = World::kActed, .entry = act.entry};
  const std::span<Value> with = arena.Values(act.with_roles.size());
  for (size_t i = 0; i < with.size(); ++i) with[i] = Value::Text(act.with_roles[i], at);
  // Whoever signed it, or signed an approval of it, in which role.
  std::span<const Act* const> approved;
  if (!act.approved_by.empty())
    approved = std::ranges::equal_range(
        approvals, act.id, {}, [](const Act* one) -> const std::string& { return one->of; });
  const std::span<Value> signers = arena.Values(approved.size() + 1);
  const std::span<Value> roles = arena.Values(approved.size() + 1);
  signers[0] = Value::Text(act.by, at);
  roles[0] = Value::Text(act.role, at);
  for (size_t i = 0; i < approved.size(); ++i) {
    const Origin by = {.world = World::kActed, .entry = approved[i]->entry};
    signers[i + 1] = Value::Text(approved[i]->by, by);
    roles[i + 1] = Value::Text(approved[i]->role, by);
  }
  const bool others_met = std::ranges::any_of(
      act.with_roles, [&](const std::string& role) { return role != act.role; });
  const std::array fields = {
      Value::Text(act.id, at),
      Value::Text(act.kind, at),
      Value::Text(act.item, at),
      Value::Bool(act.item == kWholeService, at),
      Value::Text(act.by, at),
      Value::Text(act.role, at),
      OrAbsent(act.team, at),
      Value::Time(act.at, at),
      Value::Time(act.expires, at),
      Value::Text(act.statement, at),
      Value::Bool(false, at),
      Value::Bool(!act.approved_by.empty(), at),
      Value::Of(arena.ListOver(with), at),
      OrAbsent(act.of, at),
      OrAbsent(act.document, at),
      OrAbsent(act.issuer, at),
      act.dated == base::Time{} ? Value::Absent(at) : Value::Time(act.dated, at),
      Value::Time(act.recorded, at),
      Value::Bool(others_met, at),
      Value::Of(arena.ListOver(signers), at),
      Value::Of(arena.ListOver(roles), at)};
  const std::span<Value> room = arena.Values(fields.size());
  std::ranges::copy(fields, room.begin());
  return room;
}

Value ServiceFacts::State::MakeActs() {
  std::vector<const Act*> approvals;
  for (const Act& act : acts) {
    if (act.kind == "excuse") excuses.push_back(&act);
    if (act.kind == "approval" && act.standing == Standing::kCounts && act.unchanged)
      approvals.push_back(&act);
  }
  std::ranges::stable_sort(approvals, {}, &Act::of);
  for (const Act& act : acts)
    if (act.standing == Standing::kCounts) {
      if (act.item != kWholeService) at_items.push_back({EndOf(act.item), counting.size()});
      const uint64_t sections = act.unchanged ? SectionBits(act.covers) : 0;
      auto coverage = std::ranges::find(coverages, sections, &Coverage::sections);
      if (coverage == coverages.end())
        coverage = coverages.insert(coverage, {.sections = sections, .current = false, .acts = {}});
      coverage->acts.push_back(counting.size());
      counting.push_back({.act = &act, .fields = MakeAct(act, approvals)});
    }
  const std::span<Value> values = arena.Values(counting.size());
  for (size_t i = 0; i < counting.size(); ++i)
    values[i] = Value::Of(arena.RecordOver(&Types::Get().act, counting[i].fields),
                          {.world = World::kActed, .entry = counting[i].act->entry});
  return Value::Of(arena.ListOver(values, GroupByKind(values)));
}

const expr::Groups* ServiceFacts::State::GroupByKind(std::span<const Value> values) {
  const std::span<Value> room = arena.Values(values.size());
  size_t filled = 0;
  std::vector<expr::Group> groups;
  groups.reserve(Types::Get().act.fields[kKind].allowed.size());
  for (const Value& act : values) {
    const std::string_view kind = act.record().fields[kKind].text();
    if (std::ranges::find(groups, kind, &expr::Group::text) != groups.end()) continue;
    const size_t begin = filled;
    for (const Value& one : values)
      if (one.record().fields[kKind].text() == kind) room[filled++] = one;
    groups.push_back({kind, room.subspan(begin, filled - begin)});
  }
  return arena.Keep(kKind, groups);
}

void ServiceFacts::State::Say(size_t act, size_t slot, bool truth) {
  Value& value = counting[act].fields[slot];
  value = Value::Bool(truth, value.origin());
}

void ServiceFacts::State::SetCurrent(uint64_t wanted) {
  if (wanted == current_for) return;
  current_for = wanted;
  for (Coverage& coverage : coverages) {
    const bool current = (wanted & ~coverage.sections) == 0;  // as IsCurrent
    if (current == coverage.current) continue;
    coverage.current = current;
    for (const size_t i : coverage.acts) Say(i, kCurrent, current);
  }
}

void ServiceFacts::State::SetHere(std::string_view item) {
  for (const size_t i : here) Say(i, kHere, false);
  here.clear();
  const uint64_t end = EndOf(item);
  for (const AtItem& one : at_items)
    if (one.end == end && counting[one.act].act->item == item) here.push_back(one.act);
  for (const size_t i : here) Say(i, kHere, true);
}

Value ServiceFacts::State::Equivalents(const standard::Item& item) {
  const Types& types = Types::Get();
  static constexpr expr::List kNone{};
  if (item.equivalents.empty()) return Value::Of(&kNone);
  std::vector<Value> items;
  for (const standard::Equivalent& equivalent : item.equivalents) {
    if (std::find(jurisdictions.begin(), jurisdictions.end(), equivalent.jurisdiction) ==
        jurisdictions.end())
      continue;
    const Value name = Value::Of(arena.Keep(
        &types.text, {Value::Text(equivalent.name.en), Value::Text(equivalent.name.fr)}));
    items.push_back(
        Value::Of(arena.Keep(&types.equivalent, {Value::Text(equivalent.jurisdiction), name})));
  }
  return Value::Of(arena.Keep(std::move(items)));
}

ServiceFacts::ServiceFacts(const service::Model& model, const Evidence& evidence)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  const Types& types = Types::Get();
  model.Prefetch();
  state.model = &model;
  state.acts = evidence.acts;
  for (const Value& code : Each(Get<"jurisdictions">(Get<"service">(model.root()))))
    state.jurisdictions.push_back(TextOf(code));

  const Sightings sightings(evidence.observations, evidence.as_of, model, evidence.every_observer,
                            state.arena);
  const Inputs inputs{model.root(), sightings, state.acts, state.arena};

  const auto declared = model.root().record().fields;
  state.root_fields.assign(declared.begin(), declared.end());
  state.item_slot = state.root_fields.size();
  state.root_fields.emplace_back();  // item
  state.root_fields.emplace_back();  // equivalents
  state.root_fields.push_back(state.MakeActs());
  const std::span<Value> observed = state.arena.Values(types.observed.fields.size());
  for (size_t kind = 0; kind < observed.size(); ++kind) observed[kind] = sightings.List(kind);
  state.root_fields.push_back(Value::Of(state.arena.RecordOver(&types.observed, observed)));
  state.root_fields.push_back(JoinWeb(inputs));
  state.root_fields.push_back(JoinParts(inputs));
  state.root_record = {.type = &types.root, .fields = state.root_fields, .time = {}};
  state.root = Value::Of(&state.root_record);
}

ServiceFacts::ServiceFacts(ServiceFacts&&) noexcept = default;
ServiceFacts::~ServiceFacts() = default;

const service::Model& ServiceFacts::model() const { return *state_->model; }
std::span<const Act> ServiceFacts::acts() const { return state_->acts; }
std::span<const Act* const> ServiceFacts::excuses() const { return state_->excuses; }

bool ServiceFacts::HasEquivalent(const standard::Item& item) const {
  const auto& here = state_->jurisdictions;
  return std::any_of(item.equivalents.begin(), item.equivalents.end(), [&](const auto& equivalent) {
    return std::find(here.begin(), here.end(), equivalent.jurisdiction) != here.end();
  });
}

const Value& ServiceFacts::Root() const { return state_->root; }

const Value& ServiceFacts::RootFor(const standard::Item& item) const {
  State& state = *state_;
  state.item_fields = {Value::Text(item.id), Value::Text(standard::StageName(item.stage)),
                       Value::Text(item.source)};
  state.item_record = {.type = &Types::Get().item, .fields = state.item_fields, .time = {}};
  state.root_fields[state.item_slot] = Value::Of(&state.item_record);
  state.root_fields[state.item_slot + 1] = state.Equivalents(item);
  state.SetCurrent(item.sections);
  state.SetHere(item.id);
  return state.root;
}

}  // namespace garant::proof

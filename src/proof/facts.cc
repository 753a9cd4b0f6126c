#include "proof/facts.h"

#include <algorithm>
#include <array>
#include <cassert>

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

enum ActSlot : size_t { kHere = 3, kCurrent = 10 };

// Sections of the service file as bits; all of them is more than every one that has a name.
// `unknown` stands for a name that is no section: an act covers nothing by it, and no act covers
// it.
constexpr uint64_t kNoSection = uint64_t{1} << 63U;
uint64_t SectionBits(const std::vector<std::string>& sections, uint64_t unknown) {
  if (sections.empty()) return ~uint64_t{0};
  uint64_t bits = 0;
  for (const std::string& section : sections) {
    const int slot = Types::Get().root.Find(section);
    assert(slot < 63);
    bits |= slot < 0 ? unknown : uint64_t{1} << static_cast<unsigned>(slot);
  }
  return bits;
}

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
  std::vector<Act> acts;
  std::vector<std::string> jurisdictions;

  // The root and what changes with the item: patched in place, since only a few values differ.
  std::vector<Value> root_fields;
  Record root_record;
  Value root;
  std::vector<const Act*> counting;
  std::vector<uint64_t> act_covers;  // SectionBits of each
  std::vector<std::vector<Value>> act_fields;
  std::vector<Record> act_records;
  std::vector<Value> act_values;
  expr::List act_list;
  std::array<Value, 3> item_fields;
  Record item_record;
  size_t item_slot = 0;

  void MakeActs();
  Value Equivalents(const standard::Item& item);
};

void ServiceFacts::State::MakeActs() {
  const Types& types = Types::Get();
  for (const Act& act : acts)
    if (act.standing == Standing::kCounts) counting.push_back(&act);
  act_records.resize(counting.size());
  for (size_t i = 0; i < counting.size(); ++i) {
    const Act& act = *counting[i];
    act_covers.push_back(SectionBits(act.covers, 0));
    const Origin at = {.world = World::kActed, .entry = act.entry};
    std::vector<Value> with;
    for (const std::string& role : act.with_roles) with.push_back(Value::Text(role, at));
    act_fields.push_back(
        {Value::Text(act.id, at), Value::Text(act.kind, at), Value::Text(act.item, at),
         Value::Bool(false, at), Value::Text(act.by, at), Value::Text(act.role, at),
         OrAbsent(act.team, at), Value::Time(act.at, at), Value::Time(act.expires, at),
         Value::Text(act.statement, at), Value::Bool(false, at),
         Value::Bool(!act.approved_by.empty(), at), Value::Of(arena.Keep(std::move(with)), at),
         OrAbsent(act.of, at), OrAbsent(act.document, at), OrAbsent(act.issuer, at),
         act.dated == base::Time{} ? Value::Absent(at) : Value::Time(act.dated, at),
         Value::Time(act.recorded, at)});
    act_records[i] = {.type = &types.act, .fields = act_fields.back(), .time = {}};
    act_values.push_back(Value::Of(&act_records[i], at));
  }
  act_list = {act_values};
}

Value ServiceFacts::State::Equivalents(const standard::Item& item) {
  const Types& types = Types::Get();
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
  state.model = &model;
  state.acts.assign(evidence.acts.begin(), evidence.acts.end());
  state.MakeActs();
  for (const Value& code : Each(Get(Get(model.root(), "service"), "jurisdictions")))
    state.jurisdictions.emplace_back(TextOf(code));

  const Sightings sightings(evidence.observations, evidence.as_of, model, evidence.every_observer,
                            state.arena);
  const Inputs inputs{model.root(), sightings, state.acts, state.arena};

  const auto declared = model.root().record().fields;
  state.root_fields.assign(declared.begin(), declared.end());
  state.item_slot = state.root_fields.size();
  state.root_fields.emplace_back();  // item
  state.root_fields.emplace_back();  // equivalents
  state.root_fields.push_back(Value::Of(&state.act_list));
  std::vector<Value> observed;
  for (const expr::FieldType& kind : types.observed.fields)
    observed.push_back(sightings.List(kind.name));
  state.root_fields.push_back(Value::Of(state.arena.Keep(&types.observed, std::move(observed))));
  state.root_fields.push_back(JoinWeb(inputs));
  state.root_fields.push_back(JoinParts(inputs));
  state.root_record = {.type = &types.root, .fields = state.root_fields, .time = {}};
  state.root = Value::Of(&state.root_record);
}

ServiceFacts::ServiceFacts(ServiceFacts&&) noexcept = default;
ServiceFacts::~ServiceFacts() = default;

const service::Model& ServiceFacts::model() const { return *state_->model; }
std::span<const Act> ServiceFacts::acts() const { return state_->acts; }

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
  const uint64_t about = SectionBits(item.covers, kNoSection);
  for (size_t i = 0; i < state.counting.size(); ++i) {
    const Act& act = *state.counting[i];
    const bool current = act.unchanged && (about & ~state.act_covers[i]) == 0;  // as IsCurrent
    std::vector<Value>& fields = state.act_fields[i];
    const Origin at = fields[0].origin();
    fields[kHere] = Value::Bool(act.item == item.id || act.item == "-", at);
    fields[kCurrent] = Value::Bool(current, at);
  }
  return state.root;
}

}  // namespace garant::proof

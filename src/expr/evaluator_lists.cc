#include "expr/evaluator.h"

// What reads whole lists: `has`, quantifiers, `count`, `latest` and lists written in the
// expression.
namespace garant::expr {
namespace {

std::string_view ListName(const Program& program, const Step& node) {
  return program.Written(program.nodes[node.a]);
}

// What the test says of a field's value; neither of one that is absent, unknown or of another kind
// than its type says: the walk decides.
enum class Says : uint8_t { kHolds, kFails, kNeither };
[[gnu::always_inline]] inline Says Ask(const Test& test, const Value& value,
                                       const std::vector<Value>& constants) {
  const auto says = [](bool holds) { return holds ? Says::kHolds : Says::kFails; };
  if (test.op == Op::kField)
    return value.kind() == Kind::kBool ? says(value.boolean()) : Says::kNeither;
  if (value.kind() <= Kind::kUnknown) return Says::kNeither;
  const Value& literal = constants[test.literal];
  if (test.op == Op::kEqual)
    return literal.kind() == value.kind() ? says(Same(value, literal)) : Says::kNeither;
  for (const Value& item : literal.list().items) {
    if (item.kind() != value.kind()) return Says::kNeither;
    if (Same(value, item)) return Says::kHolds;
  }
  return Says::kFails;
}

// An element that is there, and never out of date.
bool IsPlain(const Value& item) {
  if (item.kind() != Kind::kRecord) return item.kind() > Kind::kUnknown;
  const RecordType* type = item.record().type;
  return type == nullptr || !type->observed;
}

}  // namespace

Answer Evaluator::Has(const Step& node) {
  Value scratch;
  uint8_t worlds = 0;
  const Value& value = Operand(node, scratch, worlds);
  Answer answer = Standing(value, options_);
  answer.worlds |= worlds;
  if (answer.truth == Truth::kAbsent) return Decided(false, answer.worlds);
  if (answer.truth != Truth::kTrue) return answer;
  if (value.kind() == Kind::kText) return Decided(!value.text().empty(), answer.worlds);
  if (value.kind() != Kind::kList) return answer;
  answer = Readable(value, program_.Written(program_.nodes[node.a]));
  if (answer.truth != Truth::kTrue || value.list().items.empty()) {
    return answer.truth == Truth::kTrue ? Decided(false, worlds) : answer;
  }
  Answer any = Standing(value.list().items[0], options_);
  for (const Value& item : value.list().items) {
    if (any.truth == Truth::kTrue) break;
    ++steps_;
    any = Or(any, Standing(item, options_));
  }
  any.worlds |= worlds;
  return any;
}

// An element that is there and in date, without a word on where it came from: its fields have that.
Answer Evaluator::Placed(const Value& item) const {
  Answer answer = Standing(item, options_);
  answer.worlds = 0;
  return answer;
}

Answer Evaluator::NothingLeft(const Step& node, const Value& list) const {
  const uint8_t worlds = Bit(list.world());
  if (node.if_any || node.op == Op::kNo) return {Truth::kTrue, worlds};
  if (list.world() == World::kObserved) {
    return IsUnknown(Unknown::kNeverObserved, ListName(program_, node));
  }
  return {Truth::kAbsent};
}

Evaluator::Candidates Evaluator::CandidatesOf(const Step& node, const Value& list) const {
  const Groups* groups = list.list().groups;
  if (groups == nullptr || node.filter == 0) return {list.list().items};
  const Test& test = program_.filters[node.filter - 1U].tests[0];
  if (test.op != Op::kEqual || test.field != groups->field) return {list.list().items};
  const std::string_view wanted = program_.constants[test.literal].text();
  for (const Group& group : groups->groups)
    if (group.text == wanted) return {group.items, 1};
  return {};
}

inline Answer Evaluator::Where(const Step& node, const Value& item, size_t passed) {
  frame_[node.slot] = &item;
  if (node.b == 0) return {};
  if (node.filter == 0 || item.kind() != Kind::kRecord) return Condition(node.b);
  const auto fields = item.record().fields;
  const Filter& filter = program_.filters[node.filter - 1U];
  uint8_t worlds = 0;
  ++steps_;
  for (size_t i = passed; i < filter.count; ++i) {
    const Test& test = filter.tests[i];
    if (test.field >= fields.size()) return Condition(node.b);
    const Value& value = fields[test.field];
    const Says says = Ask(test, value, program_.constants);
    if (says == Says::kNeither) return Condition(node.b);
    if (says == Says::kFails) return Decided(false, Bit(value.world()));
    worlds |= Bit(value.world());
  }
  for (size_t i = 0; i < passed; ++i) worlds |= Bit(fields[filter.tests[i].field].world());
  return filter.rest.empty() ? Decided(true, worlds) : RestOfWhere(filter, worlds);
}

Answer Evaluator::RestOfWhere(const Filter& filter, uint8_t worlds) {
  Answer all = Decided(true, worlds);
  for (const uint16_t rest : filter.rest) {
    all = And(all, Condition(rest));
    if (all.truth == Truth::kFalse) break;
  }
  return all;
}

Answer Evaluator::Every(const Step& node) {
  Value scratch;
  uint8_t list_worlds = 0;
  const Value& list = Operand(node, scratch, list_worlds);
  const Answer there = Presence(list);
  if (there.truth != Truth::kTrue) return there;
  Answer all;
  Answer unsure = {Truth::kFalse};  // the best answer of a `where` that neither holds nor fails
  bool some_take_part = false;
  const auto [items, passed] = CandidatesOf(node, list);
  for (const Value& item : items) {
    if (exhausted()) break;
    const Answer where = Where(node, item, passed);
    if (where.truth == Truth::kFalse) continue;
    Answer body = Condition(node.c);
    if (node.op == Op::kNo) body = Not(body);
    if (item.kind() <= Kind::kUnknown) body = And(body, Placed(item));
    if (where.truth != Truth::kTrue) {
      unsure = Or(unsure, where);
      if (body.truth == Truth::kTrue) continue;
      body = Or(where, body);
    }
    some_take_part = true;
    all = And(all, body);
    if (all.truth == Truth::kFalse) break;
  }
  if (some_take_part) {
    // That no other element is there was seen as well, where the list itself was observed.
    if (all.truth == Truth::kTrue) all.worlds |= Bit(list.world());
    return all;
  }
  if (unsure.truth == Truth::kFalse) return NothingLeft(node, list);
  // Each element either takes no part or the condition is true of it: sound only if none is sound.
  return node.if_any || node.op == Op::kNo ? Answer{} : unsure;
}

Answer Evaluator::Some(const Step& node) {
  Value scratch;
  uint8_t worlds = 0;
  const Value& list = Operand(node, scratch, worlds);
  const Answer there = Readable(list, ListName(program_, node));
  if (there.truth != Truth::kTrue) return there;
  Answer any = {Truth::kFalse};
  const auto [items, passed] = CandidatesOf(node, list);
  for (const Value& item : items) {
    if (exhausted()) break;
    const Answer where = Where(node, item, passed);
    if (where.truth == Truth::kFalse) continue;
    Answer holds = And(where, Condition(node.c));
    if (!IsPlain(item)) holds = And(holds, Placed(item));
    any = Or(any, holds);
    if (any.truth == Truth::kTrue) break;
  }
  return any;
}

const Value& Evaluator::Count(const Step& node, Value& scratch, uint8_t& worlds) {
  const Value& list = Operand(node, scratch, worlds);
  const Answer there = Readable(list, ListName(program_, node));
  if (there.truth != Truth::kTrue) return scratch = ValueOf(there);
  Answer sure;
  int64_t count = 0;
  for (const Value& item : list.list().items) {
    if (exhausted()) break;
    const Answer where = Where(node, item);
    if (where.truth == Truth::kFalse) {
      worlds |= where.worlds;
      continue;
    }
    const Answer counts = node.b == 0 ? Placed(item) : And(Placed(item), where);
    sure = And(sure, counts);
    ++count;
  }
  worlds |= sure.worlds;
  return scratch = sure.truth == Truth::kTrue ? Value::Int(count) : ValueOf(sure);
}

const Value& Evaluator::Latest(const Step& node, Value& scratch, uint8_t& worlds) {
  const Value& list = Operand(node, scratch, worlds);
  const Answer there = Readable(list, ListName(program_, node));
  if (there.truth != Truth::kTrue) return scratch = ValueOf(there);
  const Value* best = nullptr;
  Value best_key;
  Answer sure;
  undated_ |= 1U << node.slot;
  const auto [items, passed] = CandidatesOf(node, list);
  for (const Value& item : items) {
    if (exhausted()) break;
    const Answer where = Where(node, item, passed);
    if (where.truth == Truth::kFalse) continue;
    Value key_scratch;
    uint8_t ignored = 0;
    const Value& key = Get(node.c, key_scratch, ignored);
    sure = And(sure, And(where, Presence(key)));
    if (sure.truth != Truth::kTrue) continue;
    if (best != nullptr && Order(key, best_key) < 0) continue;
    best = &item;
    best_key = key;
  }
  undated_ &= ~(1U << node.slot);
  if (sure.truth != Truth::kTrue) return scratch = ValueOf(sure);
  if (best == nullptr) return scratch = ValueOf(NothingLeft(node, list));
  return *best;
}

const Value& Evaluator::MakeList(const Step& node, Value& scratch, uint8_t& worlds) {
  const std::span<Value> items = arena().Values(node.b);
  for (uint16_t i = 0; i < node.b; ++i) {
    Value item;
    items[i] = Get(program_.lists[node.a + i], item, worlds);
  }
  return scratch = Value::Of(arena().ListOver(items));
}

}  // namespace garant::expr

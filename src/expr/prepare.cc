#include <array>
#include <utility>

#include "expr/program.h"

namespace garant::expr {
namespace {

// A list of literals is made once, not at each evaluation.
void FoldLists(Program& program) {
  for (Node& node : program.nodes) {
    if (node.op != Op::kList) continue;
    std::vector<Value> items;
    for (uint16_t i = 0; i < node.b; ++i) {
      const Node& item = program.nodes[program.lists[node.a + i]];
      if (item.op == Op::kConstant) items.push_back(program.constants[item.a]);
    }
    if (items.size() != node.b) continue;
    node.op = Op::kConstant;
    node.a = static_cast<uint16_t>(program.constants.size());
    program.constants.push_back(Value::Of(program.arena.Keep(std::move(items))));
  }
}

class FilterMaker {
 public:
  FilterMaker(Program& program, Step& binder) : program_(program), binder_(binder) {}

  void Make() {
    const Type list = program_.types[binder_.a];
    // Of an observed element it depends on the moment whether its fields may be read at all.
    if (list.record == nullptr || list.record->observed) return;
    Take(binder_.b);
    if (filter_.count == 0) return;
    program_.filters.push_back(std::move(filter_));
    binder_.filter = static_cast<uint16_t>(program_.filters.size());
  }

 private:
  // Goes through a conjunction in its order: what comes after the first that is no test is left to
  // the walk, so that an answer's worlds stay those of what decided.
  void Take(uint16_t index) {
    const Node& node = program_.nodes[index];
    if (node.op == Op::kAnd) {
      Take(node.a);
      Take(node.b);
    } else if (!filter_.rest.empty() || !TakeTest(index)) {
      filter_.rest.push_back(index);
    }
  }

  bool TakeTest(uint16_t index) {
    const Node& node = program_.nodes[index];
    if (filter_.count == filter_.tests.size()) return false;
    const bool compares = node.op == Op::kEqual || node.op == Op::kIn;
    const Node& path = program_.nodes[compares ? node.a : index];
    if (path.op != Op::kField) return false;
    const Node& owner = program_.nodes[path.a];
    if (owner.op != Op::kVariable || owner.slot != binder_.slot) return false;
    Test test{.field = path.field, .op = compares ? node.op : Op::kField, .literal = 0};
    if (compares) {
      const Node& literal = program_.nodes[node.b];
      if (literal.op != Op::kConstant) return false;
      test.literal = literal.a;
    }
    filter_.tests[filter_.count++] = test;
    return true;
  }

  Program& program_;
  Step& binder_;
  Filter filter_;
};

Path PathOf(const Program& program, const Node& node) {
  Path path;
  std::array<const Node*, path.fields.size() - 1> steps{};
  uint8_t count = 0;
  const Node* at = &node;
  for (; at->op == Op::kField; at = &program.nodes[at->a]) {
    if (count == steps.size()) return {};
    steps[count++] = at;
  }
  path.cost = static_cast<uint8_t>(count + 1U);
  if (at->op == Op::kConstant && count == 0) {
    path.from = Op::kConstant;
    path.fields[0] = at->a;
    return path;
  }
  if (at->op != Op::kVariable && at->op != Op::kRootField) return {};
  path.from = Op::kVariable;
  path.slot = at->op == Op::kVariable ? at->slot : kRootSlot;
  if (at->op == Op::kRootField) path.fields[path.depth++] = at->field;
  while (count > 0) {
    const Node& step = *steps[--count];
    const RecordType* owner = program.types[step.a].record;
    if (owner == nullptr || owner->observed) path.dated |= static_cast<uint8_t>(1U << path.depth);
    path.fields[path.depth++] = step.field;
  }
  return path;
}

Step StepOf(const Program& program, const Node& node) {
  Step step = {.op = node.op,
               .slot = node.slot,
               .if_any = node.if_any,
               .field = node.field,
               .a = node.a,
               .b = node.b,
               .c = node.c,
               .filter = 0,
               .path = PathOf(program, node)};
  if (!IsPath(node.op)) step.path = PathOf(program, program.nodes[node.a]);
  if (IsComparison(node.op)) {
    const Node& literal = program.nodes[node.b];
    step.field = literal.op == Op::kConstant ? static_cast<uint16_t>(literal.a + 1U) : 0;
  }
  return step;
}

}  // namespace

void Prepare(Program& program) {
  FoldLists(program);
  for (const Node& node : program.nodes) program.steps.push_back(StepOf(program, node));
  for (Step& step : program.steps)
    if (Binds(step.op) && step.b != 0) FilterMaker(program, step).Make();
}

}  // namespace garant::expr

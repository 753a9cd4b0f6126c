#include "expr/explainer.h"

// What a part of an expression without `and`, `or`, `not` or a quantifier says of its values.
namespace garant::expr {

bool Explainer::Missing(uint16_t index, uint16_t leaf, const Answer& answer) {
  const Node& node = program_.nodes[index];
  if (Reader::IsPath(node.op)) return MissingPath(index, leaf, answer);
  if (node.op == Op::kCount || node.op == Op::kLatest) return MissingInBinder(index, leaf, answer);
  if (node.op == Op::kNothing || node.op == Op::kConstant || node.op == Op::kNow) return false;
  bool found = false;
  if (node.op == Op::kList) {
    for (uint16_t i = 0; i < node.b; ++i) {
      found = Missing(program_.lists[node.a + i], leaf, answer) || found;
    }
    return found;
  }
  if (IsCondition(node.op)) {
    const size_t before = causes_.size();
    if (Judge(index).truth == answer.truth) Why(index, false);
    return causes_.size() > before;
  }
  found = Missing(node.a, leaf, answer);
  return Missing(node.b, leaf, answer) || found;
}

bool Explainer::MissingPath(uint16_t index, uint16_t leaf, const Answer& answer) {
  const Node& node = program_.nodes[index];
  evaluator_.Refill();
  Value scratch;
  uint8_t worlds = 0;
  const Value& value = evaluator_.Get(index, scratch, worlds);
  Answer there = Standing(value, options_);
  if (there.truth == Truth::kTrue) there = Readable(value, program_.Written(node));
  if (there.truth != answer.truth) return false;
  if (node.op == Op::kField && program_.nodes[node.a].op == Op::kLatest) {
    if (Missing(node.a, leaf, answer)) return true;
  }
  const std::optional<base::Time> seen =
      there.why == Unknown::kStale ? reader_.SeenAt(index) : std::nullopt;
  Add(leaf, there, Reason(reader_.NameOf(index), there, reader_.OriginOfPath(index).world, seen),
      reader_.OriginsOf(index));
  return true;
}

bool Explainer::MissingInBinder(uint16_t index, uint16_t leaf, const Answer& answer) {
  const Node& node = program_.nodes[index];
  if (Missing(node.a, leaf, answer)) return true;
  evaluator_.Refill();
  Value scratch;
  uint8_t worlds = 0;
  const Value& list = evaluator_.Get(node.a, scratch, worlds);
  const size_t before = causes_.size();
  for (const Value& item : list.list().items) {
    if (Full()) break;
    bindings_.emplace_back(program_.Name(node), item);
    evaluator_.Bind(node.slot, &item);
    const Answer where = node.b == 0 ? Answer{} : Judge(node.b);
    if (where.truth == answer.truth) {
      Why(node.b, false);
    } else if (where.truth == Truth::kTrue && node.op == Op::kLatest) {
      Missing(node.c, leaf, answer);
    }
    bindings_.pop_back();
  }
  return causes_.size() > before;
}

base::Text Explainer::Says(uint16_t index, const Answer& answer, bool negated) {
  const Node& node = program_.nodes[index];
  const bool holds = answer.truth == Truth::kTrue;
  const Bearing bearing{negated, holds != negated};
  if (node.op == Op::kHas) {
    const std::string name = reader_.NameOf(node.a);
    if (holds || negated) return IsPresent(name, bearing);
    Value scratch;
    uint8_t worlds = 0;
    const Value& value = evaluator_.Get(node.a, scratch, worlds);
    if (value.kind() != Kind::kAbsent) return {name + " is empty", name + " est vide"};
    return Reason(name, {Truth::kAbsent}, reader_.OriginOfPath(node.a).world, std::nullopt);
  }
  if (IsComparison(node.op)) return SaysComparison(node, bearing);
  if (node.op == Op::kCall && Functions()[node.slot].name == "within") {
    Value first;
    Value second;
    uint8_t worlds = 0;
    const Value& time = evaluator_.Get(node.a, first, worlds);
    const Value& period = evaluator_.Get(node.b, second, worlds);
    return LiesWithin(reader_.NameOf(node.a), time, period, options_.now, bearing);
  }
  base::Text says = IsTrueOrFalse(reader_.NameOf(index), holds, bearing);
  if (Reader::IsPath(node.op)) return says;
  const base::Text values = reader_.ValuesOf(index);
  if (!values.en.empty()) {
    says.en += " (" + values.en + ")";
    says.fr += " (" + values.fr + ")";
  }
  return says;
}

base::Text Explainer::SaysComparison(const Node& node, Bearing bearing) {
  const bool swap = program_.nodes[node.a].op == Op::kConstant && node.op != Op::kIn;
  const uint16_t subject = swap ? node.b : node.a;
  const uint16_t object = swap ? node.a : node.b;
  Value first;
  Value second;
  uint8_t worlds = 0;
  const Value& value = evaluator_.Get(subject, first, worlds);
  const Value& other = evaluator_.Get(object, second, worlds);
  base::Text words = InWords(other, Quotes::kAround);
  if (program_.nodes[object].op != Op::kConstant) {
    const std::string name = reader_.NameOf(object);
    words = {name + " (" + words.en + ")", name + " (" + words.fr + ")"};
  }
  return Compared(reader_.NameOf(subject), value, swap ? Mirror(node.op) : node.op, words, bearing);
}

}  // namespace garant::expr

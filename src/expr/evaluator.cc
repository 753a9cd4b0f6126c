#include "expr/evaluator.h"

#include <utility>

namespace garant::expr {
namespace {

constexpr Value kAbsentValue{};

bool Holds(Op op, int order) {
  switch (op) {
    case Op::kNotEqual:
      return order != 0;
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    case Op::kGreaterEqual:
      return order >= 0;
    default:
      return order == 0;
  }
}

}  // namespace

Answer Evaluator::Run() {
  const Answer answer = Condition(program_.start);
  return exhausted() ? IsUnknown(Unknown::kCost, {}) : answer;
}

// What most of a walk consists of stands here with a small frame; the rest is called.
Answer Evaluator::Condition(uint16_t index) {
  if (++steps_ > options_.most_steps) [[unlikely]]
    return IsUnknown(Unknown::kCost, {});
  const Step& node = program_.steps[index];
  switch (node.op) {
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kIn:
    case Op::kMatches:
      return Compare(node);
    case Op::kNot:
      return Not(Condition(node.a));
    case Op::kAnd: {
      const Answer a = Condition(node.a);
      return a.truth == Truth::kFalse ? a : And(a, Condition(node.b));
    }
    case Op::kOr: {
      const Answer a = Condition(node.a);
      return a.truth == Truth::kTrue ? a : Or(a, Condition(node.b));
    }
    case Op::kImplies: {
      const Answer a = Not(Condition(node.a));
      return a.truth == Truth::kTrue ? a : Or(a, Condition(node.b));
    }
    case Op::kHas:
      return Has(node);
    case Op::kEvery:
    case Op::kNo:
      return Every(node);
    case Op::kSome:
      return Some(node);
    case Op::kCall:
      return TruthOfCall(node);
    default:
      return TruthOf(index);
  }
}

Answer Evaluator::TruthOf(uint16_t index) {
  uint8_t worlds = 0;
  Value scratch;
  const Value& value = Get(index, scratch, worlds);
  return AnswerOf(value, worlds);
}

Answer Evaluator::TruthOfCall(const Step& node) {
  if (++steps_ > options_.most_steps) return IsUnknown(Unknown::kCost, {});
  uint8_t worlds = 0;
  Value scratch;
  const Value& value = Call(node, scratch, worlds);
  return AnswerOf(value, worlds);
}

Answer Evaluator::Compare(const Step& node) {
  const uint64_t before = steps_;
  uint8_t worlds = 0;
  const Value* a = Peek(node.path, worlds);
  if (a == nullptr) return CompareWorkedOut(node);
  const Value* b = nullptr;
  if (node.field != 0) {
    ++steps_;
    b = &program_.constants[node.field - 1U];
  } else {
    const Step& other = program_.steps[node.b];
    if (IsPath(other.op)) b = Peek(other.path, worlds);
  }
  if (b == nullptr) {
    steps_ = before;
    return CompareWorkedOut(node);
  }
  if (node.op == Op::kEqual && a->kind() == b->kind() && a->kind() > Kind::kUnknown)
    return Decided(Same(*a, *b), worlds);
  return CompareValues(node, *a, *b, worlds);
}

Answer Evaluator::CompareWorkedOut(const Step& node) {
  uint8_t worlds = 0;
  Value left;
  Value right;
  const Value& a = Operand(node, left, worlds);
  const Value& b = Get(node.b, right, worlds);
  return CompareValues(node, a, b, worlds);
}

Answer Evaluator::CompareValues(const Step& node, const Value& a, const Value& b, uint8_t worlds) {
  if (a.kind() <= Kind::kUnknown || b.kind() <= Kind::kUnknown) {
    Answer answer = And(Presence(a), Presence(b));
    answer.worlds |= worlds;
    return answer;
  }
  if (node.op == Op::kIn) {
    Answer answer = Readable(b, program_.Written(program_.nodes[node.b]));
    if (answer.truth != Truth::kTrue) return answer;
    steps_ += b.list().items.size();
    answer = In(a, b);
    answer.worlds |= worlds;
    return answer;
  }
  // The checker has seen to one type; a value that breaks its own type's word decides nothing.
  if (a.kind() != b.kind()) return IsUnknown(Unknown::kNone, {});
  if (node.op == Op::kMatches) {
    uint64_t looked = 0;
    const bool matches = Matches(a.text(), b.text(), looked);
    Spend(looked);
    return Decided(matches, worlds);
  }
  if (node.op == Op::kEqual) return Decided(Same(a, b), worlds);
  if (node.op == Op::kNotEqual) return Decided(!Same(a, b), worlds);
  return Decided(Holds(node.op, Order(a, b)), worlds);
}

const Value& Evaluator::Get(uint16_t index, Value& scratch, uint8_t& worlds) {
  const Step& step = program_.steps[index];
  const Value* value = IsPath(step.op) ? Peek(step.path, worlds) : nullptr;
  return value != nullptr ? *value : WorkOut(index, scratch, worlds);
}

const Value& Evaluator::Operand(const Step& node, Value& scratch, uint8_t& worlds) {
  const Value* value = Peek(node.path, worlds);
  return value != nullptr ? *value : WorkOut(node.a, scratch, worlds);
}

const Value& Evaluator::WorkOut(uint16_t index, Value& scratch, uint8_t& worlds) {
  if (++steps_ > options_.most_steps) return scratch = Value::UnknownFor(Unknown::kCost);
  const Step& node = program_.steps[index];
  switch (node.op) {
    case Op::kNow:
      return scratch = Value::Time(options_.now);
    case Op::kField:
      return Field(node, scratch, worlds);
    case Op::kList:
      return MakeList(node, scratch, worlds);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
      return Arithmetic(node, scratch, worlds);
    case Op::kCount:
      return Count(node, scratch, worlds);
    case Op::kLatest:
      return Latest(node, scratch, worlds);
    case Op::kCall:
      return Call(node, scratch, worlds);
    default: {
      const Answer answer = Condition(index);
      worlds |= answer.worlds;
      return scratch = ValueOf(answer);
    }
  }
}

const Value& Evaluator::Field(const Step& node, Value& scratch, uint8_t& worlds) {
  uint8_t passed = 0;  // what a path passes on its way is not what it reads
  const Value& base = Get(node.a, scratch, passed);
  if (base.kind() != Kind::kRecord) return base;
  const Record& record = base.record();
  const Step& owner = program_.steps[node.a];
  const bool undated = owner.op == Op::kVariable && (undated_ >> owner.slot & 1U) != 0;
  if (record.type->observed && !undated &&
      (record.time < options_.horizon || record.time > options_.now)) {
    const Answer old = Standing(base, options_);
    return scratch = Value::UnknownFor(old.why, old.what(), base.origin());
  }
  if (node.field >= record.fields.size()) return kAbsentValue;
  const Value& value = record.fields[node.field];
  worlds |= Bit(value.world());
  return value;
}

const Value& Evaluator::Arithmetic(const Step& node, Value& scratch, uint8_t& worlds) {
  Value other;
  const Value& a = Operand(node, scratch, worlds);
  const Value& b = Get(node.b, other, worlds);
  const Answer both = And(Presence(a), Presence(b));
  if (both.truth != Truth::kTrue) return scratch = ValueOf(both);
  int64_t result = 0;
  const bool overflow =
      node.op == Op::kAdd        ? __builtin_add_overflow(a.number(), b.number(), &result)
      : node.op == Op::kSubtract ? __builtin_sub_overflow(a.number(), b.number(), &result)
                                 : __builtin_mul_overflow(a.number(), b.number(), &result);
  if (overflow) return scratch = Value::UnknownFor(Unknown::kOverflow);
  if (a.kind() == Kind::kTime && b.kind() == Kind::kDuration) {
    return scratch = Value::Time(base::Time{base::Duration{result}});
  }
  if (a.kind() == Kind::kInt) return scratch = Value::Int(result);
  return scratch = Value::Duration(base::Duration{result});
}

const Value& Evaluator::Call(const Step& node, Value& scratch, uint8_t& worlds) {
  const Function& function = Functions()[node.slot];
  Value other;
  const Value& a = Operand(node, scratch, worlds);
  const Value& b = node.b == 0 ? other : Get(node.b, other, worlds);
  const auto simple = [](const Value& value) {
    return value.kind() > Kind::kUnknown && value.kind() < Kind::kList;
  };
  if (!simple(a) || !simple(b)) {
    Answer ready = Readable(a, program_.Written(program_.nodes[node.a]));
    if (node.b != 0) ready = And(ready, Readable(b, program_.Written(program_.nodes[node.b])));
    if (ready.truth != Truth::kTrue) return scratch = ValueOf(ready);
  }
  return scratch = function.run(a, b, *this, worlds);
}

std::string_view Evaluator::Keep(std::string_view text) { return arena().Keep(text); }

Arena& Evaluator::arena() {
  if (arena_ == nullptr) arena_ = std::make_unique<Arena>();
  return *arena_;
}

}  // namespace garant::expr

#include "expr/explainer.h"

#include <algorithm>

namespace garant::expr {
namespace {

bool IsPoor(Truth truth) { return truth == Truth::kFalse || truth == Truth::kAbsent; }

// Elements that explain a quantifier: of a false or absent one those that are false or absent.
bool Explains(const Answer& element, const Answer& whole) {
  if (IsPoor(whole.truth)) return IsPoor(element.truth);
  return element.truth == whole.truth;
}

bool IsSameBinding(const std::pair<std::string, Value>& a, const std::pair<std::string, Value>& b) {
  if (a.first != b.first || a.second.kind() != b.second.kind()) return false;
  if (a.second.kind() == Kind::kRecord) return &a.second.record() == &b.second.record();
  return Order(a.second, b.second) == 0 && a.second.origin() == b.second.origin();
}

}  // namespace

std::vector<Cause> Explainer::Run() {
  const Answer whole = evaluator_.Run();
  whole_ = whole.truth;
  if (whole.why == Unknown::kCost) {
    Add(program_.start, whole, Reason({}, whole, World::kNone, std::nullopt), {});
  } else {
    Why(program_.start, false);
  }
  if (causes_.empty()) {
    const std::string name = reader_.NameOf(program_.start);
    const bool decided = whole.truth == Truth::kTrue || whole.truth == Truth::kFalse;
    Add(program_.start, whole,
        decided
            ? IsTrueOrFalse(name, whole.truth == Truth::kTrue, {false, whole.truth == Truth::kTrue})
            : Reason(name, whole, World::kNone, std::nullopt),
        {});
  }
  const auto worse = [&](const Cause& a, const Cause& b) {
    const bool a_decides = a.truth == whole.truth;
    const bool b_decides = b.truth == whole.truth;
    return a_decides != b_decides ? a_decides : a.truth < b.truth;
  };
  std::stable_sort(causes_.begin(), causes_.end(), worse);
  return std::move(causes_);
}

Answer Explainer::Judge(uint16_t index) {
  evaluator_.Refill();
  return evaluator_.Condition(index);
}

void Explainer::Add(uint16_t index, const Answer& answer, base::Text says,
                    std::vector<Origin> origins) {
  // Under `not` a part of a failing `or` may bear the other way: it did not make the whole so.
  if (Full() || (answer.truth == Truth::kTrue) != (whole_ == Truth::kTrue)) return;
  Cause cause;
  cause.truth = answer.truth;
  cause.why = answer.truth == Truth::kUnknown ? answer.why : Unknown::kNone;
  cause.bindings = bindings_;
  cause.source = program_.Written(program_.nodes[index]);
  cause.says = std::move(says);
  cause.origins = std::move(origins);
  const auto same = [&](const Cause& other) {
    return other.says == cause.says && other.origins == cause.origins &&
           std::equal(other.bindings.begin(), other.bindings.end(), cause.bindings.begin(),
                      cause.bindings.end(), IsSameBinding);
  };
  if (std::none_of(causes_.begin(), causes_.end(), same)) causes_.push_back(std::move(cause));
}

void Explainer::Why(uint16_t index, bool negated) {
  if (Full()) return;
  const Node& node = program_.nodes[index];
  if (node.op == Op::kNot) return Why(node.a, !negated);
  if (node.op == Op::kAnd || node.op == Op::kOr || node.op == Op::kImplies) {
    return WhyBoth(node, negated);
  }
  if (IsQuantifier(node.op)) return WhyQuantifier(index, negated);
  WhyLeaf(index, negated);
}

void Explainer::WhyBoth(const Node& node, bool negated) {
  const bool inverted = node.op == Op::kImplies;
  const Answer a = inverted ? Not(Judge(node.a)) : Judge(node.a);
  const Answer b = Judge(node.b);
  bool first = true;
  bool second = true;
  if (node.op == Op::kAnd) {
    first = a.truth <= b.truth;
    second = b.truth <= a.truth;
  } else if (a.truth == Truth::kTrue) {
    second = false;
  } else if (b.truth == Truth::kTrue) {
    first = false;
  }
  if (first) Why(node.a, negated != inverted);
  if (second) Why(node.b, negated);
}

std::vector<Explainer::Element> Explainer::Elements(const Node& node, const Value& list) {
  std::vector<Element> elements;
  for (const Value& item : list.list().items) {
    evaluator_.Bind(node.slot, &item);
    Element element{&item, node.b == 0 ? Answer{} : Judge(node.b), {}, {}};
    if (element.where.truth == Truth::kFalse) continue;
    element.body = Judge(node.c);
    if (node.op == Op::kSome) {
      element.answer = And(And(element.where, element.body), Standing(item, options_));
    } else {
      if (node.op == Op::kNo) element.body = Not(element.body);
      const bool sure = element.where.truth == Truth::kTrue;
      Answer body = element.body;
      if (item.kind() <= Kind::kUnknown) body = And(body, Standing(item, options_));
      element.answer = sure ? body : Or(element.where, body);
    }
    elements.push_back(element);
  }
  return elements;
}

void Explainer::WhyQuantifier(uint16_t index, bool negated) {
  const Node& node = program_.nodes[index];
  const Answer whole = Judge(index);
  Value scratch;
  uint8_t worlds = 0;
  const Value& list = evaluator_.Get(node.a, scratch, worlds);
  if (Presence(list).truth != Truth::kTrue) {
    if (!Missing(node.a, node.a, whole)) WhyNothingLeft(node, whole, negated, true);
    return;
  }
  const std::vector<Element> elements = Elements(node, list);
  if (elements.empty()) return WhyNothingLeft(node, whole, negated, list.list().items.empty());
  bool explained = false;
  for (const Truth truth : {Truth::kFalse, Truth::kAbsent, Truth::kUnknown, Truth::kTrue}) {
    for (const Element& element : elements) {
      if (Full()) return;
      if (element.answer.truth != truth || !Explains(element.answer, whole)) continue;
      explained = true;
      WhyElement(node, element, negated, SpeakerOf(node, element));
      // Inside another element one suffices; at the top each that was found is worth knowing.
      if (node.op == Op::kSome && truth == Truth::kTrue && !bindings_.empty()) return;
    }
  }
  if (explained) return;
  // No element decided: of each it is unsure whether it takes part, but the condition is true of
  // it.
  for (const Element& element : elements) WhyElement(node, element, negated, Speaks::kWhere);
}

Explainer::Speaks Explainer::SpeakerOf(const Node& node, const Element& element) {
  const Truth where = element.where.truth;
  const Truth body = element.body.truth;
  if (node.b == 0) return Speaks::kBody;
  if (node.op == Op::kSome) {
    return where == body ? Speaks::kBoth : where < body ? Speaks::kWhere : Speaks::kBody;
  }
  if (where == Truth::kTrue || element.answer.truth == Truth::kTrue) return Speaks::kBody;
  return body == Truth::kTrue ? Speaks::kWhere : Speaks::kBoth;
}

void Explainer::WhyElement(const Node& node, const Element& element, bool negated, Speaks speaks) {
  bindings_.emplace_back(program_.Name(node), *element.value);
  evaluator_.Bind(node.slot, element.value);
  if (element.answer.truth < std::min(element.where.truth, element.body.truth)) {
    // The condition holds of it, but it is absent, unknown or out of date itself.
    const bool record = element.value->kind() == Kind::kRecord;
    const base::Time seen = element.value->record().time;
    Add(node.c, element.answer,
        Reason(std::string(program_.Name(node)), element.answer, World::kNone,
               record ? std::optional(seen) : std::nullopt),
        {element.value->origin()});
    bindings_.pop_back();
    return;
  }
  // Under `every` a condition after `where` that fails would have been as good as the body's truth.
  if (speaks != Speaks::kBody) Why(node.b, negated != (node.op != Op::kSome));
  evaluator_.Bind(node.slot, element.value);
  if (speaks != Speaks::kWhere) Why(node.c, negated != (node.op == Op::kNo));
  bindings_.pop_back();
}

void Explainer::WhyNothingLeft(const Node& node, const Answer& answer, bool negated,
                               bool was_empty) {
  const std::string list = reader_.NameOf(node.a);
  base::Text says;
  if (was_empty || node.b == 0) {
    says = {list + " has no element", list + " n’a aucun élément"};
  } else {
    const std::string where = reader_.NameOf(node.b);
    says = {list + " has no element for which " + where,
            list + " n’a aucun élément pour lequel " + where};
  }
  if (answer.truth == Truth::kUnknown) {
    says = {says.en + " yet: it was never observed", says.fr + " encore : rien n’a été observé"};
  }
  Answer borne = negated ? Not(answer) : answer;
  if (borne.truth == Truth::kTrue) {
    says = {says.en + ", which is sound here", says.fr + ", ce qui convient ici"};
  }
  Add(node.a, borne, std::move(says), reader_.OriginsOf(node.a));
}

void Explainer::WhyLeaf(uint16_t index, bool negated) {
  const Node& node = program_.nodes[index];
  const Answer answer = Judge(index);
  const bool missing = answer.truth == Truth::kAbsent || answer.truth == Truth::kUnknown;
  if (missing) {
    bool found = false;
    for (const uint16_t part : {node.a, node.b}) {
      if (IsCondition(node.op) && part != 0) found = Missing(part, index, answer) || found;
    }
    if (!IsCondition(node.op)) found = Missing(index, index, answer);
    if (found) return;
    const Origin origin = reader_.OriginOfPath(index);
    Add(index, answer, Reason(reader_.NameOf(index), answer, origin.world, std::nullopt),
        reader_.OriginsOf(index));
    return;
  }
  const Answer borne = negated ? Not(answer) : answer;
  base::Text says = Says(index, answer, negated);
  Add(index, borne, std::move(says), reader_.OriginsOf(index));
}

}  // namespace garant::expr

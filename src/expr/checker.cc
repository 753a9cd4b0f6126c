#include <algorithm>
#include <string>
#include <utility>

#include "expr/complaints.h"
#include "expr/functions.h"
#include "expr/program.h"

namespace garant::expr {
namespace {

bool IsScalar(Kind kind) { return kind >= Kind::kBool && kind <= Kind::kDuration; }

// Gives every node its type and every name its slot. A node whose type could not be told is
// kUnknown: it has been complained of, and nothing that uses it is complained of again.
class Checker : private Complaints {
 public:
  Checker(Program& program, base::Diagnostics& diagnostics)
      : Complaints(program, diagnostics), program_(program) {}

  void Run(Wanted wanted) {
    program_.types.assign(program_.nodes.size(), Type::Of(Kind::kUnknown));
    allowed_.assign(program_.nodes.size(), nullptr);
    for (const auto& [name, type] : program_.given) bound_.push_back({name, type, nullptr});
    if (wanted == Wanted::kCondition) {
      Condition(program_.start);
    } else {
      Visit(program_.start);
    }
    std::sort(program_.reads.begin(), program_.reads.end());
    const auto end = std::unique(program_.reads.begin(), program_.reads.end());
    program_.reads.erase(end, program_.reads.end());
  }

 private:
  struct Bound {
    std::string name;
    Type type;
    const Words* allowed;
  };

  Node& At(uint16_t index) { return program_.nodes[index]; }

  Type Visit(uint16_t index) {
    const Type type = Infer(index);
    program_.types[index] = type;
    return type;
  }

  // Visits and wants one kind; a poisoned type passes.
  Type Want(uint16_t index, Kind kind) {
    const Type type = Visit(index);
    if (type.kind != kind && type.kind != Kind::kUnknown) Mismatch(index, WordsOf(kind), type);
    return type;
  }

  void Condition(uint16_t index) { Want(index, Kind::kBool); }

  Type Infer(uint16_t index) {
    Node& node = At(index);
    switch (node.op) {
      case Op::kConstant:
        return Type::Of(program_.constants[node.a].kind());
      case Op::kNow:
        return Type::Of(Kind::kTime);
      case Op::kName:
        return Name(index);
      case Op::kField:
        return Field(index);
      case Op::kList:
        return ListOf(node);
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
        return Arithmetic(node);
      case Op::kCall:
        return Call(node);
      case Op::kHas:
        Visit(node.a);
        break;
      case Op::kNot:
        Condition(node.a);
        break;
      case Op::kAnd:
      case Op::kOr:
      case Op::kImplies:
        Condition(node.a);
        Condition(node.b);
        break;
      case Op::kIn:
        Membership(index);
        break;
      case Op::kMatches:
        Pattern(node);
        break;
      case Op::kCount:
      case Op::kLatest:
      case Op::kEvery:
      case Op::kSome:
      case Op::kNo:
        return Binder(index);
      default:
        Compare(index);
    }
    return Type::Of(Kind::kBool);
  }

  Type Name(uint16_t index) {
    Node& node = At(index);
    const std::string_view name = program_.Name(node);
    for (size_t slot = bound_.size(); slot-- > 0;) {
      if (bound_[slot].name != name) continue;
      node.op = Op::kVariable;
      node.slot = static_cast<uint8_t>(slot);
      allowed_[index] = bound_[slot].allowed;
      return bound_[slot].type;
    }
    const int field = program_.root->Find(name);
    if (field < 0) {
      std::vector<std::string_view> names;
      for (const Bound& bound : bound_) names.emplace_back(bound.name);
      UnknownName(node, *program_.root, names);
      return Type::Of(Kind::kUnknown);
    }
    node.op = Op::kRootField;
    node.field = static_cast<uint16_t>(field);
    const FieldType& known = program_.root->fields[static_cast<size_t>(field)];
    allowed_[index] = &known.allowed;
    program_.reads.push_back(known.name);
    return known.type;
  }

  Type Field(uint16_t index) {
    Node& node = At(index);
    const Type base = Visit(node.a);
    if (base.kind == Kind::kUnknown) return base;
    const std::string name(program_.Name(node));
    if (base.kind != Kind::kRecord) {
      const base::Text is = Describe(base);
      const std::string owner(program_.Written(At(node.a)));
      const bool list = base.kind == Kind::kList;
      Complain(node.name_begin,
               "'" + owner + "' is " + is.en + " and has no field '" + name + "'" +
                   (list ? "; quantify over it first, as in 'every x in " + owner + ": …'" : ""),
               "« " + owner + " » est " + is.fr + " et n’a pas de champ « " + name + " »" +
                   (list ? "; quantifiez-la d’abord : « every x in " + owner + ": … »" : ""));
      return Type::Of(Kind::kUnknown);
    }
    const int field = base.record->Find(name);
    if (field < 0) {
      UnknownName(node, *base.record, {});
      return Type::Of(Kind::kUnknown);
    }
    node.field = static_cast<uint16_t>(field);
    const FieldType& known = base.record->fields[static_cast<size_t>(field)];
    allowed_[index] = &known.allowed;
    if (At(node.a).op == Op::kRootField) {
      const std::string owner(program_.Name(At(node.a)));
      program_.reads.push_back(owner + "." + known.name);
    }
    return known.type;
  }

  Type ListOf(const Node& node) {
    Kind element = Kind::kAbsent;
    for (uint16_t i = 0; i < node.b; ++i) {
      const uint16_t item = program_.lists[node.a + i];
      const Type type = Visit(item);
      if (type.kind == Kind::kUnknown) continue;
      if (!IsScalar(type.kind)) {
        Mismatch(item, {"a simple value", "une valeur simple"}, type);
      } else if (element == Kind::kAbsent) {
        element = type.kind;
      } else if (element != type.kind) {
        Mismatch(item, WordsOf(element), type);
      }
    }
    return Type::ListOf(element);
  }

  Type Arithmetic(const Node& node) {
    const Kind a = Visit(node.a).kind;
    const Kind b = Visit(node.b).kind;
    if (a == Kind::kUnknown || b == Kind::kUnknown) return Type::Of(Kind::kUnknown);
    if (a == Kind::kInt && b == Kind::kInt) return Type::Of(Kind::kInt);
    if (node.op != Op::kMultiply) {
      if (a == Kind::kDuration && b == Kind::kDuration) return Type::Of(Kind::kDuration);
      if (a == Kind::kTime && b == Kind::kDuration) return Type::Of(Kind::kTime);
      if (node.op == Op::kSubtract && a == Kind::kTime && b == Kind::kTime) {
        return Type::Of(Kind::kDuration);
      }
    }
    const base::Text left = Describe(program_.types[node.a]);
    const base::Text right = Describe(program_.types[node.b]);
    const std::string sign = node.op == Op::kAdd ? "+" : node.op == Op::kSubtract ? "-" : "*";
    Complain(node.begin,
             "'" + sign + "' cannot take " + left.en + " and " + right.en +
                 "; it takes integers, and + and - also times and durations",
             "« " + sign + " » ne prend pas " + left.fr + " et " + right.fr +
                 "; il prend des entiers, et + et - aussi des moments et des durées");
    return Type::Of(Kind::kUnknown);
  }

  Type Call(const Node& node) {
    const Function& function = Functions()[node.slot];
    const uint16_t arguments[] = {node.a, node.b};
    Type first;
    for (size_t i = 0; i < function.parameters.size(); ++i) {
      const Type type = Argument(arguments[i], function.parameters[i]);
      if (i == 0) first = type;
      if (i == 1 && function.parameters[i] == Parameter::kScalars) {
        SameElements(node, first, type);
        AllowedIn(node.a, node.b);
      }
    }
    return Type::Of(function.result);
  }

  Type Argument(uint16_t index, Parameter parameter) {
    switch (parameter) {
      case Parameter::kText:
        return Want(index, Kind::kText);
      case Parameter::kTime:
        return Want(index, Kind::kTime);
      case Parameter::kDuration:
        return Want(index, Kind::kDuration);
      case Parameter::kScalars: {
        const Type type = Want(index, Kind::kList);
        if (type.kind == Kind::kList && type.element == Kind::kRecord) {
          Mismatch(index, {"a list of simple values", "une liste de valeurs simples"}, type);
        }
        return type;
      }
      case Parameter::kListOrText: {
        const Type type = Visit(index);
        if (type.kind != Kind::kList && type.kind != Kind::kText && type.kind != Kind::kUnknown) {
          Mismatch(index, {"a list or a text", "une liste ou un texte"}, type);
        }
        return type;
      }
    }
    return Type::Of(Kind::kUnknown);
  }

  void SameElements(const Node& node, const Type& a, const Type& b) {
    if (a.kind != Kind::kList || b.kind != Kind::kList || a.element == b.element) return;
    if (a.element == Kind::kAbsent || b.element == Kind::kAbsent) return;
    Differ(node, a, b);
  }

  void Compare(uint16_t index) {
    const Node node = At(index);
    const Type a = Visit(node.a);
    const Type b = Visit(node.b);
    if (a.kind == Kind::kUnknown || b.kind == Kind::kUnknown) return;
    if (a.kind != b.kind) return Differ(node, a, b);
    if (!IsScalar(a.kind)) {
      return Mismatch(node.a,
                      {"a simple value (for lists there are all-in and any-in)",
                       "une valeur simple (pour les listes, il y a all-in et any-in)"},
                      a);
    }
    if (node.op == Op::kEqual || node.op == Op::kNotEqual) {
      AllowedIn(node.a, node.b);
      AllowedIn(node.b, node.a);
    } else if (a.kind == Kind::kBool) {
      Mismatch(node.a, {"a value that has an order", "une valeur qui a un ordre"}, a);
    }
  }

  void Membership(uint16_t index) {
    const Node node = At(index);
    const Type value = Visit(node.a);
    const Type list = Want(node.b, Kind::kList);
    if (value.kind == Kind::kUnknown || list.kind != Kind::kList) return;
    if (!IsScalar(value.kind)) {
      return Mismatch(node.a, {"a simple value", "une valeur simple"}, value);
    }
    if (list.element != Kind::kAbsent && list.element != value.kind) {
      return Differ(node, value, list.Element());
    }
    AllowedIn(node.a, node.b);
    AllowedIn(node.b, node.a);
  }

  // Complains of each literal in `literal` that the enumeration of `path` does not have.
  void AllowedIn(uint16_t path, uint16_t literal) {
    const Words* allowed = allowed_[path];
    if (allowed == nullptr || allowed->empty()) return;
    const Node& node = At(literal);
    if (node.op == Op::kList) {
      for (uint16_t i = 0; i < node.b; ++i) AllowedIn(path, program_.lists[node.a + i]);
    }
    if (node.op != Op::kConstant) return;
    const std::string word(program_.constants[node.a].text());
    if (std::find(allowed->begin(), allowed->end(), word) != allowed->end()) return;
    NeverEquals(path, literal, word, *allowed);
  }

  void Pattern(const Node& node) {
    Want(node.a, Kind::kText);
    const Type pattern = Want(node.b, Kind::kText);
    if (pattern.kind == Kind::kText && At(node.b).op != Op::kConstant) {
      Complain(At(node.b).begin, "a pattern must be a text written here, such as \"/clerk/*\"",
               "un motif doit être un texte écrit ici, comme \"/clerk/*\"");
    }
  }

  Type Binder(uint16_t index) {
    const Node node = At(index);
    const Type list = Want(node.a, Kind::kList);
    const std::string name(program_.Name(node));
    const auto same = [&](const Bound& bound) { return bound.name == name; };
    if (program_.root->Find(name) >= 0 || std::any_of(bound_.begin(), bound_.end(), same)) {
      Complain(node.name_begin, "'" + name + "' already means something here; choose another name",
               "« " + name + " » désigne déjà autre chose ici; choisissez un autre nom");
    }
    const bool too_deep = bound_.size() - program_.given.size() >= kMostNested;
    if (too_deep) {
      Complain(node.begin, "quantifiers nest at most four deep; split the expression",
               "les quantificateurs s’imbriquent sur quatre niveaux au plus; divisez l’expression");
      return Type::Of(Kind::kUnknown);
    }
    const Type element = list.kind == Kind::kList && list.element != Kind::kAbsent
                             ? list.Element()
                             : Type::Of(Kind::kUnknown);
    At(index).slot = static_cast<uint8_t>(bound_.size());
    bound_.push_back({name, element, allowed_[node.a]});
    const std::pair<std::string, Type> variable(name, element);
    auto& variables = program_.variables;
    if (std::find(variables.begin(), variables.end(), variable) == variables.end()) {
      variables.push_back(variable);
    }
    if (node.b != 0) Condition(node.b);
    if (IsQuantifier(node.op)) Condition(node.c);
    if (node.op == Op::kLatest) Key(node.c);
    bound_.pop_back();
    if (node.op == Op::kLatest) return element;
    return Type::Of(node.op == Op::kCount ? Kind::kInt : Kind::kBool);
  }

  void Key(uint16_t index) {
    const Type key = Visit(index);
    if (key.kind == Kind::kUnknown) return;
    if (!IsScalar(key.kind) || key.kind == Kind::kBool) {
      Mismatch(index, {"a value that has an order", "une valeur qui a un ordre"}, key);
    }
  }

  Program& program_;
  std::vector<const Words*> allowed_;  // of nodes whose values are of an enumeration
  std::vector<Bound> bound_;           // by slot
};

}  // namespace

bool Check(Program& program, Wanted wanted, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  Checker(program, diagnostics).Run(wanted);
  return diagnostics.size() == before;
}

bool Compile(Program& program, Wanted wanted, base::Diagnostics& diagnostics) {
  if (!Parse(program, diagnostics) || !Check(program, wanted, diagnostics)) return false;
  Prepare(program);
  return true;
}

}  // namespace garant::expr

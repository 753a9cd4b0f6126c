#include <algorithm>
#include <utility>

#include "expr/functions.h"
#include "expr/program.h"
#include "expr/tree.h"

namespace garant::expr {
namespace {

constexpr std::string_view kReserved[] = {"and",  "or",   "not",   "implies", "every",
                                          "some", "no",   "where", "in",      "matches",
                                          "has",  "true", "false"};

bool IsReserved(std::string_view word) {
  return std::find(std::begin(kReserved), std::end(kReserved), word) != std::end(kReserved);
}

// Recursive descent over the grammar of docs/expr.md. Stops at the first fault of grammar: what
// follows it could only be guessed.
class Parser : private TreeBuilder {
 public:
  Parser(Program& program, base::Diagnostics& diagnostics)
      : TreeBuilder(program, diagnostics), program_(program) {}

  uint16_t Run() {
    const uint16_t root = Implies();
    if (root != 0 && Peek().kind != Token::Kind::kEnd) {
      return Expected("the end of the expression or an operator",
                      "la fin de l’expression ou un opérateur");
    }
    return root;
  }

 private:
  uint16_t Implies() {
    if (nesting_ >= kMostDepth) return TooDeep();
    ++nesting_;
    uint16_t left = Or();
    if (left != 0 && TakeIf("implies")) left = Join(Op::kImplies, left, Implies());
    --nesting_;
    return left;
  }

  uint16_t Or() {
    uint16_t left = And();
    while (left != 0 && TakeIf("or")) left = Join(Op::kOr, left, And());
    return left;
  }

  uint16_t And() {
    uint16_t left = Not();
    while (left != 0 && TakeIf("and")) left = Join(Op::kAnd, left, Not());
    return left;
  }

  uint16_t Not() {
    const Token& first = Peek();
    if (!first.Is("not")) {
      const bool quantifies = first.Is("every") || first.Is("some") || first.Is("no");
      return quantifies ? Quantified() : Comparison();
    }
    if (nesting_ >= kMostDepth) return TooDeep();
    ++nesting_;
    const size_t begin = Take().begin;
    Node node;
    node.op = Op::kNot;
    node.a = Not();
    --nesting_;
    return node.a == 0 ? 0 : Add(node, begin);
  }

  // NAME "in" sum [ "where" implies ]
  bool Binding(Node& node) {
    const Token& name = Peek();
    if (name.kind != Token::Kind::kName || IsReserved(name.word)) {
      Expected("a name for the element", "un nom pour l’élément");
      return false;
    }
    Take();
    node.name_begin = static_cast<uint16_t>(name.begin);
    node.name_end = static_cast<uint16_t>(name.end);
    if (!Require("in")) return false;
    if ((node.a = Sum()) == 0) return false;
    if (!TakeIf("where")) return true;
    return (node.b = Implies()) != 0;
  }

  uint16_t Quantified() {
    const Token& word = Take();
    Node node;
    node.op = word.word == "every" ? Op::kEvery : word.word == "some" ? Op::kSome : Op::kNo;
    if (!Binding(node)) return 0;
    if (TakeIf(",")) {
      if (!Require("if") || !Require("any")) return 0;
      node.if_any = true;
    }
    if (!Require(":")) return 0;
    node.c = Implies();
    if (node.c == 0) return 0;
    if (node.if_any && node.op == Op::kSome) {
      return Fail(word, {"'if any' goes with 'every'; 'some' of an empty list is never true",
                         "« if any » va avec « every »; « some » n’est jamais vrai d’une liste "
                         "vide"});
    }
    return Add(node, word.begin);
  }

  uint16_t Comparison() {
    static constexpr std::pair<std::string_view, Op> kOperators[] = {
        {"==", Op::kEqual},  {"!=", Op::kNotEqual},     {"<", Op::kLess}, {"<=", Op::kLessEqual},
        {">", Op::kGreater}, {">=", Op::kGreaterEqual}, {"in", Op::kIn},  {"matches", Op::kMatches},
    };
    const uint16_t left = Sum();
    if (left == 0) return 0;
    for (const auto& [word, op] : kOperators) {
      if (TakeIf(word)) return Join(op, left, Sum());
    }
    return left;
  }

  uint16_t Sum() {
    uint16_t left = Product();
    while (left != 0 && (Peek().Is("+") || Peek().Is("-"))) {
      const Op op = Take().word == "+" ? Op::kAdd : Op::kSubtract;
      left = Join(op, left, Product());
    }
    return left;
  }

  uint16_t Product() {
    uint16_t left = Postfix();
    while (left != 0 && TakeIf("*")) left = Join(Op::kMultiply, left, Postfix());
    return left;
  }

  uint16_t Postfix() {
    const size_t begin = Peek().begin;
    uint16_t base = Primary();
    while (base != 0 && TakeIf(".")) {
      const Token& name = Peek();
      if (name.kind != Token::Kind::kName) return Expected("a field's name", "un nom de champ");
      Take();
      Node node = Named(Op::kField, name);
      node.a = base;
      base = Add(node, begin);
    }
    return base;
  }

  uint16_t Primary() {
    const Token& token = Peek();
    if (token.kind == Token::Kind::kLiteral) return Constant(Take().value, token.begin);
    if (token.Is("-") && Peek(1).kind == Token::Kind::kLiteral &&
        Peek(1).value.kind() == Kind::kInt) {
      Take();
      return Constant(Value::Int(-Take().value.number()), token.begin);
    }
    if (TakeIf("true")) return Constant(Value::Bool(true), token.begin);
    if (TakeIf("false")) return Constant(Value::Bool(false), token.begin);
    if (token.Is("(")) return Bracketed();
    if (token.Is("[")) return ListLiteral();
    if (token.Is("has")) return Has();
    if (token.kind != Token::Kind::kName || IsReserved(token.word)) {
      return Expected("a value, a name or a condition", "une valeur, un nom ou une condition");
    }
    Take();
    if (Peek().Is("(")) return Call(token);
    return Add(Named(token.word == "now" ? Op::kNow : Op::kName, token), token.begin);
  }

  uint16_t Bracketed() {
    const size_t begin = Take().begin;
    const uint16_t inside = Implies();
    if (inside == 0 || !Require(")")) return 0;
    program_.nodes[inside].begin = static_cast<uint16_t>(begin);
    program_.nodes[inside].end = static_cast<uint16_t>(TakenUpTo());
    return inside;
  }

  uint16_t ListLiteral() {
    if (nesting_ >= kMostDepth) return TooDeep();
    ++nesting_;
    const size_t begin = Take().begin;
    std::vector<uint16_t> items;
    while (!Peek().Is("]")) {
      const uint16_t item = Sum();
      if (item == 0) return 0;
      items.push_back(item);
      if (!TakeIf(",")) break;
    }
    --nesting_;
    if (!Require("]")) return 0;
    Node node;
    node.op = Op::kList;
    node.a = static_cast<uint16_t>(program_.lists.size());
    node.b = static_cast<uint16_t>(items.size());
    program_.lists.insert(program_.lists.end(), items.begin(), items.end());
    return Add(node, begin);
  }

  uint16_t Has() {
    if (nesting_ >= kMostDepth) return TooDeep();
    ++nesting_;
    const size_t begin = Take().begin;
    Node node;
    node.op = Op::kHas;
    node.a = Postfix();
    --nesting_;
    return node.a == 0 ? 0 : Add(node, begin);
  }

  uint16_t Call(const Token& name) {
    Take();
    if (name.word == "count" || name.word == "latest") {
      Node node;
      node.op = name.word == "count" ? Op::kCount : Op::kLatest;
      if (!Binding(node)) return 0;
      if (node.op == Op::kLatest) {
        if (!Require("by")) return 0;
        if ((node.c = Sum()) == 0) return 0;
      }
      return Require(")") ? Add(node, name.begin) : 0;
    }
    return FunctionCall(name);
  }

  uint16_t FunctionCall(const Token& name) {
    const int index = FindFunction(name.word);
    if (index < 0) {
      const std::string word(name.word);
      const std::string near(NearestFunction(name.word));
      return Fail(name, {"unknown function '" + word + "'" +
                             (near.empty() ? "" : "; did you mean '" + near + "'?"),
                         "fonction inconnue « " + word + " »" +
                             (near.empty() ? "" : "; vouliez-vous dire « " + near + " »?")});
    }
    const Function& function = Functions()[static_cast<size_t>(index)];
    Node node = Named(Op::kCall, name);
    node.slot = static_cast<uint8_t>(index);
    uint16_t* const arguments[] = {&node.a, &node.b};
    size_t count = 0;
    while (!Peek().Is(")")) {
      const uint16_t argument = Implies();
      if (argument == 0) return 0;
      if (count < 2) *arguments[count] = argument;
      ++count;
      if (!TakeIf(",")) break;
    }
    if (!Require(")")) return 0;
    if (count != function.parameters.size()) {
      const std::string signature(function.signature);
      return Fail(name, {"wrong number of arguments; it is written " + signature,
                         "nombre d’arguments incorrect; on écrit " + signature});
    }
    return Add(node, name.begin);
  }

  Program& program_;
  uint16_t nesting_ = 0;
};

}  // namespace

void Program::Complain(size_t offset, base::Text message, base::Diagnostics& diagnostics) const {
  diagnostics.push_back({PositionIn(source, where, offset), std::move(message)});
}

bool Parse(Program& program, base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  if (program.source.size() > kMostBytes) {
    program.Complain(0,
                     {"the expression is longer than 4096 bytes; split it",
                      "l’expression dépasse 4096 octets; divisez-la"},
                     diagnostics);
    return false;
  }
  // One list of nodes, tokens and positions: a text that is not UTF-8 would spoil each complaint.
  if (!base::IsUtf8(program.source)) {
    program.Complain(
        0, {"the expression is not well-formed UTF-8", "l’expression n’est pas de l’UTF-8 valide"},
        diagnostics);
    return false;
  }
  program.start = Parser(program, diagnostics).Run();
  return program.start != 0 && diagnostics.size() == before;
}

}  // namespace garant::expr

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/expression.h"

// What parsing and checking make and the evaluator walks: a tree of compact nodes in one vector.
namespace garant::expr {

enum class Op : uint8_t {
  kNothing,   // node 0: stands for a part that was left out
  kConstant,  // constants[a]
  kNow,
  kName,       // not resolved yet: the checker makes it one of the next two
  kRootField,  // field
  kVariable,   // slot
  kField,      // field of a
  kList,       // lists[a] .. lists[a + b)
  kAdd,
  kSubtract,
  kMultiply,
  kCount,   // slot in a where b
  kLatest,  // slot in a where b by c
  kCall,    // functions[slot] of a, b
  kHas,
  kNot,
  kAnd,
  kOr,
  kImplies,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kMatches,
  kEvery,
  kSome,
  kNo,  // slot in a where b: c
};      // clang-format sorts nothing here: the order is used by IsPath, IsCondition, IsQuantifier

struct Node {
  Op op = Op::kNothing;
  uint8_t slot = 0;
  bool if_any = false;
  uint16_t field = 0;
  uint16_t a = 0;
  uint16_t b = 0;
  uint16_t c = 0;
  uint16_t begin = 0;  // bytes of the source
  uint16_t end = 0;
  uint16_t name_begin = 0;  // of a name, a field or a quantified variable
  uint16_t name_end = 0;
};

constexpr bool IsPath(Op op) { return op <= Op::kField; }
constexpr bool IsCondition(Op op) { return op >= Op::kHas; }
constexpr bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kMatches; }
constexpr bool IsQuantifier(Op op) { return op >= Op::kEvery; }
constexpr bool Binds(Op op) { return IsQuantifier(op) || op == Op::kCount || op == Op::kLatest; }

constexpr size_t kMostBytes = 4096;
constexpr uint16_t kMostDepth = 200;
constexpr uint8_t kMostNested = 4;  // quantifiers
constexpr uint8_t kMostGiven = 16;  // variables that a message may use
constexpr uint8_t kMostSlots = kMostNested + kMostGiven;

// What `where` begins with, where that can be told of an element without walking the tree: a field
// of the element against a literal. An element for which one is false takes no part.
struct Test {
  uint16_t field = 0;
  Op op = Op::kNothing;  // kEqual, kIn, or kField for a truth by itself
  uint16_t literal = 0;  // in constants
};
struct Filter {
  std::array<Test, 3> tests;
  size_t count = 0;
  std::vector<uint16_t> rest;  // nodes of the conjuncts that are left where all tests hold
};

// What a node names that is a literal, a variable, a root field or a field of a field of these:
// read without walking the tree. The root is read as a variable is, from a slot of its own. `dated`
// has a bit for each step out of an observed record.
struct Path {
  Op from = Op::kNothing;  // kConstant, kVariable; kNothing where it takes working out
  uint8_t slot = 0;
  uint8_t dated = 0;
  uint8_t depth = 0;
  uint8_t cost = 0;                  // in steps
  std::array<uint16_t, 5> fields{};  // of a constant its index
};
constexpr uint8_t kRootSlot = kMostSlots;

// A node as the evaluator reads it: half a cache line, since one who judges many services reads
// every proof anew for each.
struct alignas(32) Step {
  Op op = Op::kNothing;
  uint8_t slot = 0;
  bool if_any = false;
  uint16_t field = 0;  // of a comparison with a literal: constants[field - 1], or 0
  uint16_t a = 0;
  uint16_t b = 0;
  uint16_t c = 0;
  uint16_t filter = 0;  // of what binds: filters[filter - 1], or 0 for none
  Path path;            // where it is none itself, that of its operand `a`
};
static_assert(sizeof(Step) == 32);

using Variables = std::vector<std::pair<std::string, Type>>;

// What evaluating reads stands first, together.
struct Program {
  const RecordType* root = nullptr;
  uint16_t start = 0;
  std::vector<Step> steps;  // one for each node
  std::vector<Value> constants;
  std::vector<Filter> filters;
  std::vector<uint16_t> lists;
  std::vector<Node> nodes;
  std::vector<Type> types;  // one for each node, once checked
  std::string source;
  base::Where where;
  Variables given;      // slots that hold a value before the program starts
  Variables variables;  // quantified, each once
  std::vector<std::string> reads;
  Arena arena;

  [[nodiscard]] std::string_view Written(const Node& node) const {
    return std::string_view(source).substr(node.begin, node.end - node.begin);
  }
  [[nodiscard]] std::string_view Name(const Node& node) const {
    return std::string_view(source).substr(node.name_begin, node.name_end - node.name_begin);
  }
  void Complain(size_t offset, base::Text message, base::Diagnostics& diagnostics) const;
};

// Whether slots of the program's root type may be read of `root`.
[[nodiscard]] inline bool IsRoot(const Value& root, const Program& program) {
  const Record& record = root.record();
  return record.type == program.root && record.fields.size() == program.root->fields.size();
}

// Each adds what it finds wrong to `diagnostics` and says whether the program may go on.
[[nodiscard]] bool Parse(Program& program, base::Diagnostics& diagnostics);
enum class Wanted : uint8_t { kCondition, kAnything };
[[nodiscard]] bool Check(Program& program, Wanted wanted, base::Diagnostics& diagnostics);

// Makes what the evaluator reads: steps and filters, with each list of literals as one constant.
void Prepare(Program& program);

// All three, from `source` with the variables `given`.
[[nodiscard]] bool Compile(Program& program, Wanted wanted, base::Diagnostics& diagnostics);

}  // namespace garant::expr

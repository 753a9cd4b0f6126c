#include "expr/expression.h"

#include <algorithm>
#include <utility>

#include "expr/evaluator.h"
#include "expr/explainer.h"
#include "expr/program.h"

namespace garant::expr {

struct Expression::Code {
  Program program;
};

Expression::Expression(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;
Expression::~Expression() = default;

base::Result<Expression> Expression::CompileCondition(std::string_view source,
                                                      const base::Where& where, const Scope& scope,
                                                      base::Diagnostics& diagnostics) {
  auto code = std::make_unique<Code>();
  code->program.source = source;
  code->program.where = where;
  code->program.root = scope.root;
  const size_t before = diagnostics.size();
  if (!Compile(code->program, Wanted::kCondition, diagnostics)) {
    const base::Diagnostic& first = diagnostics[before];
    return base::Error{base::Code::kInvalid, first.message, first.where};
  }
  return Expression(std::move(code));
}

Outcome Expression::Evaluate(const Value& root, const Options& options) const {
  // A root of another type would be read by the wrong slots: nothing can be said of it.
  if (!IsRoot(root, code_->program)) return {};
  const Answer answer = Evaluator(code_->program, root, options).Run();
  return {answer.truth, answer.why, answer.what(), (answer.worlds & Bit(World::kObserved)) != 0,
          (answer.worlds & Bit(World::kActed)) != 0};
}

std::vector<Cause> Expression::Explain(const Value& root, const Options& options,
                                       size_t most) const {
  if (!IsRoot(root, code_->program)) return {};
  return Explainer(code_->program, root, options, most).Run();
}

const std::vector<std::string>& Expression::Reads() const { return code_->program.reads; }
bool Expression::ReadsField(std::string_view type, std::string_view field) const {
  const Program& program = code_->program;
  return std::ranges::any_of(program.nodes, [&](const Node& node) {
    if (node.op != Op::kField) return false;
    const RecordType* owner = program.types[node.a].record;
    return owner != nullptr && owner->name == type && owner->fields[node.field].name == field;
  });
}
const std::vector<std::pair<std::string, Type>>& Expression::Variables() const {
  return code_->program.variables;
}
const std::string& Expression::source() const { return code_->program.source; }

}  // namespace garant::expr

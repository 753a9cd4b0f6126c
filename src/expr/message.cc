#include <algorithm>
#include <utility>
#include <variant>

#include "expr/evaluator.h"
#include "expr/program.h"
#include "expr/token.h"
#include "expr/words.h"

namespace garant::expr {
namespace {

// The end of the expression that begins at `begin`: its closing brace, one in a text not counting.
size_t ClosingBrace(std::string_view source, size_t begin) {
  bool in_text = false;
  for (size_t i = begin; i < source.size(); ++i) {
    if (in_text && source[i] == '\\') {
      ++i;
    } else if (source[i] == '"') {
      in_text = !in_text;
    } else if (source[i] == '}' && !in_text) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool Mentions(std::string_view source, std::string_view name) {
  return source.find(name) != std::string_view::npos;
}

}  // namespace

struct Message::Code {
  // Words as they are, or an expression to fill in.
  std::vector<std::variant<std::string, std::unique_ptr<Program>>> parts;
};

Message::Message(std::unique_ptr<Code> code) : code_(std::move(code)) {}
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(Message&&) noexcept = default;
Message::~Message() = default;

namespace {

class MessageCompiler {
 public:
  MessageCompiler(std::string_view source, const base::Where& where, const Scope& scope,
                  const Variables& variables, base::Diagnostics& diagnostics)
      : source_(source),
        where_(where),
        scope_(scope),
        variables_(variables),
        diagnostics_(diagnostics) {}

  // The expression between two bytes of the sentence, or nothing.
  std::unique_ptr<Program> Part(size_t begin, size_t end) {
    auto program = std::make_unique<Program>();
    program->source = source_.substr(begin, end - begin);
    program->where = PositionIn(source_, where_, begin);
    program->root = scope_.root;
    for (const auto& variable : variables_) {
      if (Mentions(program->source, variable.first)) program->given.push_back(variable);
    }
    if (program->given.size() > kMostGiven) {
      Complain(begin, {"too many variables in one expression; at most 16",
                       "trop de variables dans une expression; au plus 16"});
      return nullptr;
    }
    if (!Compile(*program, Wanted::kAnything, diagnostics_)) return nullptr;
    if (!Unambiguous(*program, begin) || !Showable(*program, begin)) return nullptr;
    return program;
  }

  void Complain(size_t offset, base::Text message) {
    diagnostics_.push_back({PositionIn(source_, where_, offset), std::move(message)});
  }

 private:
  bool Unambiguous(const Program& program, size_t begin) {
    for (const Node& node : program.nodes) {
      if (node.op != Op::kVariable) continue;
      const std::string name(program.Name(node));
      const auto named = [&](const auto& variable) { return variable.first == name; };
      if (std::count_if(variables_.begin(), variables_.end(), named) < 2) continue;
      Complain(begin + node.begin,
               {"'" + name + "' names elements of two types in the condition; rename one there",
                "« " + name +
                    " » désigne des éléments de deux types dans la condition; renommez-en "
                    "un"});
      return false;
    }
    return true;
  }

  bool Showable(const Program& program, size_t begin) {
    const Type& type = program.types[program.start];
    const bool record = type.kind == Kind::kRecord || type.element == Kind::kRecord;
    if (!record) return true;
    Complain(begin,
             {"a record cannot be shown in a sentence; name one of its fields",
              "un enregistrement ne s’affiche pas dans une phrase; nommez un de ses champs"});
    return false;
  }

  std::string_view source_;
  const base::Where& where_;
  const Scope& scope_;
  const Variables& variables_;
  base::Diagnostics& diagnostics_;
};

// What a cause says that a variable held; absent where it says nothing or something of another
// type.
Value BoundTo(const Cause& cause, const std::string& name, const Type& type) {
  for (auto binding = cause.bindings.rbegin(); binding != cause.bindings.rend(); ++binding) {
    if (binding->first != name) continue;
    const Value& value = binding->second;
    if (value.kind() == Kind::kUnknown) return value;
    const bool same = value.kind() == type.kind &&
                      (type.kind != Kind::kRecord || value.record().type == type.record);
    return same ? value : Value::Absent();
  }
  return Value::Absent();
}

std::string Fill(const Program& program, const Value& root, const Cause& cause,
                 const Options& options, base::Language language) {
  Evaluator evaluator(program, root, options);
  std::vector<Value> bound;
  bound.reserve(program.given.size());
  for (const auto& [name, type] : program.given) bound.push_back(BoundTo(cause, name, type));
  for (size_t slot = 0; slot < bound.size(); ++slot) {
    evaluator.Bind(static_cast<uint8_t>(slot), &bound[slot]);
  }
  Value scratch;
  uint8_t worlds = 0;
  const Value& value = evaluator.Get(program.start, scratch, worlds);
  return InWords(evaluator.exhausted() ? Value() : value, Quotes::kNone).In(language);
}

}  // namespace

base::Result<Message> Message::Compile(std::string_view source, const base::Where& where,
                                       const Scope& scope,
                                       const std::vector<std::pair<std::string, Type>>& variables,
                                       base::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  auto code = std::make_unique<Code>();
  MessageCompiler compiler(source, where, scope, variables, diagnostics);
  std::string words;
  for (size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '{' || source.substr(i, 2) == "{{") {
      words += source[i];
      if (source[i] == '{') ++i;
      continue;
    }
    const size_t end = ClosingBrace(source, i + 1);
    if (end == std::string_view::npos) {
      compiler.Complain(i, {"this brace is never closed; write {{ for a brace itself",
                            "cette accolade n’est jamais fermée; écrivez {{ pour une accolade"});
      break;
    }
    if (auto program = compiler.Part(i + 1, end)) {
      code->parts.emplace_back(std::exchange(words, {}));
      code->parts.emplace_back(std::move(program));
    }
    i = end;
  }
  code->parts.emplace_back(std::move(words));
  if (diagnostics.size() == before) return Message(std::move(code));
  const base::Diagnostic& first = diagnostics[before];
  return base::Error{base::Code::kInvalid, first.message, first.where};
}

bool Message::SpeaksOf(const Cause& cause) const {
  for (const auto& part : code_->parts) {
    const auto* program = std::get_if<std::unique_ptr<Program>>(&part);
    if (program == nullptr) continue;
    for (const Node& node : (*program)->nodes) {
      if (node.op != Op::kVariable || node.slot >= (*program)->given.size()) continue;
      const auto& [name, type] = (*program)->given[node.slot];
      if (BoundTo(cause, name, type).kind() == Kind::kAbsent) return false;
    }
  }
  return true;
}

std::string Message::Render(const Value& root, const Cause& cause, const Options& options,
                            base::Language language) const {
  std::string sentence;
  for (const auto& part : code_->parts) {
    if (const auto* words = std::get_if<std::string>(&part)) {
      sentence += *words;
    } else {
      const Program& program = *std::get<std::unique_ptr<Program>>(part);
      const bool readable = IsRoot(root, program);
      sentence += readable ? Fill(program, root, cause, options, language) : "—";
    }
  }
  return sentence;
}

}  // namespace garant::expr

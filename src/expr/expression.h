#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "base/text.h"
#include "expr/value.h"

// Expressions: parsed, typed and compiled once, evaluated often. Thread-safe once compiled.
namespace garant::expr {

// The answer of a condition, worst first: `and` takes the least, `or` the greatest. Absent means
// that something which should have been declared is not; it is neither true nor false, and `not`
// leaves it.
enum class Truth : uint8_t { kFalse, kAbsent, kUnknown, kTrue };

struct Scope {
  const RecordType* root = nullptr;  // its fields are the names that an expression may use
};

struct Options {
  base::Time now;
  base::Time horizon;  // observed records from before it are stale
  uint64_t most_steps = 200'000;
};

struct Outcome {
  Truth truth = Truth::kUnknown;
  Unknown why = Unknown::kNone;       // of kUnknown
  std::string_view what;              // what the unknown is about, such as an observation kind
  bool rests_on_observation = false;  // a value of World::kObserved took part
  bool rests_on_act = false;          // a value of World::kActed took part
};

// One thing that made an expression come out as it did.
struct Cause {
  Truth truth = Truth::kFalse;  // as it bears on the whole: under `not`, exchanged
  Unknown why = Unknown::kNone;
  std::vector<std::pair<std::string, Value>> bindings;  // quantified variables, outermost first
  std::string source;           // the sub-expression that decided, as written
  base::Text says;              // it, with its values, in words
  std::vector<Origin> origins;  // of the values that it read, no duplicates
};

class Expression {
 public:
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  // Compiles a condition. `where` is where its first character stands in its file; complaints carry
  // positions relative to it, all of them at once, and a fault makes the result an error as well.
  static base::Result<Expression> CompileCondition(std::string_view source,
                                                   const base::Where& where, const Scope& scope,
                                                   base::Diagnostics& diagnostics);

  // `root` must be a record of the scope's root type.
  [[nodiscard]] Outcome Evaluate(const Value& root, const Options& options) const;

  // The causes of Evaluate's truth: for a failing `every`, one for each element that fails (at most
  // `most`), and so on inwards; of a true outcome, what made it so. The causes whose truth is the
  // outcome's come first; there is at least one. Slower; made for reports.
  [[nodiscard]] std::vector<Cause> Explain(const Value& root, const Options& options,
                                           size_t most = 20) const;

  // Names of root fields that it reads, with one more level for records ("observed.http-route").
  [[nodiscard]] const std::vector<std::string>& Reads() const;
  // Whether it reads this field of any record of the type, by their names.
  [[nodiscard]] bool ReadsField(std::string_view type, std::string_view field) const;
  // Quantified variables with their types, for templates that speak of a Cause.
  [[nodiscard]] const std::vector<std::pair<std::string, Type>>& Variables() const;
  [[nodiscard]] const std::string& source() const;

 private:
  friend class Message;
  struct Code;
  explicit Expression(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

// A sentence with {expression} in braces over the root and the variables of an expression:
// "{route.match} answered over plain HTTP". `{{` is a brace. A value that is absent or unknown
// reads as an em dash.
class Message {
 public:
  Message(Message&&) noexcept;
  Message& operator=(Message&&) noexcept;
  ~Message();
  static base::Result<Message> Compile(std::string_view source, const base::Where& where,
                                       const Scope& scope,
                                       const std::vector<std::pair<std::string, Type>>& variables,
                                       base::Diagnostics& diagnostics);
  // Every quantified variable that the sentence names is bound in `cause`.
  [[nodiscard]] bool SpeaksOf(const Cause& cause) const;
  [[nodiscard]] std::string Render(const Value& root, const Cause& cause, const Options& options,
                                   base::Language language) const;

 private:
  struct Code;
  explicit Message(std::unique_ptr<Code> code);
  std::unique_ptr<Code> code_;
};

}  // namespace garant::expr

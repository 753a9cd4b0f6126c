#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "expr/answer.h"

// The functions of the language, one table: the parser, the checker, the evaluator and the docs all
// read it.
namespace garant::expr {

enum class Parameter : uint8_t { kText, kTime, kDuration, kScalars, kListOrText };

// What a function may use of the evaluation that calls it.
class Caller {
 public:
  virtual const Options& options() const = 0;
  virtual void Spend(uint64_t bytes) = 0;
  virtual std::string_view Keep(std::string_view text) = 0;

 protected:
  ~Caller() = default;
};

struct Function {
  std::string_view name;
  std::string_view signature;
  std::string_view en;  // what it gives
  std::string_view fr;
  std::string_view example;
  std::span<const Parameter> parameters;
  Kind result;
  // Arguments are there and lists readable. Adds the worlds of elements that decided to `worlds`.
  Value (*run)(const Value& a, const Value& b, Caller& caller, uint8_t& worlds);
};

[[nodiscard]] std::span<const Function> Functions();
[[nodiscard]] int FindFunction(std::string_view name);  // -1 where there is none
[[nodiscard]] std::string_view NearestFunction(std::string_view name);

}  // namespace garant::expr

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "expr/evaluator.h"

// What an explanation needs to know of the values that a part of an expression read.
namespace garant::expr {

class Reader {
 public:
  Reader(const Program& program, Evaluator& evaluator) : program_(program), evaluator_(evaluator) {}

  // How a person calls it: a path without its quantified variable, else as written on one line.
  [[nodiscard]] std::string NameOf(uint16_t index) const;
  [[nodiscard]] static bool IsPath(Op op);

  // Origins of the values that a condition or value read, no duplicates. A value without one has
  // that of the record which should have held it.
  [[nodiscard]] std::vector<Origin> OriginsOf(uint16_t index);
  // The world of the value at a path, or of the nearest record on the way to it that has one.
  [[nodiscard]] Origin OriginOfPath(uint16_t index);
  // When the outdated record on a path was observed.
  [[nodiscard]] std::optional<base::Time> SeenAt(uint16_t index);
  // "hsts is 0, max-age is 3": the paths of a condition with their values.
  [[nodiscard]] base::Text ValuesOf(uint16_t index);

 private:
  void Collect(uint16_t index, std::vector<Origin>& origins);
  void CollectElements(const Node& node, std::vector<Origin>& origins);
  void CollectValues(uint16_t index, base::Text& all);

  const Program& program_;
  Evaluator& evaluator_;
};

}  // namespace garant::expr

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/program.h"
#include "expr/token.h"

// What the parser builds with: tokens taken one by one, nodes added with their depth bounded, and
// one complaint, the first. A node of index 0 means that there was one.
namespace garant::expr {

class TreeBuilder {
 protected:
  TreeBuilder(Program& program, base::Diagnostics& diagnostics);

  [[nodiscard]] const Token& Peek(size_t ahead = 0) const;
  const Token& Take();
  bool TakeIf(std::string_view word);
  bool Require(std::string_view word);
  [[nodiscard]] uint32_t TakenUpTo() const;  // the end of the last token taken

  // Adds a node that began at byte `begin` and ends with the last token taken.
  uint16_t Add(Node node, size_t begin);
  uint16_t Join(Op op, uint16_t left, uint16_t right);
  uint16_t Constant(Value value, size_t begin);
  [[nodiscard]] static Node Named(Op op, const Token& name);

  uint16_t Fail(const Token& token, base::Text message);
  uint16_t Expected(const std::string& en, const std::string& fr);
  uint16_t TooDeep();

 private:
  Program& program_;
  base::Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::vector<uint16_t> depths_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace garant::expr

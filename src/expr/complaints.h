#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expr/program.h"

// What the checker says of faults, each where it stands, in both languages.
namespace garant::expr {

using Words = std::vector<std::string>;

struct TypeWords {
  const char* en;
  const char* fr;
};

[[nodiscard]] TypeWords WordsOf(Kind kind);           // "an integer"
[[nodiscard]] base::Text Describe(const Type& type);  // "a list (list of store)"

class Complaints {
 protected:
  Complaints(const Program& program, base::Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics) {}

  void Complain(uint32_t offset, std::string en, std::string fr);
  void Mismatch(uint16_t index, const TypeWords& wanted, const Type& found);
  void Differ(const Node& node, const Type& a, const Type& b);
  // `more` are names beside the record's fields.
  void UnknownName(const Node& node, const RecordType& record,
                   const std::vector<std::string_view>& more);
  void NeverEquals(uint16_t path, uint16_t literal, const std::string& word, const Words& allowed);

 private:
  [[nodiscard]] const Node& At(uint16_t index) const { return program_.nodes[index]; }

  const Program& program_;
  base::Diagnostics& diagnostics_;
};

}  // namespace garant::expr

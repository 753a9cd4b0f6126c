#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "expr/value.h"
#include "trail/observation_kinds.h"

// The record types behind docs/proofs.md, and which observations stand behind each name.
namespace garant::proof {

struct Types {
  expr::RecordType root;
  expr::RecordType item;
  expr::RecordType text;  // {en, fr}
  expr::RecordType equivalent;
  expr::RecordType act;
  expr::RecordType observed;
  expr::RecordType web;
  expr::RecordType parts;
  std::map<std::string, std::unique_ptr<expr::RecordType>, std::less<>> kinds;     // by kind
  std::map<std::string, std::unique_ptr<expr::RecordType>, std::less<>> elements;  // "web.routes"
  std::map<std::string, std::vector<std::string>, std::less<>> behind;             // "web.routes"

  static const Types& Get();
  [[nodiscard]] const expr::RecordType* Kind(std::string_view name) const {
    return kinds.find(name)->second.get();
  }
  [[nodiscard]] const expr::RecordType* Element(std::string_view name) const {
    return elements.find(name)->second.get();
  }
};

// The type of a section's elements, its field's type and words.
[[nodiscard]] expr::FieldType DeclaredField(std::string_view section, std::string_view field);

}  // namespace garant::proof

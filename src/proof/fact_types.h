#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "expr/value.h"
#include "proof/declared.h"
#include "trail/entry/observation_kinds.h"

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
  std::map<std::string, std::unique_ptr<expr::RecordType>, std::less<>> kinds;  // by kind
  std::vector<const expr::RecordType*> kind_types;  // in the order of trail::ObservationKinds()
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

// Where an observation kind stands in trail::ObservationKinds().
[[nodiscard]] size_t KindIndex(std::string_view name);
template <Word name>
[[nodiscard]] size_t Kind() {
  static const size_t kIndex = KindIndex(name.view());
  return kIndex;
}
template <Word path>
[[nodiscard]] const expr::RecordType* ElementType() {
  static const expr::RecordType* const kType = Types::Get().Element(path.view());
  return kType;
}

// The type of a section's elements, its field's type and words.
[[nodiscard]] expr::FieldType DeclaredField(std::string_view section, std::string_view field);

}  // namespace garant::proof

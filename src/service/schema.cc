#include "service/schema.h"

#include <vector>

#include "service/sections.h"

namespace garant::service {

std::span<const Field> Sections() {
  static const std::vector<Field> sections = [] {
    std::vector<Field> joined;
    for (const std::span<const Field> group :
         {SectionsOfTheService(), SectionsOfData(), SectionsOfUse(), SectionsOfRisk(),
          SectionsOfPolicies(), SectionsOfOperation()})
      joined.insert(joined.end(), group.begin(), group.end());
    return joined;
  }();
  return sections;
}

const Field* FindSection(std::string_view name) {
  for (const Field& section : Sections())
    if (section.name == name) return &section;
  return nullptr;
}

}  // namespace garant::service

#pragma once

#include <span>
#include <string_view>

#include "expr/value.h"

// Reading a service model's values by name, for the joins.
namespace garant::proof {

// The field of a record; absent where `of` is absent or the field is.
[[nodiscard]] inline const expr::Value& Get(const expr::Value& of, std::string_view field) {
  static const expr::Value kAbsent;
  if (of.kind() != expr::Kind::kRecord) return kAbsent;
  const int slot = of.record().type->Find(field);
  return slot < 0 ? kAbsent : of.record().fields[static_cast<size_t>(slot)];
}

// The elements of a list; none where it is absent.
[[nodiscard]] inline std::span<const expr::Value> Each(const expr::Value& list) {
  if (list.kind() != expr::Kind::kList) return {};
  return list.list().items;
}

[[nodiscard]] inline std::string_view TextOf(const expr::Value& value) {
  return value.kind() == expr::Kind::kText ? value.text() : std::string_view{};
}

}  // namespace garant::proof

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "expr/value.h"

// Reading a service model's values by name, for the joins.
namespace garant::proof {

// A word known when this is compiled, so that what it names is looked up once.
template <size_t size>
struct Word {
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Word(const char (&from)[size]) { std::copy_n(from, size, text.begin()); }
  [[nodiscard]] constexpr std::string_view view() const { return {text.data(), size - 1}; }
  std::array<char, size> text{};
};

inline constexpr expr::Value kAbsent{};

using expr::FieldOf;

// As FieldOf; remembers which slot the field has in a type. Record types live as long as the
// process.
template <Word field>
[[nodiscard]] const expr::Value& Get(const expr::Value& of) {
  struct Slot {
    const expr::RecordType* type = nullptr;
    int slot = -1;
  };
  static constexpr size_t kTypes = 4;
  thread_local constinit std::array<Slot, kTypes> known{};
  if (of.kind() != expr::Kind::kRecord) return kAbsent;
  const expr::Record& record = of.record();
  Slot& slot = known[(reinterpret_cast<uintptr_t>(record.type) >> 6U) % kTypes];
  if (slot.type != record.type) slot = {record.type, record.type->Find(field.view())};
  return slot.slot < 0 ? kAbsent : record.fields[static_cast<size_t>(slot.slot)];
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

#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trail/entry/entry.h"
#include "trail/entry/entry_form.h"

// What the facts of erasures and holds say (docs/formats/erasure.md).
namespace garant::trail {

template <typename T>
const T* FactOf(const Entry& entry, std::string_view name) {
  for (const Fact& fact : entry.header.facts)
    if (fact.name == name) return std::get_if<T>(&fact.value);
  return nullptr;
}

template <size_t kSize>
std::optional<std::array<uint8_t, kSize>> IdOf(const Entry& entry, std::string_view name) {
  const auto* text = FactOf<std::string>(entry, name);
  if (text == nullptr) return std::nullopt;
  const auto bytes = base::FromHex(*text);
  if (!bytes || bytes->size() != kSize || base::ToHex(*bytes) != *text) return std::nullopt;
  std::array<uint8_t, kSize> id{};
  std::ranges::copy(*bytes, id.begin());
  return id;
}

inline std::optional<std::vector<std::string>> CategoriesOf(const Entry& entry,
                                                            std::string_view name) {
  const auto* texts = FactOf<std::vector<std::string>>(entry, name);
  if (texts == nullptr) return std::nullopt;
  const bool sound = std::ranges::all_of(*texts, [](const std::string& category) {
    return !category.empty() && !TextProblem(category, kMaxNameBytes);
  });
  if (!sound || std::ranges::adjacent_find(*texts, std::ranges::greater_equal()) != texts->end())
    return std::nullopt;
  return *texts;
}

}  // namespace garant::trail

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace garant::harden {

// What is known of a field that a person fills in; all of it untrusted.
struct FieldHints {
  std::string type;          // of input; "textarea", "select"
  std::string name;          // and id
  std::string autocomplete;  // HTML autofill detail tokens
  std::string label;         // its label, placeholder and aria-label
};

// The data category that the field asks for, of service::DataCategories(); "none" where it asks
// nothing about a person; empty where nothing was recognised.
[[nodiscard]] std::string_view CategoryOf(const FieldHints& hints);

struct FieldPattern {
  std::string_view words;  // folded, in English or French
  std::string_view category;
};
// The tables behind it, the most specific first.
[[nodiscard]] std::span<const FieldPattern> FieldPatterns();
[[nodiscard]] std::span<const FieldPattern> AutofillPatterns();

}  // namespace garant::harden

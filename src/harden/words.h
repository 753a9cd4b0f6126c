#pragma once

#include <string>
#include <string_view>
#include <vector>

// Small text tools over untrusted ASCII or UTF-8.
namespace garant::harden {

[[nodiscard]] std::string_view Trim(std::string_view text);
[[nodiscard]] std::string Lower(std::string_view text);  // ASCII letters only
[[nodiscard]] bool EqualsIgnoringCase(std::string_view left, std::string_view right);
// The parts between separators, trimmed; empty ones are left out.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

// Words as they compare across spellings: lower case, French accents folded, camelCase and
// punctuation split, one space between and around: "dateDeNaissance*" → " date de naissance ".
[[nodiscard]] std::string Folded(std::string_view text);
// Whether the words of `phrase` (already folded, without outer spaces) stand in `folded`.
[[nodiscard]] bool HasWords(std::string_view folded, std::string_view phrase);

// A name that came from the service, fit to be recorded: valid UTF-8, no control characters, at
// most 128 bytes, and what looks like a person's identifier or a random token replaced by {id}.
[[nodiscard]] std::string SafeName(std::string_view name);
// Another host, fit to be recorded: the name under which it is registered, and before it only
// labels that say what it is for (www, cdn); {id} in place of others, {address} for a numeric one.
[[nodiscard]] std::string SafeHost(std::string_view host);

}  // namespace garant::harden

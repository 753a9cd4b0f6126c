#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Paths as route templates: a path may name a person, a template never does.
namespace garant::harden {

// Whether the path (percent-encoded, without query) is one of the template's: same segments, where
// {param} stands for one of any kind.
[[nodiscard]] bool MatchesTemplate(std::string_view route, std::string_view path);
// How a template is asked for: each {param} becomes "0".
[[nodiscard]] std::string ExamplePath(std::string_view route);
[[nodiscard]] bool HasParameters(std::string_view route);

// The declared template that matches (one without parameters before others, then the first); else
// the path with identifier-like segments as {id}, static assets as {file} of their folder, and at
// most 12 segments.
[[nodiscard]] std::string RouteOf(std::string_view path, const std::vector<std::string>& declared);
// Whether a segment may name a person, record or session rather than a page.
[[nodiscard]] bool LooksLikeIdentifier(std::string_view segment);

// Addresses that could sign out, delete or change something when asked for.
[[nodiscard]] bool LooksHarmful(std::string_view path_and_query, std::string_view link_text);

}  // namespace garant::harden

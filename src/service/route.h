#pragma once

#include <string_view>
#include <vector>

// Route templates as the service file writes them: /permits/{id}.
namespace garant::service {

// Between the slashes. Keeps empty segments: /a//b is not /a/b. A slash at the end makes no
// difference.
[[nodiscard]] std::vector<std::string_view> Segments(std::string_view path);
// {param} stands for one segment of any kind.
[[nodiscard]] bool IsParameter(std::string_view segment);
[[nodiscard]] bool HasParameters(std::string_view route);
// Whether the path (percent-encoded, without query) is one of the template's: same segments, where
// a parameter stands for one that is not empty.
[[nodiscard]] bool MatchesTemplate(std::string_view route, std::string_view path);

}  // namespace garant::service

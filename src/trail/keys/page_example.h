#pragma once

#include <string>
#include <string_view>

#include "base/file.h"

// For tests: the worked examples of docs/formats.
namespace garant::trail {

// What stands between "```<mark>" and the closing fence on that page.
inline std::string ExampleOf(const std::string& page, const std::string& mark) {
  const auto text = base::ReadFile(std::string(GARANT_SOURCE_DIR) + "/docs/formats/" + page);
  if (!text) return {};
  const std::string fence = "```" + mark + "\n";
  const size_t start = text->find(fence);
  if (start == std::string::npos) return {};
  const size_t from = start + fence.size();
  return text->substr(from, text->find("```", from) - from);
}

// The digits of such a block of bytes: without what stands behind a '#', and without white space.
inline std::string DigitsOf(const std::string& text) {
  std::string out;
  bool comment = false;
  for (const char c : text) {
    comment = c == '#' || (comment && c != '\n');
    if (!comment && c != ' ' && c != '\n') out += c;
  }
  return out;
}

}  // namespace garant::trail

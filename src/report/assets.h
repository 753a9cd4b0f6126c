#pragma once

#include <string_view>

// report.css and report.js, turned into source text when built (embed.cmake).
namespace garant::report {

extern const std::string_view kStyleSheet;
extern const std::string_view kScript;

}  // namespace garant::report

#pragma once

#include <string>
#include <string_view>

#include "base/text.h"

// What keeps hostile text from being anything but text.
namespace garant::report {

using base::Plain;

// Plain, with & < > " ' as references: for the content and the quoted attributes of HTML.
[[nodiscard]] std::string Html(std::string_view text);

// A path as a URI reference (RFC 3986): everything but unreserved characters and '/' is encoded.
[[nodiscard]] std::string UriPath(std::string_view path);

// Code points; what a terminal shows of our own two languages.
[[nodiscard]] size_t Width(std::string_view text);

}  // namespace garant::report

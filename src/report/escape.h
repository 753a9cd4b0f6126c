#pragma once

#include <string>
#include <string_view>

// What keeps hostile text from being anything but text.
namespace garant::report {

// On one line of a terminal: control characters, marks that turn the direction of writing, line and
// paragraph separators and bytes that are not UTF-8 become U+FFFD; line breaks and tabs a space.
[[nodiscard]] std::string Plain(std::string_view text);

// Plain, with & < > " ' as references: for the content and the quoted attributes of HTML.
[[nodiscard]] std::string Html(std::string_view text);

// A path as a URI reference (RFC 3986): everything but unreserved characters and '/' is encoded.
[[nodiscard]] std::string UriPath(std::string_view path);

// Code points; what a terminal shows of our own two languages.
[[nodiscard]] size_t Width(std::string_view text);

}  // namespace garant::report

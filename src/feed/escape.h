#pragma once

#include <string>
#include <string_view>

namespace garant::feed {

// For a field of CEF's header: "\" and "|" with a backslash, line ends as spaces.
[[nodiscard]] std::string EscapedInHeader(std::string_view text);
// For a value of its extension: "\" and "=" with a backslash, line ends as \n and \r.
[[nodiscard]] std::string EscapedInExtension(std::string_view text);
// The key under which a fact stands: "feed-date" is garantFactFeedDate, "@subject"
// garantFactAtSubject.
[[nodiscard]] std::string KeyOfFact(std::string_view name);

}  // namespace garant::feed

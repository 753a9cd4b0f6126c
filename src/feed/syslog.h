#pragma once

#include <string>
#include <string_view>

#include "trail/entry/entry.h"

namespace garant::feed {

// A message of RFC 5424 that holds the text, framed by its length (RFC 6587, octet counting).
// Facility 13 (log audit); MSGID is the entry's kind, as far as it fits.
[[nodiscard]] std::string SyslogFrame(const trail::Entry& entry, std::string_view host,
                                      std::string_view text);

}  // namespace garant::feed

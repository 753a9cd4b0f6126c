#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <variant>

#include "ingest/source_event.h"

namespace garant::ingest {

// A line of nginx's log_format `combined` (Apache's too), or of `common`, which lacks the last two
// fields: {"client", "user", "time" (RFC 3339), "method", "target", "protocol", "status", "sent",
// "referrer", "agent"}. What stands there as "-" is left out, and so is a request line that is
// none. kNotUtf8, kNotCombined.
[[nodiscard]] std::variant<nlohmann::json, Reason> ReadCombined(std::string_view line);

}  // namespace garant::ingest

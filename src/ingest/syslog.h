#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <variant>

#include "ingest/source_event.h"

namespace garant::ingest {

// One message of RFC 5424, taken strictly by its grammar (section 6):
// {"facility", "severity" (numbers), "time", "host", "app", "process", "id", "data": {SD-ID:
// {NAME: VALUE, or a list where the name repeats}}, "message", "body"}. A NILVALUE is left out;
// "message" where it is UTF-8; "body" is the message where that is a JSON object, also behind
// "@cee:". kNotSyslog; kNotUtf8 where a byte-order mark or structured data promises what is none.
[[nodiscard]] std::variant<nlohmann::json, Reason> ReadSyslog(std::string_view message);

}  // namespace garant::ingest

#pragma once

#include <nlohmann/json_fwd.hpp>

#include "trail/entry.h"
#include "trail/journey.h"

// What stands in a trail, as JSON: the commands under `garant trail` and the API say the same.
namespace garant::report {

// The clear header, and of each sealed part its category and size. Dump it with
// error_handler_t::replace: an entry's texts need not be UTF-8.
[[nodiscard]] nlohmann::json EntryJson(const trail::Entry& entry);
[[nodiscard]] nlohmann::json JourneyJson(const trail::Journey& journey);

}  // namespace garant::report

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/bytes.h"
#include "reading/looks.h"
#include "reading/opening.h"
#include "trail/entry/entry.h"
#include "trail/search/journey.h"

// What stands in a trail, as JSON: the commands under `garant trail` and the API say the same.
namespace garant::report {

// The clear header, and of each sealed part its category and size. Dump it with
// error_handler_t::replace: an entry's texts need not be UTF-8.
[[nodiscard]] nlohmann::json EntryJson(const trail::Entry& entry);
// Says beside each of an entry's `parts` what is in it, or why that is not shown.
void AddOpened(const reading::Opened& opened, nlohmann::json& parts);
// What is no text is shown by its digits.
[[nodiscard]] std::string Readable(base::ByteView bytes);
[[nodiscard]] nlohmann::json LooksJson(const reading::Looks& looks);
// Spans are sealed: each is called by a number of its own within the journey, as who calls it is.
[[nodiscard]] nlohmann::json JourneyJson(const trail::Journey& journey);

}  // namespace garant::report

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ingest/forms.h"
#include "ingest/mapping.h"
#include "ingest/routes.h"
#include "ingest/source_event.h"
#include "trail/entry/draft.h"

namespace garant::ingest {

// A line as a source gave it, without its line end.
struct Line {
  uint64_t sequence = 0;
  uint64_t length = 0;  // as it was; `bytes` holds at most kLongestLine of it
  std::string bytes;
  std::string sender{};             // by what it proved to be, where the source asks for that
  std::optional<Reason> refused{};  // of the framing: what `bytes` holds is no whole line
};

// Where lines come from, and what they are held against.
struct LineContext {
  const std::string& source;  // "lines/web"
  const Mapping& mapping;
  const Routes& routes;
  const std::string& service;
  base::Time now;
  base::Duration kept = kLongestAgo;  // the transient keys of a day
};

// An entry of kind `event`; of kind `source`, refused, for a line that cannot be one. Whatever it
// holds, the trail takes it (docs/formats/ingest.md).
[[nodiscard]] trail::Draft LineToDraft(Line line, const LineContext& context);

}  // namespace garant::ingest

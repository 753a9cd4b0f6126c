#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "trail/keys.h"
#include "trail/reader.h"
#include "trail/search.h"

// Finding entries by options: --kind, --part, … --subject, --session, --since.
namespace garant::cli {

// Whether the options name somebody or something that needs the trail's keys to be found.
[[nodiscard]] bool NeedsKeys(const Invocation& call);

// `keys` may be null where NeedsKeys says no.
[[nodiscard]] base::Result<trail::Search> SearchOf(const Invocation& call,
                                                   const trail::TrailReader& reader,
                                                   const trail::KeyRing* keys);

// By what entries are looked for, as it may be told to others.
struct Filters {
  std::vector<std::string> names;                          // ascending
  std::vector<std::pair<std::string, std::string>> words;  // values that name no person
};
[[nodiscard]] Filters FiltersOf(const Invocation& call);

[[nodiscard]] base::Result<uint64_t> NumberOption(std::string_view name, const std::string& text,
                                                  uint64_t most);

}  // namespace garant::cli

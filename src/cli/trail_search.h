#pragma once

#include "cli/command.h"
#include "reading/opening.h"
#include "trail/search/search.h"

// Finding entries by options: --kind, --part, … --subject, --session, --since.
namespace garant::cli {

// Whether the options name somebody or something that needs the trail's keys to be found.
[[nodiscard]] bool NeedsKeys(const Invocation& call);

// A raw identifier, which others must not see among the arguments: from the file that the option
// names, or from standard input where it is "-".
[[nodiscard]] base::Result<std::string> SecretOf(const Invocation& call, std::string_view option);

// kNotFound where whom or what it names is not known (any more): the error says which. `keys` may
// be null where NeedsKeys says no.
[[nodiscard]] base::Result<trail::Search> SearchOf(const Invocation& call,
                                                   const trail::TrailReader& reader,
                                                   const trail::KeyRing* keys);
[[nodiscard]] reading::Filters FiltersOf(const Invocation& call);

[[nodiscard]] base::Result<uint64_t> NumberOption(std::string_view name, const std::string& text,
                                                  uint64_t most);

// --most: 1 or more, and no more than `most`; `usual` where it is left out.
[[nodiscard]] base::Result<size_t> MostOption(const Invocation& call, size_t usual, size_t most);

}  // namespace garant::cli

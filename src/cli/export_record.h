#pragma once

#include <optional>
#include <string>

#include "cli/trail_search.h"
#include "cli/workspace.h"
#include "feed/destination.h"
#include "trail/entry/draft.h"

// The entries that say where the trail went: kind `export`, docs/formats/export.md.
namespace garant::cli {

struct ExportRecord {
  std::string service;
  feed::Form form = feed::Form::kLines;
  feed::Address to;
  reading::Filters filters;
  bool follow = false;
  std::optional<reading::Reader> reader;  // with what they may open
  uint64_t first = 0;
};

// Before anything leaves. `end`: the entry before which it ends; none where it follows.
[[nodiscard]] trail::Draft ExportBegun(const ExportRecord& record, std::optional<uint64_t> end,
                                       base::Time now);
// Afterwards; `failed` where it was broken off.
[[nodiscard]] trail::Draft ExportEnded(const ExportRecord& record, uint64_t end, uint64_t count,
                                       bool failed, base::Time now);

}  // namespace garant::cli

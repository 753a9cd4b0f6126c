#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ingest/line_source.h"

namespace garant::ingest {

// Listens on a stream socket (docs/formats/ingest.md). `taken` as in LineFileSettings. Takes the
// place of a socket on which nobody listens; kConflict where somebody does, or where something else
// stands there.
[[nodiscard]] base::Result<std::unique_ptr<LineSource>> OpenLineSocket(
    const std::string& path, std::optional<uint64_t> taken);

}  // namespace garant::ingest

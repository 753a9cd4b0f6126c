#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/recorder_sources.h"

// The kinds of sources that --lines can name, in one table.
namespace garant::cli {

struct Opening {
  const Invocation& call;
  const WantedSource& wanted;
  const Places& places;
  const std::map<std::string, uint64_t, std::less<>>& taken;
  const base::Clock& clock;
  std::shared_ptr<ingest::FilesInUse> in_use;

  [[nodiscard]] std::optional<uint64_t> Taken() const;
  // The first free numbers: of the source itself under "", of its senders under their names.
  [[nodiscard]] std::map<std::string, uint64_t, std::less<>> Next() const;
};

struct SourceKind {
  std::string_view name;             // what stands before the first colon of --lines; empty: a file
  std::string_view source;           // how its sources are called
  std::optional<ingest::Form> form;  // that its mappings must have; none: any of lines
  // What can be seen to be wrong before anything is begun.
  base::Status (*check)(const Invocation&, const WantedSource&);
  base::Result<std::unique_ptr<ingest::LineSource>> (*open)(const Opening&);
};
[[nodiscard]] std::span<const SourceKind> SourceKinds();

}  // namespace garant::cli

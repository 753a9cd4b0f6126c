#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/workspace.h"
#include "ingest/line_file.h"
#include "ingest/line_source.h"
#include "ingest/mapping.h"
#include "ingest/resumed.h"

// What --lines, --mapping and --source name, and how it is opened.
namespace garant::cli {

struct WantedSource {
  std::string address;  // what --lines says, without what kind it is
  std::string source;   // "lines/web", "syslog/hosts", "otlp/web"
  std::string kind;     // "", "unix", "syslog", …: a name of the table of kinds
  ingest::Mapping mapping;
};

// In their order; complains of mappings at once. Nothing, and `status`, where something is wrong.
[[nodiscard]] std::optional<std::vector<WantedSource>> ReadWantedSources(
    const Invocation& call, const ingest::Systems& systems, int& status);

// Opens them one after the other.
class SourceOpener {
 public:
  SourceOpener(const Invocation& call, const Places& places, const ingest::Resumed& resumed,
               const base::Clock& clock)
      : call_(call), places_(places), taken_(resumed.taken), clock_(clock) {}
  [[nodiscard]] base::Result<std::unique_ptr<ingest::LineSource>> Open(const WantedSource& wanted);

 private:
  const Invocation& call_;
  const Places& places_;
  std::map<std::string, uint64_t, std::less<>> taken_;
  const base::Clock& clock_;
  std::shared_ptr<ingest::FilesInUse> in_use_ = std::make_shared<ingest::FilesInUse>();
};

}  // namespace garant::cli

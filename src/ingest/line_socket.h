#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/file.h"
#include "ingest/line_source.h"
#include "ingest/tls.h"

namespace garant::ingest {

// How a stream is cut: into lines, or into messages of syslog (RFC 6587).
enum class Framing : uint8_t { kLines, kSyslog };

struct LineSocketSettings {
  std::unique_ptr<base::Descriptor> listening;
  std::string unlink;  // a file that goes with it; empty for none
  Framing framing = Framing::kLines;
  std::shared_ptr<const Tls> tls{};              // none: plain
  std::set<std::string, std::less<>> senders{};  // as Tls::Accept has them
  // The first free number of each sender; of "" for what no certificate names.
  std::map<std::string, uint64_t, std::less<>> next{};
};

// Takes what senders write into a stream socket (docs/formats/ingest.md), up to 64 at a time.
[[nodiscard]] std::unique_ptr<LineSource> TakeLineSocket(LineSocketSettings settings);

}  // namespace garant::ingest

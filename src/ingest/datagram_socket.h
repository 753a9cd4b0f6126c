#pragma once

#include <memory>
#include <string>

#include "base/file.h"
#include "ingest/line_source.h"

namespace garant::ingest {

struct DatagramSettings {
  std::unique_ptr<base::Descriptor> listening;
  std::string unlink;  // a file that goes with it
  uint64_t rate = 0;   // messages a second
  uint64_t next = 0;   // the first free number
};

// Takes messages from a datagram socket, one each (docs/formats/ingest.md). What is more than
// `rate` is dropped and counted: nobody would send it again.
[[nodiscard]] std::unique_ptr<LineSource> TakeDatagrams(DatagramSettings settings,
                                                        const base::Clock& clock);

}  // namespace garant::ingest

#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/line.h"
#include "ingest/source_event.h"

namespace garant::ingest {

struct LineBatch {
  std::vector<Line> lines;
  std::vector<SourceEvent> events;  // the source's own, without source and part
  bool more = false;                // there may be more at once
};

// Where lines come from. One thread.
class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next lines, about `most`, whose numbers ascend and that the trail does not have. What the
  // last Take gave must be let go first.
  [[nodiscard]] virtual base::Result<LineBatch> Take(size_t most) = 0;
  // What the last Take gave is durable.
  virtual base::Status LetGo() = 0;
  // Ends in order: what was let go is remembered.
  virtual base::Status Close() = 0;
  // Descriptors to wait on; none where only looking again helps.
  [[nodiscard]] virtual std::vector<int> Descriptors() const { return {}; }
};

}  // namespace garant::ingest

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
  std::vector<base::Error> problems{};
};

// What becomes of that which was sent and not taken yet.
enum class Untaken : uint8_t {
  kStays,     // where it is: a file
  kWaits,     // at its sender; what was on its way when a recorder dies is lost: a stream
  kRepeated,  // its sender asks again until it is answered, and is told when that is too often
  kLost,      // a datagram; what is too many the source drops and counts itself
};

// Where lines come from. One thread.
class LineSource {
 public:
  virtual ~LineSource() = default;
  // The next lines, about `most`, whose numbers ascend (for each sender) and that the trail does
  // not have. What the last Take gave must be let go first.
  [[nodiscard]] virtual base::Result<LineBatch> Take(size_t most) = 0;
  // What the last Take gave is durable.
  virtual base::Status LetGo() = 0;
  // Ends in order: what was let go is remembered.
  virtual base::Status Close() = 0;
  // The line of this number, of the last Take, could not become an event.
  virtual void Refused(uint64_t sequence) { (void)sequence; }
  [[nodiscard]] virtual Untaken untaken() const { return Untaken::kStays; }
  // Descriptors to wait on; none where only looking again helps.
  [[nodiscard]] virtual std::vector<int> Descriptors() const { return {}; }
};

}  // namespace garant::ingest

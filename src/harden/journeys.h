#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "harden/target.h"
#include "trail/entry/observation.h"
#include "trail/search/journey.h"

// Synthetic journeys: requests that make a service call along its declared edges, each under a
// trace of its own that nobody could know before, and what the trail then says of it.
namespace garant::harden {

// A path that the service file names, and the edges along which asking for it leads. An edge from
// a system to itself leads from the front's log to the system's own.
struct Walk {
  std::string path;
  std::vector<trail::Edge> edges;
};
struct Walks {
  std::vector<Walk> walks;
  std::vector<trail::Edge> unwalked;  // edges that need a journey, for which the file names none
};
[[nodiscard]] Walks WalksFromModel(const service::Model& model);

struct Walked {
  Walk walk;
  std::string trace;  // 32 hexadecimal digits
  int status = 0;     // of the answer; 0 where none came
  trail::Vantage vantage = trail::Vantage::kLoopback;
};
struct WalkReport {
  std::vector<Walked> walked;
  std::vector<base::Text> notes;  // what went wrong on the way
};
// Asks for each path once, with GET, at the target's url and nowhere else. kIo: nothing can be
// connected to there.
[[nodiscard]] base::Result<WalkReport> TakeWalks(std::span<const Walk> walks,
                                                 const ProbeTarget& target);

// Whether a call went along the edge, as the logs of both its ends say: an entry of one source
// names as its parent the span of an entry of another source. A log that tells of both ends proves
// nothing about handing a trace on.
[[nodiscard]] bool Joins(const trail::Journey& journey, const trail::Edge& edge);

// One observation for each edge of the walk, and for each further edge between declared systems
// along which the journey went though no flow says so. `run` is the start of the look that the walk
// belongs to.
[[nodiscard]] std::vector<trail::Observation> ObserveWalk(const Walked& walked,
                                                          const trail::Journey& journey,
                                                          const service::Model& model,
                                                          base::Time run);

}  // namespace garant::harden

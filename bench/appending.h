#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "trail/append/trail.h"

// Appending to a trail as a caller does who has much to append (docs/benchmarks.md).
namespace garant::bench {

constexpr size_t kBatch = 2048;  // entries of an append

// The trail of a benchmark in a folder, its root in a file beside. Where there is none, makes it.
[[nodiscard]] std::unique_ptr<trail::Trail> OpenTrail(const std::string& folder,
                                                      const base::Clock& clock,
                                                      const trail::TrailSettings& settings = {});
[[nodiscard]] std::string RootOf(const std::string& folder);
[[nodiscard]] uint64_t BytesIn(const std::string& folder);  // of all files

struct Appended {
  double seconds = 0;          // by the clock, until all are durable, and what is full is sealed
  double begun_seconds = 0;    // until the last is begun: where a pace was kept, what it says
  double cpu = 0;              // of all threads
  std::vector<double> ack_ms;  // of each append: until it is durable
};

// The next so many drafts.
using NextDrafts = std::function<trail::Drafts&(size_t count)>;

// Appends batch after batch, three on their way at a time; where `pace` is not 0 so many entries a
// second. An append's time runs from when it is begun, or was due; a thread of its own sees its
// end.
[[nodiscard]] Appended Append(trail::Trail& trail, const NextDrafts& next, uint64_t count,
                              double pace = 0);

}  // namespace garant::bench

#pragma once

#include <chrono>
#include <memory>

#include "base/file.h"
#include "ingest/line_source.h"
#include "ingest/otlp_gate.h"

namespace garant::ingest {

struct OtlpSettings {
  std::unique_ptr<base::Descriptor> listening;
  OtlpGate::Terms terms{};
  uint64_t next = 0;  // the first number that the trail does not have
  size_t most_connections = 64;
  std::chrono::milliseconds idle{60'000};      // between requests
  std::chrono::milliseconds come_in{15'000};   // for one to come in whole
  std::chrono::milliseconds patience{10'000};  // until somebody takes it; then 503
};

// Takes OTLP over HTTP/1.1 (Boost.Beast) in a thread of its own. An answer of 200 says that what
// was sent is in the trail; without one the sender sends it again.
[[nodiscard]] std::unique_ptr<LineSource> TakeOtlp(OtlpSettings settings, const base::Clock& clock);

}  // namespace garant::ingest

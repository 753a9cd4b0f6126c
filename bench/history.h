#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "appending.h"
#include "base/time.h"
#include "guard_records.h"
#include "trail/keys/keys.h"
#include "trail/store/reader.h"

// A trail of 300 days, ten epochs of persons' tokens, in which a person has about a thousand
// entries, however many all have together: what finding and erasing cost (docs/benchmarks.md).
namespace garant::bench {

[[nodiscard]] GuardRecordSettings HistorySettings(uint64_t entries);

struct HistoryFigure {
  std::string_view name;  // "journey_ms"
  double value = 0;
  std::string_view unit;
};

class History {
 public:
  // In a folder that is not there yet, on a disk that has room for it.
  History(std::string folder, uint64_t entries);

  // Appends all of it. Time passes meanwhile, and transient keys expire after thirty days.
  void Build();
  // Of what was built, which must be closed. Who is measured was chosen before.
  [[nodiscard]] std::vector<HistoryFigure> Measure();

  [[nodiscard]] std::string Workload() const;

 private:
  // Looks at drafts as they go by.
  class Watched;
  struct Sample {
    uint64_t sequence = 0;
    std::string session;
    std::string trace;
  };

  void Choose();
  [[nodiscard]] double OpenMs() const;
  struct Taken {
    std::vector<double> ms;
    std::vector<double> cpu_ms;
  };
  [[nodiscard]] Taken FindJourneys(const trail::TrailReader& reader,
                                   const trail::KeyRing& keys) const;
  void FindSamples(const trail::TrailReader& reader, const trail::KeyRing& keys);
  void Erase();
  void Put(std::string_view name, double value, std::string_view unit);

  std::string folder_;
  uint64_t entries_;
  GuardRecords records_;
  base::ManualClock clock_;
  std::vector<uint32_t> entries_of_;  // by person
  std::vector<Sample> samples_;       // of days whose keys are there still
  std::vector<uint64_t> asked_;       // persons, for journeys …
  std::vector<uint64_t> erased_;      // … and for erasures, others
  std::vector<HistoryFigure> figures_;
};

}  // namespace garant::bench

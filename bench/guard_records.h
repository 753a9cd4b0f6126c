#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trail/draft.h"

namespace garant::bench {

// Drafts as the guard's requests become, generated: the same for the same settings
// (docs/benchmarks.md). People come and make visits of some requests each; visits run side by side.
struct GuardRecordSettings {
  uint64_t people = 20'000;
  uint64_t visits = 400;   // that run side by side
  uint64_t requests = 20;  // of a visit, on average
  uint64_t seed = 1;
  int64_t every_ns = 2'000;  // from one entry to the next
};

class GuardRecords final : public trail::Drafts {
 public:
  explicit GuardRecords(const GuardRecordSettings& settings);

  // The next `count` stand ready.
  void Prepare(size_t count);
  [[nodiscard]] size_t size() const override { return count_; }
  [[nodiscard]] const trail::Draft& At(size_t number) override;

  // One of each person, so that their keys are there.
  [[nodiscard]] std::vector<trail::Draft> Introductions() const;
  [[nodiscard]] trail::Person PersonOf(uint64_t number) const;
  [[nodiscard]] std::string Workload() const;  // digest of the settings and of the first entries

 private:
  struct Visit {
    uint64_t person = 0;
    uint64_t left = 0;
    std::string session;
  };
  void Make(uint64_t number, trail::Draft& out);
  [[nodiscard]] uint64_t Draw(uint64_t below);
  void Begin(Visit& visit);

  GuardRecordSettings settings_;
  uint64_t state_;
  uint64_t next_ = 0;  // of all entries
  size_t count_ = 0;
  std::vector<Visit> visits_;
  std::vector<trail::Draft> ready_;
};

}  // namespace garant::bench

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trail/entry/draft.h"

namespace garant::bench {

// Drafts as the guard's requests become, generated: the same for the same settings
// (docs/benchmarks.md). People come and make visits of some requests each; visits run side by side.
struct GuardRecordSettings {
  uint64_t people = 20'000;
  uint64_t visits = 400;   // that run side by side
  uint64_t requests = 20;  // of a visit, on average
  uint64_t seed = 1;
  int64_t every_ns = 2'000;                      // from one entry to the next
  int64_t start_ns = 1'790'000'000'000'000'000;  // of the first: since 1970, in September 2026
};

// Each draft is made when it is asked for, in the same place: it is in the processor's cache when
// it is sealed, as a recorder's are.
class GuardRecords final : public trail::Drafts {
 public:
  explicit GuardRecords(const GuardRecordSettings& settings);

  // The next `count` can be asked for: each in its turn, as often as wanted before the next one.
  void Prepare(size_t count);
  [[nodiscard]] size_t size() const override { return count_; }
  [[nodiscard]] const trail::Draft& At(size_t number) override;

  // Of the last that was made: whose visit it is of.
  [[nodiscard]] uint64_t person() const { return person_; }
  [[nodiscard]] uint64_t made() const { return next_; }  // of all

  // One of each person, so that their keys are there.
  [[nodiscard]] std::vector<trail::Draft> Introductions() const;
  [[nodiscard]] static trail::Person PersonOf(uint64_t number);
  [[nodiscard]] std::string Workload() const;  // digest of the settings and of the first entries

 private:
  struct Visit {
    uint64_t person = 0;
    uint64_t left = 0;
    std::string session;
  };
  void MakeNext();
  void Number(uint64_t chance);
  // splitmix64. Here, so that what it is divided by is known.
  [[nodiscard]] uint64_t Draw(uint64_t below) {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31U)) % below;
  }
  void Begin(Visit& visit);

  GuardRecordSettings settings_;
  uint64_t state_;
  uint64_t next_ = 0;   // of all entries
  uint64_t begun_ = 0;  // where what can be asked for begins
  size_t count_ = 0;
  uint64_t person_ = 0;
  std::vector<Visit> visits_;
  trail::Draft draft_;
};

}  // namespace garant::bench

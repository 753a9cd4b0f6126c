#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/value.h"
#include "proof/fact_types.h"
#include "service/model.h"
#include "trail/entry/observation.h"

// Which observations count, and the latest of each subject, as values.
namespace garant::proof {

class Sightings {
 public:
  // In a trial every look counts. In production what needs a look from outside counts only from
  // there, and a run of the probe only if it looked at the address that the service file declares,
  // as it stands there. `every_observer`: also kinds that nothing in this build observes.
  Sightings(std::span<const trail::Observation> observations, base::Time as_of,
            const service::Model& model, bool every_observer, expr::Arena& arena);

  struct Seen {
    const trail::Observation* observation = nullptr;
    expr::Value value;  // a record of the kind's type
  };
  using OfSubject = std::pair<std::string_view, Seen>;

  // Kinds are indices in trail::ObservationKinds(): Kind<"crawl">() of fact_types.h.
  // The latest of each subject, by subject; empty where there is none.
  [[nodiscard]] std::span<const OfSubject> Of(size_t kind) const;
  [[nodiscard]] const OfSubject* Find(size_t kind, std::string_view subject) const;  // or nullptr
  // The record of one subject, or unknown with the reason.
  [[nodiscard]] expr::Value Latest(size_t kind, std::string_view subject) const;
  // All of a kind as a list, or unknown with the reason.
  [[nodiscard]] expr::Value List(size_t kind) const;
  // Why nothing of this kind is there.
  [[nodiscard]] expr::Value Missing(size_t kind) const;
  // Whether a look of this kind at that moment did not count for where it was made from.
  [[nodiscard]] bool LeftOut(size_t kind, base::Time at) const;
  // The latest run of the probe, or nullptr.
  [[nodiscard]] const trail::Observation* LatestCrawl() const;

 private:
  struct OfKind {
    size_t begin = 0;  // in latest_
    size_t count = 0;
    bool from_loopback_only = false;
    std::vector<base::Time> left_out;  // for their vantage
    bool elsewhere_only = false;
    bool observer = false;
  };
  struct Counted {
    const trail::Observation* observation = nullptr;
    size_t kind = 0;
  };
  void KeepLatest(std::span<const Counted> counted);
  expr::Value ToValue(const trail::Observation& observation, const expr::RecordType* type);

  expr::Arena& arena_;
  std::vector<OfKind> kinds_;      // by kind
  std::vector<OfSubject> latest_;  // by kind, by subject
};

// The sightings of a kind while a declared list is held against them: what nobody asked for was
// not declared.
class Unclaimed {
 public:
  Unclaimed(const Sightings& sightings, size_t kind)
      : sightings_(sightings), kind_(kind), claimed_(sightings.Of(kind).size()) {}

  // As Sightings::Latest.
  [[nodiscard]] expr::Value Claim(std::string_view subject) {
    const Sightings::OfSubject* found = sightings_.Find(kind_, subject);
    if (found == nullptr) return sightings_.Missing(kind_);
    claimed_[static_cast<size_t>(found - sightings_.Of(kind_).data())] = true;
    return found->second.value;
  }
  // The others, by subject.
  template <typename Take>
  void ForEachLeft(const Take& take) const {
    const auto all = sightings_.Of(kind_);
    for (size_t i = 0; i < all.size(); ++i)
      if (!claimed_[i]) take(all[i].first, all[i].second);
  }

 private:
  const Sightings& sightings_;
  size_t kind_;
  std::vector<bool> claimed_;
};

}  // namespace garant::proof

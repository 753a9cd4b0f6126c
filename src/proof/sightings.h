#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expr/value.h"
#include "proof/fact_types.h"
#include "service/model.h"
#include "trail/observation.h"

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

  // The latest of each subject, by subject; empty where there is none.
  [[nodiscard]] const std::map<std::string_view, Seen>& Of(std::string_view kind) const;
  // The record of one subject, or unknown with the reason.
  [[nodiscard]] expr::Value Latest(std::string_view kind, std::string_view subject) const;
  // All of a kind as a list, or unknown with the reason.
  [[nodiscard]] expr::Value List(std::string_view kind) const;
  // Why nothing of this kind is there.
  [[nodiscard]] expr::Value Missing(std::string_view kind) const;
  // The latest run of the probe, or nullptr.
  [[nodiscard]] const trail::Observation* LatestCrawl() const;

 private:
  struct OfKind {
    std::map<std::string_view, Seen> latest;
    bool from_loopback_only = false;
    bool elsewhere_only = false;
    bool observer = false;
  };
  expr::Value ToValue(const trail::Observation& observation, const expr::RecordType* type);
  [[nodiscard]] const OfKind* Find(std::string_view kind) const;

  expr::Arena& arena_;
  std::unordered_map<std::string_view, OfKind> kinds_;
};

}  // namespace garant::proof

#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "expr/value.h"
#include "proof/acts.h"
#include "service/model.h"
#include "standard/standard.h"
#include "trail/entry/observation.h"

// Joins what is declared, signed and observed into the one record of facts of docs/proofs.md.
namespace garant::proof {

// The types and names of facts; one for the process.
class FactTypes final : public standard::Facts {
 public:
  static const FactTypes& Get();
  [[nodiscard]] const expr::RecordType& RootType() const override;
  [[nodiscard]] std::vector<std::string> ObservationsBehind(std::string_view name) const override;
};

struct Evidence {
  std::span<const trail::Observation> observations;  // any order; later than as_of are left out
  std::span<const Act> acts;                         // as VerifyActs gave them
  base::Time as_of;
  bool every_observer = false;  // count kinds that nothing in this build observes (text cases)
};

// The act still speaks of what stands in the file: the sections that it was signed over read as
// they did, and cover what the item is about.
[[nodiscard]] bool IsCurrent(const Act& act, const standard::Item& item);

// Facts of one service at one moment. Borrows the model, the observations and the acts, which must
// outlive it.
class ServiceFacts {
 public:
  ServiceFacts(const service::Model& model, const Evidence& evidence);
  ServiceFacts(ServiceFacts&&) noexcept;
  ~ServiceFacts();

  [[nodiscard]] const service::Model& model() const;
  [[nodiscard]] std::span<const Act> acts() const;
  // Those of them that excuse an item, whether they count or not.
  [[nodiscard]] std::span<const Act* const> excuses() const;
  // The standard names an equivalent of the item's instrument in a jurisdiction of the service.
  [[nodiscard]] bool HasEquivalent(const standard::Item& item) const;
  // The root record for questions that do not depend on the item.
  [[nodiscard]] const expr::Value& Root() const;
  // The root record with item, equivalents and acts' `here` and `current` for this item. Not for
  // several threads at once; valid until the next call.
  [[nodiscard]] const expr::Value& RootFor(const standard::Item& item) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace garant::proof

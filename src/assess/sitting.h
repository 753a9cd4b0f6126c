#pragma once

#include <memory>
#include <vector>

#include "assess/assess.h"
#include "proof/facts.h"
#include "proof/stored_evidence.h"
#include "service/model.h"

namespace garant::assess {

// One sitting of the judge: what was judged, by what, and what came of it. Pure as Assess is; the
// parts borrow from each other and stay valid when it is moved.
struct Sitting {
  std::shared_ptr<const standard::Standard> standard;
  std::shared_ptr<const service::Model> model;
  std::shared_ptr<const proof::StoredEvidence> evidence;
  std::vector<proof::Act> acts;
  std::unique_ptr<proof::ServiceFacts> facts;
  Judgement judgement;
  std::vector<Explanation> explanations;  // one for each item
};

// Verifies the acts, joins the facts, judges and explains. `options.trust` is filled in.
[[nodiscard]] Sitting Sit(std::shared_ptr<const standard::Standard> standard,
                          std::shared_ptr<const service::Model> model,
                          std::shared_ptr<const proof::StoredEvidence> evidence, Options options);

}  // namespace garant::assess

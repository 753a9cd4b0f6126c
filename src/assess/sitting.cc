#include "assess/sitting.h"

namespace garant::assess {

Sitting Sit(std::shared_ptr<const standard::Standard> standard,
            std::shared_ptr<const service::Model> model,
            std::shared_ptr<const proof::StoredEvidence> evidence, Options options) {
  Sitting sitting;
  sitting.standard = std::move(standard);
  sitting.model = std::move(model);
  sitting.evidence = std::move(evidence);
  sitting.acts = proof::VerifyActs(sitting.evidence->acts, *sitting.model, options.as_of);
  sitting.facts = std::make_unique<proof::ServiceFacts>(
      *sitting.model, proof::Evidence{.observations = sitting.evidence->observations,
                                      .acts = sitting.acts,
                                      .as_of = options.as_of});
  const trail::Witnessed& witnessed = sitting.evidence->witnessed;
  options.trust = {.witnessed = witnessed.size > 0,
                   .through = witnessed.size,
                   .entries = sitting.evidence->entries,
                   .witnesses = witnessed.by,
                   .witnessed_at = witnessed.time};
  sitting.judgement = Assess(*sitting.standard, *sitting.facts, options);
  for (size_t item = 0; item < sitting.standard->items.size(); ++item)
    sitting.explanations.push_back(
        Explain(*sitting.standard, *sitting.facts, options, sitting.judgement, item));
  return sitting;
}

}  // namespace garant::assess

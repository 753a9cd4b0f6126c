#pragma once

#include <optional>

#include "assess/assess.h"

// The parts of judging that explaining needs as well.
namespace garant::assess {

[[nodiscard]] expr::Options ExpressionOptions(const standard::Proof& proof, base::Time as_of);

// One proof over a root record made for the item asked for.
[[nodiscard]] ProofVerdict JudgeProof(const standard::Proof& proof, size_t index,
                                      const expr::Value& root, base::Time as_of);

// The latest excuse of the item that counts.
[[nodiscard]] std::optional<Excuse> FindExcuse(const standard::Item& item,
                                               const proof::ServiceFacts& facts);
// Why an excuse does not count for its item; nothing where it does.
[[nodiscard]] std::optional<base::Text> WhyNoExcuse(const proof::Act& act,
                                                    const standard::Item& item,
                                                    const proof::ServiceFacts& facts);

}  // namespace garant::assess

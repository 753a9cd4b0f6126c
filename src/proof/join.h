#pragma once

#include <span>

#include "expr/value.h"
#include "proof/acts.h"
#include "proof/sightings.h"

// declared ∪ observed, list by list: the `web` and `parts` of docs/proofs.md.
namespace garant::proof {

struct Inputs {
  const expr::Value& model;  // root of a service::Model
  const Sightings& sightings;
  std::span<const Act> acts;
  expr::Arena& arena;
};

[[nodiscard]] expr::Value JoinWeb(const Inputs& in);
[[nodiscard]] expr::Value JoinParts(const Inputs& in);

}  // namespace garant::proof

#pragma once

#include <optional>

#include "assess/verdict.h"
#include "proof/facts.h"
#include "standard/standard.h"

// required × declared × observed → verdicts. Pure: no clock, no files, no state.
namespace garant::assess {

struct Options {
  base::Time as_of;
  std::optional<standard::Stage> stage;  // judged as if the service stood here
  Trust trust;                           // said of every verdict; does not change any
};

[[nodiscard]] Judgement Assess(const standard::Standard& standard, const proof::ServiceFacts& facts,
                               const Options& options);

// Why one verdict of `judgement` is what it is. Slower than judging; asked for what is shown.
[[nodiscard]] Explanation Explain(const standard::Standard& standard,
                                  const proof::ServiceFacts& facts, const Options& options,
                                  const Judgement& judgement, size_t item);

}  // namespace garant::assess

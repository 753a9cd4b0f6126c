#pragma once

#include <string>
#include <vector>

#include "assess/verdict.h"
#include "base/diagnostic.h"
#include "standard/standard.h"

// Runs the text cases of a standard (docs/formats/standard.md): an author needs no C++ to test one.
namespace garant::assess {

struct CaseResult {
  base::Where where;
  std::string proof;
  std::string name;
  State expected = State::kUnknown;
  State got = State::kUnknown;
  bool passed = false;
  std::string why;  // the explanation that was given, in English
};

// Reads `folder`/cases; complaints about the cases themselves go to `diagnostics`.
[[nodiscard]] std::vector<CaseResult> RunCases(const standard::Standard& standard,
                                               const std::string& folder,
                                               base::Diagnostics& diagnostics);

// Proofs without a case that is met, or without one that is not.
[[nodiscard]] std::vector<std::string> Untested(const standard::Standard& standard,
                                                const std::vector<CaseResult>& results);

}  // namespace garant::assess

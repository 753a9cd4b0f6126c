#pragma once

#include <string>
#include <vector>

#include "cli/demo_stage.h"
#include "cli/guard_process.h"
#include "cli/judging.h"

// The demo's second half: the guard before the example, visits, a second look.
namespace garant::cli {

struct GuardedExample {
  RunningGuard guard;
  std::string requests;  // how many the visits made
};

// Puts a guard before the service that answers at `origin`, records the visits that go through it,
// and looks through the guard and past it. The trail has it all then.
[[nodiscard]] base::Result<GuardedExample> PutGuard(const Invocation& call, const Stage& stage,
                                                    const service::Model& model,
                                                    const std::string& origin);

// Verdicts before and after, what holds now that did not, and what the guard alone cannot mend.
[[nodiscard]] std::string SayWhatChanged(const Judged& bare, const Judged& guarded,
                                         const std::string& requests, base::Language language);

// What must have changed, whatever the example holds; each is named when it did not.
[[nodiscard]] std::vector<base::Text> GuardMisses(const Judged& bare, const Judged& guarded);

}  // namespace garant::cli

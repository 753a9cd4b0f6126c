#pragma once

#include "cli/command.h"

namespace garant::cli {

// `garant trail verify --proof FILE`: checks it and says what it shows; gives the exit status.
int CheckProofFile(const Invocation& call);

}  // namespace garant::cli

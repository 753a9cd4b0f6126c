#pragma once

#include "report/report.h"
#include "report/terminal.h"

namespace garant::report {

// One item, explained in full.
void WriteItem(const View& view, const assess::Verdict& verdict, Terminal& out);

// The reasons of a proof with their places, at most `most`, indented.
void WriteReasons(const View& view, const assess::ProofExplanation& proof, size_t most,
                  size_t indent, Terminal& out);

}  // namespace garant::report

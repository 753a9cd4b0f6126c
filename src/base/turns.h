#pragma once

// For a thread that works in the background beside others that somebody waits for.
namespace garant::base {

// Asks the kernel to let this thread run for 0.1 ms at a time where others want its processor
// (Linux 6.12 and later; elsewhere nothing changes). Its share of the processor stays the same.
void TakeShortTurns();

}  // namespace garant::base

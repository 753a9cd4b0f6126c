#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

// What every benchmark prints and how it takes time. Wall time is what a person waits; CPU time is
// what the work costs, and holds on a machine that does other work beside.
namespace garant::bench {

// One JSON line: {"figure", "value", "unit", "workload", "load"}. `workload` is the digest of the
// generated input; load is the machine's over the last minute.
void Print(std::string_view figure, double value, std::string_view unit, std::string_view workload);
// The same of one of several sizes, which stands there as "entries".
void PrintOfSize(uint64_t entries, std::string_view figure, double value, std::string_view unit,
                 std::string_view workload);

[[nodiscard]] double WallSeconds();        // monotonic
[[nodiscard]] double ThreadCpuSeconds();   // of the calling thread
[[nodiscard]] double ProcessCpuSeconds();  // of all threads

// The value below which `share` of the samples lie (nearest rank); at least one sample.
[[nodiscard]] double Quantile(std::vector<double> samples, double share);

// Ends the program with status 1: a figure of work that did not succeed would be a lie.
[[noreturn]] void Fail(std::string_view why);

}  // namespace garant::bench

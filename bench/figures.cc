#include "figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace garant::bench {
namespace {

double SecondsOf(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void PrintLine(const std::string& more, std::string_view figure, double value,
               std::string_view unit, std::string_view workload) {
  std::array<double, 1> load{};
  getloadavg(load.data(), 1);
  std::printf(R"({"figure":"%s","value":%.5g,"unit":"%s",%s"workload":"%s","load":%.2f})"
              "\n",
              std::string(figure).c_str(), value, std::string(unit).c_str(), more.c_str(),
              std::string(workload).c_str(), load[0]);
  std::fflush(stdout);
}

}  // namespace

void Print(std::string_view figure, double value, std::string_view unit,
           std::string_view workload) {
  PrintLine("", figure, value, unit, workload);
}

void PrintOfSize(uint64_t entries, std::string_view figure, double value, std::string_view unit,
                 std::string_view workload) {
  PrintLine("\"entries\":" + std::to_string(entries) + ",", figure, value, unit, workload);
}

double WallSeconds() { return SecondsOf(CLOCK_MONOTONIC); }
double ProcessCpuSeconds() { return SecondsOf(CLOCK_PROCESS_CPUTIME_ID); }
double ThreadCpuSeconds() { return SecondsOf(CLOCK_THREAD_CPUTIME_ID); }

double Quantile(std::vector<double> samples, double share) {
  if (samples.empty()) Fail("nothing was measured");
  std::sort(samples.begin(), samples.end());
  const double rank = std::ceil(share * static_cast<double>(samples.size()));
  return samples[std::clamp<size_t>(static_cast<size_t>(rank), 1, samples.size()) - 1];
}

void Fail(std::string_view why) {
  std::fprintf(stderr, "bench: %s\n", std::string(why).c_str());
  std::exit(1);
}

}  // namespace garant::bench

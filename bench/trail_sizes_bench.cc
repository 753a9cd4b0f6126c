#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "figures.h"
#include "history.h"

// What opening a trail, finding in it, and erasing cost against its size (docs/benchmarks.md).
// Arguments: --largest N (7) and --smallest N (5) for sizes of 10^5 to 10^7 entries; --docs, to
// draw docs/images and fill the table; a folder on the disk to measure (.).
namespace garant::bench {
namespace {

namespace fs = std::filesystem;

constexpr long kSmallest = 5;
constexpr long kMostLargest = 9;
constexpr uint64_t kRoomForEntry = 320;  // bytes

struct Asked {
  long smallest = kSmallest;
  long largest = 7;
  bool docs = false;
  std::string folder = ".";
};

struct Measured {
  uint64_t entries = 0;
  std::string workload;
  std::vector<HistoryFigure> figures;
};

Measured Measure(const std::string& top, uint64_t entries) {
  if (fs::space(top).available < entries * kRoomForEntry)
    Fail("there is no room for so many entries: 320 bytes each are needed");
  const std::string folder = top + "/history";
  History history(folder, entries);
  history.Build();
  Measured measured{entries, history.Workload(), history.Measure()};
  for (const HistoryFigure& one : measured.figures)
    PrintOfSize(entries, "trail.sizes." + std::string(one.name), one.value, one.unit,
                measured.workload);
  fs::remove_all(folder);
  fs::remove(RootOf(folder));
  return measured;
}

// The same lines as were printed, to the script that draws them.
void Draw(const std::vector<Measured>& sizes) {
  std::FILE* script = ::popen("exec python3 " GARANT_SOURCE_DIR "/bench/plot_sizes.py", "w");
  if (script == nullptr) Fail("python3 does not run");
  for (const Measured& size : sizes)
    for (const HistoryFigure& one : size.figures)
      std::fprintf(script, "{\"figure\":\"trail.sizes.%s\",\"value\":%.5g,\"entries\":%llu}\n",
                   std::string(one.name).c_str(), one.value,
                   static_cast<unsigned long long>(size.entries));
  if (::pclose(script) != 0) Fail("the figures could not be drawn");
}

void Run(const Asked& asked, const std::string& top) {
  std::vector<Measured> sizes;
  uint64_t entries = 1;
  for (long i = 0; i < asked.smallest; ++i) entries *= 10;
  for (long size = asked.smallest; size <= asked.largest; ++size, entries *= 10)
    sizes.push_back(Measure(top, entries));
  const Measured& largest = sizes.back();
  for (const HistoryFigure& one : largest.figures)
    if (one.name == "journey_ms" || one.name == "erase_ms")
      Print("trail." + std::string(one.name), one.value, one.unit, largest.workload);
  if (asked.docs) Draw(sizes);
}

Asked Read(const std::vector<std::string_view>& words) {
  Asked asked;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--docs") {
      asked.docs = true;
    } else if ((words[i] == "--largest" || words[i] == "--smallest") && i + 1 < words.size()) {
      long& of = words[i] == "--largest" ? asked.largest : asked.smallest;
      of = std::strtol(std::string(words[++i]).c_str(), nullptr, 10);
    } else if (words[i].starts_with("-")) {
      Fail("usage: bench/run trail_sizes [--smallest N] [--largest N] [--docs] [FOLDER]");
    } else {
      asked.folder = words[i];
    }
  }
  if (asked.smallest < kSmallest || asked.largest < asked.smallest || asked.largest > kMostLargest)
    Fail("--smallest and --largest are exponents of ten, from 5 to 9");
  return asked;
}

}  // namespace
}  // namespace garant::bench

int main(int count, char** words) {
  const auto asked = garant::bench::Read({words + 1, words + count});
  const std::filesystem::path top = std::filesystem::path(asked.folder) / "trail-sizes-bench";
  if (!std::filesystem::create_directory(top))
    garant::bench::Fail("remove trail-sizes-bench first");
  garant::bench::Run(asked, top.string());
  std::filesystem::remove_all(top);
}

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "figures.h"
#include "guard_records.h"
#include "trail/keys.h"
#include "trail/reader.h"
#include "trail/trail.h"

// What a trail takes and gives (docs/benchmarks.md).
namespace garant::bench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatch = 2048;
constexpr size_t kInFlight = 2;

template <typename T>
T Must(base::Result<T> result) {
  if (!result) Fail(result.error().message.en);
  return *std::move(result);
}
void Must(const base::Status& status) {
  if (!status) Fail(status.error().message.en);
}

uint64_t BytesIn(const std::string& folder) {
  uint64_t bytes = 0;
  for (const auto& file : fs::recursive_directory_iterator(folder))
    if (file.is_regular_file()) bytes += file.file_size();
  return bytes;
}

std::unique_ptr<trail::Trail> Open(const std::string& folder, const base::Clock& clock) {
  const std::string key = folder + ".root";
  if (!base::Exists(key)) Must(trail::CreateRootKey(key));
  trail::TrailSettings settings;
  settings.kept = std::chrono::days(36'500);  // generated records are of a fixed time
  return Must(trail::Trail::OpenForWriting(folder, key, "bench.example", clock, settings));
}

struct Appended {
  double seconds = 0;
  double generating = 0;  // of these, making drafts
  double cpu = 0;         // of all threads, without that
  std::vector<double> ack_ms;
};

// Appends one batch after the other, some of them on their way at a time.
Appended Append(trail::Trail& trail, GuardRecords& records, uint64_t count) {
  struct OnItsWay {
    double begun;
    trail::Trail::Begun append;
  };
  std::deque<OnItsWay> on_their_way;
  Appended out;
  const auto await = [&] {
    Must(on_their_way.front().append.durable.get());
    out.ack_ms.push_back((WallSeconds() - on_their_way.front().begun) * 1e3);
    on_their_way.pop_front();
  };
  const double start = WallSeconds();
  const double cpu = ProcessCpuSeconds();
  for (uint64_t done = 0; done < count; done += kBatch) {
    const double generate = ThreadCpuSeconds();
    records.Prepare(kBatch);
    out.generating += ThreadCpuSeconds() - generate;
    const double begun = WallSeconds();
    on_their_way.push_back({begun, Must(trail.Begin(records))});
    if (on_their_way.size() > kInFlight) await();
  }
  while (!on_their_way.empty()) await();
  Must(trail.WaitForSealing());
  out.seconds = WallSeconds() - start;
  out.cpu = ProcessCpuSeconds() - cpu - out.generating;
  return out;
}

void Run(uint64_t count, const std::string& top) {
  const std::string folder = top + "/trail";
  GuardRecords records({});
  base::SystemClock clock;
  {
    const auto trail = Open(folder, clock);
    Must(trail->Append(records.Introductions()));
  }
  auto trail = Open(folder, clock);
  const Appended appended = Append(*trail, records, count);
  trail.reset();
  const std::string workload = records.Workload();
  const auto entries = static_cast<double>(count);
  Print("trail.append", entries / appended.seconds, "entries/s", workload);
  Print("trail.append_without_generating", entries / (appended.seconds - appended.generating),
        "entries/s", workload);
  Print("trail.cpu_us", appended.cpu / entries * 1e6, "us/entry", workload);
  Print("trail.ack_p99_ms", Quantile(appended.ack_ms, 0.99), "ms", workload);
  Print("trail.bytes_per_entry",
        static_cast<double>(BytesIn(folder)) /
            static_cast<double>(Must(trail::TrailReader::Open(folder)).size()),
        "bytes", workload);
}

}  // namespace
}  // namespace garant::bench

int main(int count, char** words) {
  const uint64_t entries = count > 1 ? std::strtoull(words[1], nullptr, 10) : 4'194'304;
  const std::filesystem::path folder =
      std::filesystem::path(count > 2 ? words[2] : ".") / "trail-bench";
  if (!std::filesystem::create_directory(folder)) garant::bench::Fail("remove trail-bench first");
  garant::bench::Run(entries, folder.string());
  std::filesystem::remove_all(folder);
}

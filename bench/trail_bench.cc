#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "appending.h"
#include "figures.h"
#include "guard_records.h"
#include "history.h"
#include "must.h"
#include "peer_rows.h"
#include "postgresql_peer.h"
#include "sqlite_peer.h"
#include "trail/store/reader.h"

// What a trail takes and gives, beside SQLite and PostgreSQL (docs/benchmarks.md). Arguments: how
// many entries (4 194 304), and a folder on the disk to measure (.).
namespace garant::bench {
namespace {

constexpr uint64_t kPeerRows = 524'288;
constexpr uint64_t kPacedEntries = 2'097'152;
constexpr double kPace = 250'000;  // entries a second: half of what is wanted

trail::TrailSettings KeepingAll() {
  trail::TrailSettings settings;
  settings.kept = std::chrono::days(36'500);  // generated records are of a fixed time
  return settings;
}

// A new trail of generated records.
class AppendRun {
 public:
  explicit AppendRun(std::string folder) : folder_(std::move(folder)) {
    Must(OpenTrail(folder_, clock_, KeepingAll())->Append(records_.Introductions()));
  }
  Appended Run(uint64_t count, double pace) {
    const auto trail = OpenTrail(folder_, clock_, KeepingAll());
    return Append(
        *trail,
        [this](size_t some) -> trail::Drafts& {
          records_.Prepare(some);
          return records_;
        },
        count, pace);
  }
  [[nodiscard]] trail::TrailReader Read() const { return Must(trail::TrailReader::Open(folder_)); }
  [[nodiscard]] std::string Workload() const { return records_.Workload(); }

 private:
  std::string folder_;
  base::SystemClock clock_;
  GuardRecords records_{{}};
};

// Seconds of a draft, made alone.
double GeneratingAlone(uint64_t count) {
  GuardRecords records({});
  uint64_t seen = 0;
  const double start = ThreadCpuSeconds();
  records.Prepare(count);
  for (size_t i = 0; i < count; ++i) seen += records.At(i).trace.size();
  const double spent = ThreadCpuSeconds() - start;
  if (seen != 32 * count) Fail("the generator made something else");
  return spent / static_cast<double>(count);
}

// A rate and the CPU time of an entry.
struct Reached {
  double rate = 0;
  double cpu_us = 0;
};
Reached Of(double seconds, double cpu, uint64_t entries) {
  const auto count = static_cast<double>(entries);
  return {count / seconds, cpu / count * 1e6};
}

Reached MeasureAppending(AppendRun& run, uint64_t count, const std::string& workload) {
  const double generating = GeneratingAlone(1'000'000);
  const Appended appended = run.Run(count, 0);
  const auto entries = static_cast<double>(count);
  const Reached reached = Of(appended.seconds, appended.cpu, count);
  Print("trail.append", reached.rate, "entries/s", workload);
  Print("trail.append_without_generating", entries / (appended.seconds - entries * generating),
        "entries/s", workload);
  Print("trail.generating_ns", generating * 1e9, "ns/entry", workload);
  Print("trail.cpu_us", reached.cpu_us - generating * 1e6, "us/entry", workload);
  Print("trail.ack_p99_ms", Quantile(appended.ack_ms, 0.99), "ms", workload);
  Print("trail.ack_ms", Quantile(appended.ack_ms, 0.5), "ms", workload);
  return reached;
}

void MeasurePaced(const std::string& folder, uint64_t count) {
  AppendRun run(folder);
  const Appended appended = run.Run(count, kPace);
  Print("trail.paced", static_cast<double>(count) / appended.begun_seconds, "entries/s",
        run.Workload());
  Print("trail.ack_p99_half_ms", Quantile(appended.ack_ms, 0.99), "ms", run.Workload());
  Print("trail.ack_half_ms", Quantile(appended.ack_ms, 0.5), "ms", run.Workload());
}

void MeasurePeers(const trail::TrailReader& reader, const std::string& folder, uint64_t count,
                  const Reached& ours, const std::string& workload) {
  const uint64_t people = GuardRecordSettings().people;
  const std::vector<PeerRow> rows = RowsOf(reader, people, count);
  const auto print = [&](const std::string& name, const PeerSpent& spent) {
    const Reached reached = Of(spent.seconds, spent.cpu, count);
    Print(name, reached.rate, "rows/s", workload);
    Print(name + "_cpu_us", reached.cpu_us, "us/row", workload);
    return reached;
  };
  const Reached sqlite = print("peer.sqlite", AppendToSqlite(folder, rows, kBatch));
  Reached postgresql;
  {
    const PostgresqlServer server(folder + "/postgresql", PostgresqlSettings());
    struct Tried {
      const char* name;
      PostgresqlWay way;
      size_t connections;
    };
    for (const Tried& one : {Tried{"peer.postgresql_copy", PostgresqlWay::kCopy, 1},
                             Tried{"peer.postgresql_copy_over_two", PostgresqlWay::kCopy, 2},
                             Tried{"peer.postgresql_insert", PostgresqlWay::kInsert, 1}}) {
      const Reached reached =
          print(one.name, AppendToPostgresql(server, rows, kBatch, one.way, one.connections));
      if (reached.rate > postgresql.rate) postgresql = reached;
    }
  }
  Print("trail.append_vs_sqlite", ours.rate / sqlite.rate, "ratio", workload);
  Print("trail.append_vs_postgresql", ours.rate / postgresql.rate, "ratio", workload);
  Print("trail.cpu_vs_sqlite", sqlite.cpu_us / ours.cpu_us, "ratio", workload);
  Print("trail.cpu_vs_postgresql", postgresql.cpu_us / ours.cpu_us, "ratio", workload);
}

void MeasureHistory(const std::string& folder, uint64_t count) {
  History history(folder, count);
  history.Build();
  for (const HistoryFigure& one : history.Measure())
    if (one.name != "append" && one.name != "bytes_per_entry")
      Print("trail." + std::string(one.name), one.value, one.unit, history.Workload());
}

void Run(uint64_t count, const std::string& top) {
  {
    AppendRun run(top + "/trail");
    const std::string workload = run.Workload();
    const Reached ours = MeasureAppending(run, count, workload);
    const trail::TrailReader reader = run.Read();
    Print("trail.bytes_per_entry",
          static_cast<double>(BytesIn(top + "/trail")) / static_cast<double>(reader.size()),
          "bytes", workload);
    MeasurePeers(reader, top, std::min(count, kPeerRows), ours, workload);
  }
  std::filesystem::remove_all(top + "/trail");
  std::filesystem::remove_all(top + "/postgresql");
  std::filesystem::remove(top + "/peer.sqlite");
  MeasurePaced(top + "/paced", std::min(count, kPacedEntries));
  std::filesystem::remove_all(top + "/paced");
  MeasureHistory(top + "/history", std::max<uint64_t>(count, 100'000));
}

}  // namespace
}  // namespace garant::bench

int main(int count, char** words) {
  const uint64_t entries = count > 1 ? std::strtoull(words[1], nullptr, 10) : 4'194'304;
  const std::filesystem::path folder =
      std::filesystem::path(count > 2 ? words[2] : ".") / "trail-bench";
  if (entries < 2048) garant::bench::Fail("at least 2 048 entries");
  if (!std::filesystem::create_directory(folder)) garant::bench::Fail("remove trail-bench first");
  garant::bench::Run(entries, folder.string());
  std::filesystem::remove_all(folder);
}

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "base/time.h"
#include "figures.h"
#include "ingest/recorder.h"
#include "ingest/routes.h"
#include "service/model.h"
#include "spool/record.h"
#include "spool/writer.h"
#include "trail/append/trail.h"
#include "trail/keys/keys.h"

// What a request costs the recorder (docs/benchmarks.md): from the spool to a durable entry under a
// signed checkpoint. Arguments: how many (400 000), and a folder for the trail (.).
namespace garant::bench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBatch = 4096;

template <typename T>
T Must(base::Result<T> result) {
  if (!result) Fail(result.error().message.en);
  return *std::move(result);
}
void Must(const base::Status& status) {
  if (!status) Fail(status.error().message.en);
}

// Distinct in what differs from request to request.
base::Bytes Record(uint64_t number, base::Time now) {
  spool::RequestRecord record;
  record.time = now;
  record.duration = std::chrono::microseconds(1'500 + number % 977);
  record.upstream = std::chrono::microseconds(1'200 + number % 977);
  record.received = 412;
  record.sent = 1'400 + number % 61;
  for (size_t i = 0; i < 8; ++i) {
    record.trace[i] = static_cast<uint8_t>(number >> (8 * i));
    record.span[i] = static_cast<uint8_t>(~number >> (8 * i));
  }
  record.trace[15] = record.span[7] = 1;
  record.status = 200;
  record.method = spool::Method::kGet;
  record.outcome = spool::Outcome::kPassed;
  record.http = 11;
  record.tls = 13;
  record.route = "/mine/{id}";
  record.part = "web";
  record.client = "192.0.2.17";
  const std::string session = base::ToHex(record.trace);
  record.session = session;
  base::Bytes bytes(spool::kLargestRequest);
  bytes.resize(spool::Encode(record, bytes));
  return bytes;
}

std::string ServiceFile() {
  return Must(base::ReadFile(GARANT_SOURCE_DIR "/bench/service.yaml")) +
         "    - { match: \"/mine/{id}\", assurance: 1 }\n";
}

struct Spent {
  double cpu = 0;
  double wall = 0;
};

class Bench {
 public:
  explicit Bench(const std::string& folder) : folder_(folder) {
    base::Diagnostics diagnostics;
    model_ = service::Model::Parse(ServiceFile(), "garant.yaml", diagnostics);
    if (model_ == nullptr) Fail("the service file is wrong");
    routes_.emplace(*model_);
    const std::string key = folder_ + "/root";
    Must(trail::CreateRootKey(key));
    trail_ = Must(trail::Trail::OpenForWriting(folder_ + "/trail", key, "bench", clock_));
    ingest::RecorderSettings settings;
    settings.service = "bench";
    recorder_.emplace(settings, *routes_, ingest::Resumed{}, *trail_, clock_);
    Must(recorder_->AddSpool(Must(spool::Reader::Open(folder_ + "/spool"))));
    writer_ = Must(spool::Writer::Open(folder_ + "/spool", spool::kUsualCapacity, clock_));
  }

  Spent Take(uint64_t count) {
    Spent spent;
    for (uint64_t done = 0; done < count; done += kBatch) {
      for (uint64_t i = 0; i < kBatch; ++i) {
        writer_->Begin();
        writer_->Finish(Record(number_++, clock_.Now()));
      }
      const double cpu = ThreadCpuSeconds();
      const double wall = WallSeconds();
      while (Must(recorder_->Step())) {
      }
      spent.cpu += ThreadCpuSeconds() - cpu;
      spent.wall += WallSeconds() - wall;
    }
    if (writer_->dropped() != 0 || recorder_->statistics().requests != number_)
      Fail("not every record became an entry");
    return spent;
  }

  [[nodiscard]] uint64_t taken() const { return number_; }
  [[nodiscard]] uint64_t trail_bytes() const {
    uint64_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(folder_ + "/trail"))
      if (file.is_regular_file()) bytes += file.file_size();
    return bytes;
  }

 private:
  std::string folder_;
  base::SystemClock clock_;
  std::unique_ptr<const service::Model> model_;
  std::optional<ingest::Routes> routes_;
  std::unique_ptr<trail::Trail> trail_;
  std::optional<ingest::Recorder> recorder_;
  std::unique_ptr<spool::Writer> writer_;
  uint64_t number_ = 0;
};

void Run(uint64_t count, const std::string& folder) {
  constexpr int kRounds = 5;
  Bench bench(folder);
  bench.Take(kBatch);  // warms up
  std::vector<double> cpu;
  std::vector<double> wall;
  const uint64_t before = bench.taken();
  for (int i = 0; i < kRounds; ++i) {
    const uint64_t taken = bench.taken();
    const Spent spent = bench.Take(count / kRounds);
    const auto entries = static_cast<double>(bench.taken() - taken);
    cpu.push_back(spent.cpu / entries * 1e6);
    wall.push_back(entries / spent.wall);
  }
  const std::string input = ServiceFile() + std::to_string(bench.taken() - before);
  const std::string workload = "sha256:" + base::ToHex(base::Sha256(base::AsBytes(input)));
  Print("ingest.cpu_us", Quantile(cpu, 0.5), "us/entry", workload);
  Print("ingest.entries_per_s", Quantile(wall, 0.5), "entries/s", workload);
  Print("ingest.bytes_per_entry",
        static_cast<double>(bench.trail_bytes()) / static_cast<double>(bench.taken()), "bytes",
        workload);
}

}  // namespace
}  // namespace garant::bench

int main(int count, char** words) {
  namespace fs = std::filesystem;
  const uint64_t requests = count > 1 ? std::strtoull(words[1], nullptr, 10) : 400'000;
  const fs::path folder = fs::path(count > 2 ? words[2] : ".") / "ingest-bench";
  if (!fs::create_directory(folder)) garant::bench::Fail("remove ingest-bench first");
  garant::bench::Run(requests, folder.string());
  fs::remove_all(folder);
}

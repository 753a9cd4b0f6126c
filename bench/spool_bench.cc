#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "figures.h"
#include "spool/reader.h"
#include "spool/record.h"
#include "spool/writer.h"

// What handing a record from a worker to the recorder costs (docs/benchmarks.md): the spool, a pipe
// and a UNIX datagram socket in turn, one process on either end, the same records. Argument: how
// many (1 000 000).
namespace garant::bench {
namespace {

struct Shared {
  std::atomic<uint64_t> let_go;
  std::atomic<double> writer_cpu;
};

struct Spent {
  double wall = 0;
  double writer_cpu = 0;
};

base::Bytes Record() {
  spool::RequestRecord record;
  record.time = *base::ParseTime("2026-11-23T20:30:00Z");
  record.duration = std::chrono::microseconds(1'500);
  record.upstream = std::chrono::microseconds(1'200);
  record.received = 412;
  record.sent = 5'120;
  record.status = 200;
  record.method = spool::Method::kGet;
  record.http = 11;
  record.tls = 13;
  record.route = "/permits/{id}/documents/{document}";
  record.part = "web";
  record.client = "192.0.2.17";
  record.session = "0123456789abcdef0123456789abcdef";
  base::Bytes bytes(spool::kLargestRequest);
  bytes.resize(spool::Encode(record, bytes));
  return bytes;
}

// `write` in a child, `read` here; both must succeed.
Spent Pass(Shared& shared, const std::function<void()>& write, const std::function<void()>& read) {
  shared.let_go = 0;
  const double start = WallSeconds();
  const pid_t child = ::fork();
  if (child < 0) Fail("no second process");
  if (child == 0) {
    const double before = ThreadCpuSeconds();
    write();
    shared.writer_cpu = ThreadCpuSeconds() - before;
    ::_exit(0);
  }
  read();
  const double wall = WallSeconds() - start;
  int status = 0;
  if (::waitpid(child, &status, 0) != child || status != 0) Fail("the writer failed");
  return {wall, shared.writer_cpu};
}

Spent OverSpool(Shared& shared, const base::Bytes& record, uint64_t count,
                const std::string& folder) {
  auto opened = spool::Reader::Open(folder);
  if (!opened) Fail(opened.error().message.en);
  const std::unique_ptr<spool::Reader> reader = std::move(*opened);
  const uint64_t fits = spool::kUsualCapacity / (record.size() + 32);
  const auto write = [&] {
    const base::SystemClock clock;
    const auto writer = spool::Writer::Open(folder, spool::kUsualCapacity, clock);
    if (!writer) Fail(writer.error().message.en);
    for (uint64_t i = 0; i < count; ++i) {
      // The peers wait where they are full; the spool would drop.
      while (i - shared.let_go.load(std::memory_order_relaxed) >= fits) ::sched_yield();
      (*writer)->Begin();
      (*writer)->Finish(record);
    }
    if ((*writer)->dropped() != 0) Fail("the spool dropped");
  };
  const auto read = [&] {
    uint64_t taken = 0;
    while (taken < count) {
      const auto batch = reader->Take(2'000);
      if (!batch) Fail(batch.error().message.en);
      for (const spool::Taken& each : batch->records)
        if (each.payload != record) Fail("another record came than went");
      taken += batch->records.size();
      if (!reader->LetGo()) Fail("nothing is let go");
      shared.let_go.store(taken, std::memory_order_relaxed);
      if (batch->empty()) reader->Wait(std::chrono::seconds(1));
    }
  };
  return Pass(shared, write, read);
}

Spent OverPipe(Shared& shared, const base::Bytes& record, uint64_t count) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) Fail("no pipe");
  const auto write = [&] {
    for (uint64_t i = 0; i < count; ++i)
      if (::write(ends[1], record.data(), record.size()) != static_cast<ssize_t>(record.size()))
        Fail("the pipe takes no record");
  };
  const auto read = [&] {
    base::Bytes buffer(64U << 10U);
    for (uint64_t left = count * record.size(); left > 0;) {
      const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
      if (got <= 0) Fail("the pipe gives no record");
      left -= static_cast<uint64_t>(got);
    }
  };
  const Spent spent = Pass(shared, write, read);
  ::close(ends[0]);
  ::close(ends[1]);
  return spent;
}

Spent OverSocket(Shared& shared, const base::Bytes& record, uint64_t count) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()) != 0) Fail("no socket");
  const auto write = [&] {
    for (uint64_t i = 0; i < count; ++i)
      if (::send(ends[1], record.data(), record.size(), 0) != static_cast<ssize_t>(record.size()))
        Fail("the socket takes no record");
  };
  const auto read = [&] {
    base::Bytes buffer(spool::kLargestRequest);
    for (uint64_t i = 0; i < count; ++i)
      if (::recv(ends[0], buffer.data(), buffer.size(), 0) != static_cast<ssize_t>(record.size()))
        Fail("the socket gives no record");
  };
  const Spent spent = Pass(shared, write, read);
  ::close(ends[0]);
  ::close(ends[1]);
  return spent;
}

// What a worker waits at each record where requests come one by one, 20 µs apart.
double PacedNanoseconds(Shared& shared, const base::Bytes& record, const std::string& folder) {
  constexpr uint64_t kRecords = 50'000;
  constexpr double kApart = 20e-6;
  auto opened = spool::Reader::Open(folder);
  if (!opened) Fail(opened.error().message.en);
  const auto write = [&] {
    const base::SystemClock clock;
    const auto writer = spool::Writer::Open(folder, spool::kUsualCapacity, clock);
    if (!writer) Fail(writer.error().message.en);
    double spent = 0;
    double next = WallSeconds();
    for (uint64_t i = 0; i < kRecords; ++i) {
      while (WallSeconds() < next) continue;
      const double before = ThreadCpuSeconds();
      (*writer)->Begin();
      (*writer)->Finish(record);
      spent += ThreadCpuSeconds() - before;
      next = WallSeconds() + kApart;
    }
    if ((*writer)->dropped() != 0) Fail("the spool dropped");
    shared.writer_cpu = spent;
    ::_exit(0);
  };
  const auto read = [&] {
    for (uint64_t taken = 0; taken < kRecords;) {
      const auto batch = (*opened)->Take(2'000);
      if (!batch || !(*opened)->LetGo()) Fail("nothing is taken");
      taken += batch->records.size();
      if (batch->empty()) (*opened)->Wait(std::chrono::seconds(1));
    }
  };
  return Pass(shared, write, read).writer_cpu * 1e9 / static_cast<double>(kRecords);
}

void Run(uint64_t count) {
  auto* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Fail("no shared memory");
  auto& shared = *new (memory) Shared{};
  const base::Bytes record = Record();
  const std::string workload = base::FormatDigest(base::Sha256(record));
  std::string folder = "/dev/shm/garant-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) Fail("no folder in /dev/shm");

  constexpr int kRounds = 5;
  std::vector<double> rates, writer, paced, vs_pipe, vs_socket, writer_vs_pipe, writer_vs_socket;
  for (int i = 0; i < kRounds; ++i) {
    const Spent spool = OverSpool(shared, record, count, folder);
    const Spent pipe = OverPipe(shared, record, count);
    const Spent socket = OverSocket(shared, record, count);
    paced.push_back(PacedNanoseconds(shared, record, folder));
    rates.push_back(static_cast<double>(count) / spool.wall);
    writer.push_back(spool.writer_cpu * 1e9 / static_cast<double>(count));
    vs_pipe.push_back(pipe.wall / spool.wall);
    vs_socket.push_back(socket.wall / spool.wall);
    writer_vs_pipe.push_back(pipe.writer_cpu / spool.writer_cpu);
    writer_vs_socket.push_back(socket.writer_cpu / spool.writer_cpu);
  }
  std::filesystem::remove_all(folder);
  Print("spool.records_per_s", Quantile(rates, 0.5), "records/s", workload);
  Print("spool.vs_pipe", Quantile(vs_pipe, 0.5), "ratio", workload);
  Print("spool.vs_datagram", Quantile(vs_socket, 0.5), "ratio", workload);
  Print("spool.writer_cpu_ns", Quantile(writer, 0.5), "ns", workload);
  Print("spool.paced_writer_cpu_ns", Quantile(paced, 0.5), "ns", workload);
  Print("spool.writer_vs_pipe", Quantile(writer_vs_pipe, 0.5), "ratio", workload);
  Print("spool.writer_vs_datagram", Quantile(writer_vs_socket, 0.5), "ratio", workload);
}

}  // namespace
}  // namespace garant::bench

int main(int argc, char** argv) {
  const long long count = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 1'000'000;
  if (count <= 0) garant::bench::Fail("usage: spool_bench [RECORDS]");
  garant::bench::Run(static_cast<uint64_t>(count));
}

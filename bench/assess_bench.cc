#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "assess/assess.h"
#include "base/file.h"
#include "check_process.h"
#include "figures.h"
#include "portfolio.h"
#include "proof/facts.h"
#include "yaml_cpp_peer.h"

// The speed of judging (docs/benchmarks.md). Arguments: how many services (10 000), and the folder
// of a demo that ran already (`garant demo --once --keep FOLDER`), else one is run.
namespace garant::bench {
namespace {

constexpr size_t kThreads = 2;
constexpr size_t kBatch = 500;  // at once in memory; each is made, parsed, judged and let go
const std::string kSource = GARANT_SOURCE_DIR;
const std::string kStandard = kSource + "/standards/digital-playbook-9";

std::unique_ptr<const standard::Standard> LoadStandard() {
  base::Diagnostics faults;
  auto standard = standard::Load(kStandard, proof::FactTypes::Get(), faults);
  if (standard == nullptr) Fail(faults.front().ToString(base::Language::kEnglish));
  return standard;
}

std::unique_ptr<const service::Model> Parse(const std::string& text) {
  base::Diagnostics faults;
  auto model = service::Model::Parse(text, "garant.yaml", faults);
  if (model == nullptr) Fail(faults.front().ToString(base::Language::kEnglish));
  return model;
}

proof::ServiceFacts Join(const service::Model& model, const Generated& service) {
  return {model,
          {.observations = service.observations,
           .acts = service.acts,
           .as_of = Portfolio::AsOf(),
           .every_observer = true}};
}

assess::Options JudgeAt() { return {.as_of = Portfolio::AsOf(), .stage = {}, .trust = {}}; }

struct Spent {
  double wall = 0;
  double cpu = 0;
};

// Does `work` for each of `count` on all threads.
Spent OnThreads(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::array<double, kThreads> cpu{};
  const double start = WallSeconds();
  std::vector<std::thread> threads;
  for (size_t number = 0; number < kThreads; ++number)
    threads.emplace_back([&, number] {
      for (size_t i = next++; i < count; i = next++) work(i);
      cpu[number] = ThreadCpuSeconds();
    });
  for (std::thread& thread : threads) thread.join();
  Spent spent{.wall = WallSeconds() - start};
  for (const double one : cpu) spent.cpu += one;
  return spent;
}

void Add(Spent& into, const Spent& more) {
  into.wall += more.wall;
  into.cpu += more.cpu;
}

void MeasurePortfolio(const standard::Standard& standard, const Portfolio& portfolio,
                      size_t services) {
  Spent parsing;
  Spent judging;
  std::array<std::atomic<size_t>, 5> states{};
  std::string digests;
  size_t observations = 0;
  for (size_t first = 0; first < services; first += kBatch) {
    const size_t count = std::min(kBatch, services - first);
    std::vector<Generated> made(count);
    std::vector<base::Digest> made_digests(count);
    std::vector<std::unique_ptr<const service::Model>> models(count);
    (void)OnThreads(count, [&](size_t i) {
      made[i] = portfolio.Make(first + i);
      made_digests[i] = Portfolio::DigestOf(made[i]);
    });
    for (size_t i = 0; i < count; ++i) {
      digests += base::ToHex(made_digests[i]);
      observations += made[i].observations.size();
    }
    Add(parsing, OnThreads(count, [&](size_t i) { models[i] = Parse(made[i].text); }));
    Add(judging, OnThreads(count, [&](size_t i) {
          const proof::ServiceFacts facts = Join(*models[i], made[i]);
          const assess::Judgement judgement = assess::Assess(standard, facts, JudgeAt());
          for (const assess::Verdict& verdict : judgement.verdicts)
            ++states[static_cast<size_t>(verdict.state)];
        }));
  }
  const std::string workload = base::FormatDigest(base::Sha256(base::AsBytes(digests)));
  const auto items = static_cast<double>(services * standard.items.size());
  Print("assess.portfolio_s", judging.wall, "s", workload);
  Print("assess.portfolio_cpu_s", judging.cpu, "s", workload);
  Print("assess.items_per_cpu_s", items / judging.cpu, "items/s", workload);
  Print("assess.portfolio_parse_s", parsing.wall, "s", workload);
  Print("assess.portfolio_parse_cpu_s", parsing.cpu, "s", workload);
  std::fprintf(stderr,
               "%zu services, %.0f observations each, on %zu threads; verdicts: contradicted %zu, "
               "unmet %zu, unknown %zu, excused %zu, met %zu\n",
               services, static_cast<double>(observations) / static_cast<double>(services),
               kThreads, states[0].load(), states[1].load(), states[2].load(), states[3].load(),
               states[4].load());
  for (const assess::State state : {assess::State::kContradicted, assess::State::kUnmet,
                                    assess::State::kUnknown, assess::State::kMet})
    if (states[static_cast<size_t>(state)] == 0)
      Fail("the portfolio has no " + std::string(assess::StateName(state)) + " verdict");
}

// Explains what came out otherwise than before, as a page would show it; how many items.
size_t ExplainChanged(const standard::Standard& standard, const proof::ServiceFacts& facts,
                      const assess::Judgement& before, const assess::Judgement& now) {
  size_t changed = 0;
  for (size_t i = 0; i < now.verdicts.size(); ++i) {
    if (now.verdicts[i].state == before.verdicts[i].state) continue;
    ++changed;
    if (assess::Explain(standard, facts, JudgeAt(), now, i).summary.en.empty())
      Fail("an item that changed gives no reason");
  }
  return changed;
}

void MeasureChanges(const standard::Standard& standard, const Portfolio& portfolio) {
  constexpr size_t kChanges = 300;
  std::vector<double> file;
  std::vector<double> observation;
  std::string digests;
  size_t changed_items = 0;
  for (uint64_t number = 0; number < kChanges; ++number) {
    const Generated before = portfolio.Make(number);
    const Generated edited = portfolio.Make(number, number + 1);
    digests += base::ToHex(Portfolio::DigestOf(before)) + base::ToHex(Portfolio::DigestOf(edited));
    const auto model = Parse(before.text);
    const assess::Judgement judged = assess::Assess(standard, Join(*model, before), JudgeAt());
    {
      const double start = WallSeconds();
      const auto changed = Parse(edited.text);
      const proof::ServiceFacts facts = Join(*changed, before);
      const assess::Judgement now = assess::Assess(standard, facts, JudgeAt());
      changed_items += ExplainChanged(standard, facts, judged, now);
      file.push_back((WallSeconds() - start) * 1e3);
    }
    {
      Generated seen = before;
      trail::Observation news = seen.observations[number % seen.observations.size()];
      news.time += std::chrono::hours(1);
      news.entry = seen.observations.size() + seen.acts.size();
      for (trail::Fact& fact : news.facts)
        if (bool* truth = std::get_if<bool>(&fact.value)) *truth = !*truth;
      const double start = WallSeconds();
      seen.observations.push_back(std::move(news));
      const proof::ServiceFacts facts = Join(*model, seen);
      const assess::Judgement now = assess::Assess(standard, facts, JudgeAt());
      changed_items += ExplainChanged(standard, facts, judged, now);
      observation.push_back((WallSeconds() - start) * 1e3);
    }
  }
  if (changed_items == 0) Fail("no change changed a verdict");
  const std::string workload = base::FormatDigest(base::Sha256(base::AsBytes(digests)));
  Print("assess.change_ms", Quantile(file, 0.5), "ms", workload);
  Print("assess.change_p99_ms", Quantile(file, 0.99), "ms", workload);
  Print("assess.observation_ms", Quantile(observation, 0.5), "ms", workload);
  Print("assess.observation_p99_ms", Quantile(observation, 0.99), "ms", workload);
}

std::string Content(const std::string& path) {
  auto content = base::ReadFile(path);
  if (!content) Fail(content.error().message.en);
  return std::move(*content);
}

std::vector<std::string> StandardFiles() {
  std::vector<std::string> paths = {kStandard + "/standard.yaml"};
  for (const char* part : {"/items", "/proofs"})
    for (const auto& file : std::filesystem::directory_iterator(kStandard + part))
      paths.push_back(file.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Loading reads, types and compiles; the peer only makes its tree of the same files. In turn, so
// that both meet the same machine.
void MeasureLoading() {
  constexpr size_t kTimes = 15;
  std::string all;
  for (const std::string& path : StandardFiles()) all += Content(path);
  const std::string workload = base::FormatDigest(base::Sha256(base::AsBytes(all)));
  std::vector<double> ours;
  std::vector<double> theirs;
  for (size_t i = 0; i < kTimes; ++i) {
    double start = ThreadCpuSeconds();
    if (LoadStandard()->items.empty()) Fail("the standard is empty");
    ours.push_back(ThreadCpuSeconds() - start);
    start = ThreadCpuSeconds();
    size_t nodes = 0;
    for (const std::string& path : StandardFiles()) nodes += ReadWithYamlCpp(Content(path));
    theirs.push_back(ThreadCpuSeconds() - start);
    if (nodes < 1000) Fail("the peer read nothing");
  }
  Print("assess.load_ms", Quantile(ours, 0.5) * 1e3, "ms", workload);
  Print("assess.load_vs_yamlcpp", Quantile(theirs, 0.5) / Quantile(ours, 0.5), "ratio", workload);
}

// The whole process on the example as the demo leaves it: with the files read, the trail checked
// against its signed root, every signature verified, every item explained and the text printed.
void MeasureCheck(std::string folder) {
  constexpr size_t kTimes = 30;
  std::string scratch;
  if (folder.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "garant-bench.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) Fail("cannot make a folder for the demo");
    scratch = folder = pattern;
    if (RunProgram({GARANT_PROGRAM, "demo", "--once", "--keep", folder}).status != 0)
      Fail("garant demo --once does not come out as it must");
  }
  const auto log = base::ReadFile(folder + "/.garant/trail/segments/00000000000000000000.log");
  const auto file = base::ReadFile(folder + "/garant.yaml");
  if (!log || !file) Fail("there is no demo in " + folder);
  std::vector<double> wall;
  std::vector<double> cpu;
  for (size_t i = 0; i < kTimes; ++i) {
    const Run run = RunProgram({GARANT_PROGRAM, "check", folder + "/garant.yaml", "--trail",
                                folder + "/.garant/trail", "--root-key", folder + "/keys/root"});
    if (run.status != 1) Fail("garant check on the example does not end with 1 (not all is met)");
    wall.push_back(run.wall_seconds * 1e3);
    cpu.push_back(run.cpu_seconds * 1e3);
  }
  const std::string workload = base::FormatDigest(base::Sha256(base::AsBytes(*file + *log)));
  Print("assess.check_ms", Quantile(wall, 0.5), "ms", workload);
  Print("assess.check_cpu_ms", Quantile(cpu, 0.5), "ms", workload);
  std::error_code ignored;
  if (!scratch.empty()) std::filesystem::remove_all(scratch, ignored);
}

int Main(int count, char** words) {
  const size_t services = count > 1 ? std::strtoul(words[1], nullptr, 10) : 10'000;
  if (services == 0) Fail("how many services? a number above 0");
  const auto standard = LoadStandard();
  const Portfolio portfolio(kSource, *standard);
  MeasurePortfolio(*standard, portfolio, services);
  MeasureChanges(*standard, portfolio);
  MeasureLoading();
  MeasureCheck(count > 2 ? words[2] : "");
  return 0;
}

}  // namespace
}  // namespace garant::bench

int main(int count, char** words) { return garant::bench::Main(count, words); }

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "figures.h"
#include "trail/append/trail.h"
#include "trail/upkeep/erasure.h"

// What a trail's keys cost with many persons (docs/benchmarks.md): opening, a batch with somebody
// new, an erasure, the expiry of a day. Argument: how many persons (1 000 000).
namespace garant::bench {
namespace {

constexpr int kRounds = 21;
constexpr const char* kOrigin = "bench.example";

trail::Person Named(uint64_t number) { return {"https://idp.example", std::to_string(number)}; }

class Place {
 public:
  Place() {
    std::string name = (std::filesystem::temp_directory_path() / "garant-keys-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) Fail("no folder");
    top_ = name;
    if (!trail::CreateRootKey(root())) Fail("no root");
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    std::error_code error;
    std::filesystem::remove_all(top_, error);
  }
  [[nodiscard]] std::string root() const { return top_ + "/root"; }
  [[nodiscard]] std::string trail() const { return top_ + "/trail"; }
  [[nodiscard]] std::unique_ptr<trail::Trail> Open(const base::Clock& clock) const {
    auto opened = trail::Trail::OpenForWriting(trail(), root(), kOrigin, clock);
    if (!opened) Fail(opened.error().message.en);
    return std::move(*opened);
  }

 private:
  std::string top_;
};

// In milliseconds: the middle of the rounds.
template <typename Work>
double Middle(const Work& work) {
  std::vector<double> taken;
  for (int round = 0; round < kRounds; ++round) {
    const double start = WallSeconds();
    work(round);
    taken.push_back(1000 * (WallSeconds() - start));
  }
  return Quantile(std::move(taken), 0.5);
}

void Need(bool done, std::string_view what) {
  if (!done) Fail(what);
}

void Measure(uint64_t persons) {
  const std::string workload =
      base::FormatDigest(base::Sha256(base::AsBytes("keys/1 " + std::to_string(persons))));
  const Place place;
  base::ManualClock clock(*base::ParseTime("2026-11-23T20:30:00Z"));
  auto trail = place.Open(clock);
  for (uint64_t number = 0; number < persons; ++number)
    (void)trail->vault().keys().Subject(Named(number));
  Need(trail->vault().Keep().has_value(), "the persons were not kept");
  trail.reset();
  double start = WallSeconds();
  trail = place.Open(clock);
  Print("keys.open_ms", 1000 * (WallSeconds() - start), "ms", workload);
  Need(trail->vault().keys().subjects().size() == persons, "persons are missing");
  Print("keys.keep_ms", Middle([&](int round) {
          (void)trail->vault().keys().Subject({"new", std::to_string(round)});
          Need(trail->vault().Keep().has_value(), "a person was not kept");
        }),
        "ms", workload);
  Print("keys.erase_ms", Middle([&](int round) {
          const trail::Person person = Named(persons / kRounds * static_cast<uint64_t>(round));
          const auto done = trail::Erase(*trail, {&person, 1}, "bench", clock.Now());
          Need(done && done->erased.size() == 1, "a person was not erased");
        }),
        "ms", workload);
  std::vector<trail::Person> many;
  for (uint64_t number = 1; number <= 1000 && number * 7 + 1 < persons; ++number)
    many.push_back(Named(number * 7 + 1));
  start = WallSeconds();
  const auto done = trail::Erase(*trail, many, "bench", clock.Now());
  Need(done.has_value(), "many were not erased");
  Print("keys.erase_thousand_ms", 1000 * (WallSeconds() - start), "ms", workload);
  Print(
      "keys.expire_ms", Middle([&](int round) {
        const base::Time day = clock.Now() + std::chrono::days(round);
        Need(trail->vault().keys().Transient(trail::DayOf(day)).has_value(), "no key of the day");
        Need(trail->vault().Keep().has_value(), "the day's key was not kept");
        Need(trail->ExpireKeys(day + trail::kTransientRetention + std::chrono::days(1)).has_value(),
             "the day did not expire");
      }),
      "ms", workload);
}

}  // namespace
}  // namespace garant::bench

int main(int argc, char** argv) {
  const uint64_t persons = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  if (persons < 1000) garant::bench::Fail("at least 1 000 persons");
  garant::bench::Measure(persons);
  return 0;
}

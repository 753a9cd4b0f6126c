#include "history.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "figures.h"
#include "must.h"
#include "page_cache.h"
#include "trail/search/search.h"
#include "trail/upkeep/erasure.h"

namespace garant::bench {
namespace {

constexpr uint64_t kEntriesOfPerson = 1'000;
constexpr uint64_t kEntriesOfVisitor = 250'000;  // for each visit that runs beside others
constexpr auto kLength = std::chrono::days(300);
constexpr auto kStart = 691 * std::chrono::days(30);  // where an epoch begins; in October 2026
constexpr uint64_t kPage = 100;
constexpr size_t kAsked = 101;
constexpr size_t kErased = 21;
constexpr size_t kSamples = 101;
constexpr size_t kOpened = 5;

base::Time TimeOf(const GuardRecordSettings& settings, uint64_t number) {
  return base::Time(
      base::Duration(settings.start_ns + static_cast<int64_t>(number) * settings.every_ns));
}

// Of all pages. Each entry was read, checked against the signed root, and decoded.
uint64_t CountAll(const trail::TrailReader& reader, trail::Criterion of) {
  trail::Search search;
  search.all_of.push_back(std::move(of));
  search.most = kPage;
  uint64_t count = 0;
  do {
    const trail::FoundEntries page = Must(trail::Find(reader, search));
    count += page.entries.size();
    search.from = page.next;
  } while (search.from);
  return count;
}

trail::Criterion ActsOf(uint64_t person, const trail::TrailReader& reader,
                        const trail::KeyRing& keys) {
  return trail::ByPerson(trail::RunKey::kActor, GuardRecords::PersonOf(person), reader, keys);
}

template <typename Work>
double Ms(const Work& work) {
  const double start = WallSeconds();
  work();
  return (WallSeconds() - start) * 1e3;
}

}  // namespace

GuardRecordSettings HistorySettings(uint64_t entries) {
  GuardRecordSettings settings;
  settings.people = entries / kEntriesOfPerson;
  settings.visits = std::max<uint64_t>(1, entries / kEntriesOfVisitor);
  settings.start_ns = base::Duration(kStart).count();
  settings.every_ns = base::Duration(kLength).count() / static_cast<int64_t>(entries);
  return settings;
}

// Counts each person's entries, and takes samples of those whose transient keys will be there.
class History::Watched final : public trail::Drafts {
 public:
  explicit Watched(History& history)
      : history_(history),
        from_(history.entries_ - history.entries_ / 12),  // 25 days
        every_(history.entries_ / 12 / kSamples) {}
  [[nodiscard]] size_t size() const override { return history_.records_.size(); }
  [[nodiscard]] const trail::Draft& At(size_t number) override {
    const uint64_t before = history_.records_.made();
    const trail::Draft& draft = history_.records_.At(number);
    if (history_.records_.made() == before) return draft;
    ++history_.entries_of_[history_.records_.person()];
    if (before >= from_ && (before - from_) % every_ == 0)
      history_.samples_.push_back({before, draft.session, draft.trace});
    return draft;
  }

 private:
  History& history_;
  uint64_t from_;
  uint64_t every_;
};

History::History(std::string folder, uint64_t entries)
    : folder_(std::move(folder)),
      entries_(entries),
      records_(HistorySettings(entries)),
      clock_(TimeOf(HistorySettings(entries), 0)),
      entries_of_(entries / kEntriesOfPerson) {
  if (entries < 100'000) Fail("a history of at least 100 000 entries");
}

std::string History::Workload() const {
  return records_.Workload() + ", " + std::to_string(entries_) + " entries";
}

void History::Put(std::string_view name, double value, std::string_view unit) {
  figures_.push_back({name, value, unit});
}

void History::Build() {
  const GuardRecordSettings settings = HistorySettings(entries_);
  const auto trail = OpenTrail(folder_, clock_);
  Must(trail->Append(records_.Introductions()));
  Watched watched(*this);
  const Appended appended = Append(
      *trail,
      [&](size_t count) -> trail::Drafts& {
        clock_.Set(TimeOf(settings, records_.made() + count - 1));
        Must(trail->ExpireKeys(clock_.Now()));
        records_.Prepare(count);
        return watched;
      },
      entries_);
  Put("append", static_cast<double>(entries_) / appended.seconds, "entries/s");
  Choose();
}

// Those whose number of entries is nearest to a thousand are asked for, in no order of their
// numbers; the next are erased.
void History::Choose() {
  std::vector<uint64_t> people(entries_of_.size());
  std::iota(people.begin(), people.end(), 0);
  const auto from_thousand = [this](uint64_t person) {
    const int64_t of = entries_of_[person];
    return std::abs(of - static_cast<int64_t>(kEntriesOfPerson));
  };
  std::ranges::stable_sort(people, {}, from_thousand);
  const size_t erased = std::min(kErased, people.size() / 4);
  const size_t asked = std::min(kAsked, people.size() / 4);
  asked_.assign(people.begin(), people.begin() + static_cast<ptrdiff_t>(asked));
  erased_.assign(people.begin() + static_cast<ptrdiff_t>(asked),
                 people.begin() + static_cast<ptrdiff_t>(asked + erased));
}

double History::OpenMs() const {
  return Ms([this] { (void)Must(trail::TrailReader::Open(folder_)); });
}

History::Taken History::FindJourneys(const trail::TrailReader& reader,
                                     const trail::KeyRing& keys) const {
  Taken taken;
  for (const uint64_t person : asked_) {
    uint64_t found = 0;
    const double cpu = ThreadCpuSeconds();
    taken.ms.push_back(Ms([&] { found = CountAll(reader, ActsOf(person, reader, keys)); }));
    taken.cpu_ms.push_back((ThreadCpuSeconds() - cpu) * 1e3);
    if (found != entries_of_[person] + uint64_t{1})  // and the introduction
      Fail("a journey has not the entries that were made");
  }
  return taken;
}

// The first page of a visit, and of a trace.
void History::FindSamples(const trail::TrailReader& reader, const trail::KeyRing& keys) {
  std::vector<double> visits;
  std::vector<double> traces;
  const auto find = [&](const Sample& sample, const auto& criterion) {
    trail::FoundEntries found;
    const double ms = Ms([&] {
      trail::Search search;
      search.all_of.push_back(criterion());
      search.most = kPage;
      found = Must(trail::Find(reader, search));
    });
    if (std::ranges::none_of(found.entries, [&sample](const trail::Entry& entry) {
          return entry.header.sequence == sample.sequence;
        }))
      Fail("an entry was not found by its visit or its trace");
    return ms;
  };
  for (const Sample& sample : samples_) {
    visits.push_back(find(sample, [&] { return trail::BySession(sample.session, keys); }));
    traces.push_back(find(sample, [&] { return Must(trail::ByTrace(sample.trace, keys)); }));
  }
  Put("visit_ms", Quantile(visits, 0.5), "ms");
  Put("visit_p99_ms", Quantile(visits, 0.99), "ms");
  Put("trace_ms", Quantile(traces, 0.5), "ms");
  Put("trace_p99_ms", Quantile(traces, 0.99), "ms");
}

void History::Erase() {
  std::vector<double> ms;
  {
    const auto trail = OpenTrail(folder_, clock_);
    for (const uint64_t number : erased_) {
      const trail::Person person = GuardRecords::PersonOf(number);
      ms.push_back(Ms([&] {
        const auto done = Must(trail::Erase(*trail, {&person, 1}, "bench", clock_.Now()));
        if (done.erased.size() != 1) Fail("a person was not erased");
      }));
    }
  }
  const auto reader = Must(trail::TrailReader::Open(folder_));
  const auto keys = Must(trail::KeyRing::Open(folder_, RootOf(folder_)));
  for (const uint64_t number : erased_)
    if (CountAll(reader, ActsOf(number, reader, keys)) != 0) Fail("an erased person was found");
  Put("erase_ms", Quantile(ms, 0.5), "ms");
  Put("erase_p99_ms", Quantile(ms, 0.99), "ms");
}

std::vector<HistoryFigure> History::Measure() {
  LeavePageCache(folder_);
  Put("open_cold_ms", OpenMs(), "ms");
  std::vector<double> opened(kOpened);
  for (double& ms : opened) ms = OpenMs();
  Put("open_ms", Quantile(opened, 0.5), "ms");
  trail::KeyRing keys = Must(trail::KeyRing::Open(folder_, RootOf(folder_)));
  Put("open_keys_ms", Ms([&] { keys = Must(trail::KeyRing::Open(folder_, RootOf(folder_))); }),
      "ms");
  LeavePageCache(folder_);
  const auto reader = Must(trail::TrailReader::Open(folder_));
  Put("bytes_per_entry", static_cast<double>(BytesIn(folder_)) / static_cast<double>(reader.size()),
      "bytes");
  const Taken cold = FindJourneys(reader, keys);
  const Taken warm = FindJourneys(reader, keys);
  Put("journey_cold_ms", Quantile(cold.ms, 0.5), "ms");
  Put("journey_ms", Quantile(warm.ms, 0.5), "ms");
  Put("journey_p99_ms", Quantile(warm.ms, 0.99), "ms");
  Put("journey_cpu_ms", Quantile(warm.cpu_ms, 0.5), "ms");
  FindSamples(reader, keys);
  Erase();
  return figures_;
}

}  // namespace garant::bench

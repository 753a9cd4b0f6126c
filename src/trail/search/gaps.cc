#include "trail/search/gaps.h"

#include <algorithm>
#include <set>

#include "trail/search/journey.h"
#include "trail/search/search.h"
#include "trail/store/deletion.h"
#include "trail/store/reader.h"

namespace garant::trail {
namespace {

using base::Ok;
using base::Result;
using base::Status;
using base::Time;

constexpr std::string_view kSourceKind = "source";
constexpr size_t kMostTold = 2000;  // entries of kind `source`, looking back
constexpr size_t kMostLookedAt = 50'000;
// A loss is told when it is noticed, and lines arrive late: so long after a journey counts.
constexpr std::chrono::minutes kNoticed{10};
// A journey that comes so near to midnight may go on over it.
constexpr std::chrono::minutes kNearMidnight{5};
// These number what they receive one by one; rings count heartbeats too, and files bytes.
constexpr std::string_view kCounting[] = {"syslog/", "otlp/"};

std::optional<int64_t> NumberOf(const Entry& entry, std::string_view name) {
  for (const Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* number = std::get_if<int64_t>(&fact.value)) return *number;
  return std::nullopt;
}

bool WasContinued(const Entry& entry) {
  return std::ranges::any_of(entry.header.facts, [](const Fact& fact) {
    const auto* truth = std::get_if<bool>(&fact.value);
    return fact.name == "continued" && truth != nullptr && *truth;
  });
}

Gap& Add(Journey& journey, GapKind kind) {
  Gap& gap = journey.gaps.emplace_back();
  gap.kind = kind;
  return gap;
}

// As an entry says whose it is.
Gap& Add(Journey& journey, GapKind kind, const Entry& entry) {
  Gap& gap = Add(journey, kind);
  gap.source = entry.header.source;
  gap.part = entry.header.part;
  gap.entry = entry.index;
  return gap;
}

void AddOneDay(Journey& journey, Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  Gap& gap = Add(journey, GapKind::kMidnight);
  gap.from = Time(day);
  gap.until = Time(day + std::chrono::days(1));
}

// What an earlier deletion took may be newer than what the last one did. Where the entry of an
// earlier one is gone itself, something that went with it was newer than what it tells of.
Result<std::optional<Time>> NewestDeleted(const TrailReader& reader) {
  if (reader.kept_from() == 0) return std::optional<Time>();
  Search search;
  search.all_of = {ByText(RunKey::kKind, kRetentionKind)};
  search.most = SIZE_MAX;
  Time newest = reader.loaded().deletion->newest;
  for (const Entry& entry : TRY(Find(reader, search)).entries)
    if (const auto deletion = ToDeletion(entry)) newest = std::max(newest, deletion->newest);
  return std::optional(newest);
}

}  // namespace

uint64_t LossTold(const Entry& entry) {
  if (entry.header.kind != kSourceKind) return 0;
  const std::string& outcome = entry.header.outcome;
  if (outcome == "refused") return 1;
  static constexpr std::string_view kLosing[] = {"broken", "closed", "crashed",
                                                 "gap",    "lost",   "truncated"};
  if (std::ranges::find(kLosing, outcome) == std::end(kLosing)) return 0;
  return static_cast<uint64_t>(std::max<int64_t>(NumberOf(entry, "count").value_or(0), 0));
}

Result<GapFinder> GapFinder::Look(const TrailReader& reader, Time earliest, Time latest) {
  GapFinder finder(reader);
  Search search;
  search.all_of = {ByText(RunKey::kKind, kSourceKind)};
  search.until = latest + kNoticed;
  search.order = SearchOrder::kNewestFirst;
  search.most = kMostTold;
  search.look_at = kMostLookedAt;
  auto found = TRY(Find(reader, search));
  finder.told_ = std::move(found.entries);
  std::ranges::reverse(finder.told_);
  finder.all_ = !found.next || (!finder.told_.empty() && finder.told_.front().time < earliest);
  finder.newest_deleted_ = TRY(NewestDeleted(reader));
  return finder;
}

void GapFinder::AddTold(Journey& journey, Time begin, Time end) const {
  for (const Entry& entry : told_) {
    if (entry.time < begin || entry.time > end + kNoticed) continue;
    const std::string& outcome = entry.header.outcome;
    const uint64_t count = LossTold(entry);
    // Those of whom nobody knows how much: a crash says 0 or nothing where it does not know.
    const bool loses = count > 0 || outcome == "crashed" || outcome == "truncated" ||
                       outcome == "lost" || outcome == "broken";
    if (!loses) continue;
    Gap& gap = Add(journey, GapKind::kLost, entry);
    gap.from = entry.time;
    gap.count = count;
    const auto next = NumberOf(entry, "next");
    if (outcome == "gap" && next && *next >= static_cast<int64_t>(count)) {
      gap.first = static_cast<uint64_t>(*next) - count;
      gap.last = static_cast<uint64_t>(*next) - 1;
    }
    if (outcome == "refused") gap.first = gap.last = entry.header.sequence;
  }
}

void GapFinder::AddSilences(Journey& journey, Time begin, Time end) const {
  std::map<std::string, const Entry*> silent;
  const auto add = [&](const Entry& from, std::optional<Time> until) {
    if (from.time > end || (until && *until < begin)) return;
    Gap& gap = Add(journey, GapKind::kSilent, from);
    gap.from = from.time;
    gap.until = until;
  };
  for (const Entry& entry : told_) {
    const std::string& outcome = entry.header.outcome;
    const auto open = silent.find(entry.header.source);
    if (outcome == "silent" && open == silent.end()) silent[entry.header.source] = &entry;
    if (outcome != "heard" || open == silent.end()) continue;
    add(*open->second, entry.time);
    silent.erase(open);
  }
  for (const auto& [source, from] : silent) add(*from, std::nullopt);
}

// What a source sends stands in the trail in the order of its numbers: none may be missing between
// the first and the last of a journey.
Status GapFinder::AddMissing(Journey& journey) const {
  std::map<std::string, std::pair<uint64_t, uint64_t>> ranges;  // of indices, by source
  for (const Step& step : journey.steps)
    for (const std::string_view prefix : kCounting) {
      if (!step.entry.header.source.starts_with(prefix)) continue;
      const uint64_t index = step.entry.index;
      auto& range = ranges.try_emplace(step.entry.header.source, index, index).first->second;
      range.first = std::min(range.first, index);
      range.second = std::max(range.second, index);
    }
  for (const auto& one : ranges) {
    const std::string& source = one.first;
    const auto& range = one.second;
    if (range.second - range.first >= kMostLookedAt) {
      Add(journey, GapKind::kUnchecked).source = source;
      continue;
    }
    Search search;
    search.source = source;
    search.from = range.first;
    search.most = kMostLookedAt;
    search.look_at = range.second - range.first + 1;
    const FoundEntries found = TRY(Find(reader_, search));
    AddHoles(journey, source, found.entries);
  }
  return Ok{};
}

void GapFinder::AddHoles(Journey& journey, const std::string& source,
                         const std::vector<Entry>& entries) {
  std::set<uint64_t> numbers;
  std::set<uint64_t> told;  // the first numbers behind losses that were told
  for (const Entry& entry : entries) {
    const auto next = NumberOf(entry, "next");
    if (next && entry.header.outcome == "gap") told.insert(static_cast<uint64_t>(*next));
    if (entry.header.sequence) numbers.insert(*entry.header.sequence);
  }
  for (auto one = numbers.begin(); one != numbers.end(); ++one) {
    const auto after = std::next(one);
    if (after == numbers.end()) break;
    if (*after == *one + 1 || told.contains(*after)) continue;
    Gap& gap = Add(journey, GapKind::kMissing);
    gap.source = source;
    gap.count = *after - *one - 1;
    gap.first = *one + 1;
    gap.last = *after - 1;
  }
}

Status GapFinder::AddDays(Journey& journey, JoinedBy by, const KeyRing& keys, Time begin,
                          Time end) const {
  const auto day = std::chrono::floor<std::chrono::days>(begin);
  const bool near =
      begin - day < kNearMidnight ||
      day + std::chrono::days(1) - std::min(end, Time(day + std::chrono::days(1))) < kNearMidnight;
  if (near && (by == JoinedBy::kEntry || by == JoinedBy::kSession)) AddOneDay(journey, begin);
  if (journey.keys_gone) Add(journey, GapKind::kExpired);
  if (by != JoinedBy::kTrace && by != JoinedBy::kSession) return Ok{};
  const uint32_t first = keys.store().ToTable().first_day;  // days before it have expired
  const TimeSpan times = TRY(reader_.vouched().Times(reader_));
  if (DayOf(times.earliest) < first)
    Add(journey, GapKind::kExpired).until = Time(std::chrono::sys_days(std::chrono::days(first)));
  return Ok{};
}

// The raw id is asked of all there ever was; a token, of its day.
void GapFinder::AddDeleted(Journey& journey, JoinedBy by, Time begin) const {
  if (!newest_deleted_) return;
  const bool one_day = by == JoinedBy::kEntry || by == JoinedBy::kVisit;
  if (one_day && *newest_deleted_ < std::chrono::floor<std::chrono::days>(begin)) return;
  const Deletion& deletion = *reader_.loaded().deletion;
  Gap& gap = Add(journey, GapKind::kDeleted);
  gap.from = deletion.time;
  gap.count = deletion.end();
  gap.first = 0;
  gap.last = deletion.end() - 1;
  gap.entry = deletion.entry;
}

Status GapFinder::Fill(Journey& journey, JoinedBy by, const KeyRing& keys) const {
  if (journey.steps.empty()) return Ok{};
  const auto [first, last] = std::ranges::minmax_element(
      journey.steps, {}, [](const Step& step) { return step.entry.time; });
  const Time begin = first->entry.time;
  const Time end = last->entry.time;
  for (const Step& step : journey.steps)
    if (step.orphan && !WasContinued(step.entry)) Add(journey, GapKind::kUnheard, step.entry);
  AddTold(journey, begin, end);
  AddSilences(journey, begin, end);
  TRY(AddMissing(journey));
  if (!all_) Add(journey, GapKind::kUnchecked);
  TRY(AddDays(journey, by, keys, begin, end));
  AddDeleted(journey, by, begin);
  return Ok{};
}

Status AddGaps(const TrailReader& reader, const KeyRing& keys, JoinedBy by,
               std::vector<Journey>& journeys) {
  Time earliest = Time::max();
  Time latest = Time::min();
  for (const Journey& journey : journeys)
    for (const Step& step : journey.steps) {
      earliest = std::min(earliest, step.entry.time);
      latest = std::max(latest, step.entry.time);
    }
  if (earliest > latest) return Ok{};
  const GapFinder finder = TRY(GapFinder::Look(reader, earliest, latest));
  for (Journey& journey : journeys) TRY(finder.Fill(journey, by, keys));
  if (by == JoinedBy::kVisit) AddOneDay(journeys.back(), latest);
  return Ok{};
}

}  // namespace garant::trail

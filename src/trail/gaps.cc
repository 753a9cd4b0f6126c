#include "trail/gaps.h"

#include <algorithm>
#include <set>

#include "trail/journey.h"
#include "trail/reader.h"
#include "trail/search.h"

namespace garant::trail {
namespace {

using base::Filled;
using base::FormatTime;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;
using base::Time;

constexpr std::string_view kNames[] = {"lost",     "missing", "silent",   "unheard",
                                       "midnight", "expired", "unchecked"};
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

Text Since(const Gap& gap) {
  if (!gap.from) return {};
  if (!gap.until) return Filled(" since {}", " depuis le {}", {FormatTime(*gap.from)});
  return Filled(" from {} to {}", " du {} au {}", {FormatTime(*gap.from), FormatTime(*gap.until)});
}

Text Numbers(const Gap& gap) {
  if (!gap.first || !gap.last) return {};
  return Filled(" (its numbers {} to {})", " (ses numéros {} à {})", {*gap.first, *gap.last});
}

}  // namespace

std::string_view GapKindName(GapKind kind) { return kNames[static_cast<size_t>(kind)]; }

Text TextOf(const Gap& gap) {
  switch (gap.kind) {
    case GapKind::kLost:
      if (gap.count == 0)
        return Filled("{} lost something, nobody knows how much; told at {}",
                      "{} a perdu quelque chose, sans que l’on sache combien; dit le {}",
                      {gap.source, FormatTime(gap.from.value_or(Time{}))});
      return Filled("{} lost {} at most{}; told at {}", "{} en a perdu {} au plus{}; dit le {}",
                    {gap.source, gap.count, Numbers(gap), FormatTime(gap.from.value_or(Time{}))});
    case GapKind::kMissing:
      return Filled("{} entries of {} are not there{}", "{} entrées de {} n’y sont pas{}",
                    {gap.count, gap.source, Numbers(gap)});
    case GapKind::kSilent:
      return Filled("nothing was heard of {}{}", "rien n’a été reçu de {}{}",
                    {gap.source, Since(gap)});
    case GapKind::kUnheard:
      return Filled("whoever called {} before entry {} sent nothing",
                    "qui a appelé {} avant l’entrée {} n’a rien envoyé",
                    {gap.part, gap.entry.value_or(0)});
    case GapKind::kMidnight:
      return Filled(
          "only the day{} is shown: over midnight UTC it has another token, which only who knows "
          "the raw identifier can join",
          "seule la journée{} est montrée : passé minuit UTC, le jeton est autre, et seul qui "
          "connaît l’identifiant brut peut les joindre",
          {Since(gap)});
    case GapKind::kExpired:
      return gap.until ? Filled("nothing before {} can be joined: those days' keys are gone",
                                "rien d’avant le {} ne peut être joint : les clés de ces jours "
                                "n’existent plus",
                                {FormatTime(*gap.until)})
                       : Text{"some keys are gone: who called whom is not known of all",
                              "des clés n’existent plus : on ne sait pas tout de qui a appelé qui"};
    case GapKind::kUnchecked:
      break;
  }
  return Filled("there was too much to look for gaps in all of it{}",
                "il y avait trop à examiner pour chercher les lacunes partout{}",
                {gap.source.empty() ? Text() : Text{": " + gap.source, "\u00a0: " + gap.source}});
}

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
    Gap gap{.kind = GapKind::kLost,
            .source = entry.header.source,
            .part = entry.header.part,
            .from = entry.time,
            .count = count,
            .entry = entry.index};
    const auto next = NumberOf(entry, "next");
    if (outcome == "gap" && next && *next >= static_cast<int64_t>(count)) {
      gap.first = static_cast<uint64_t>(*next) - count;
      gap.last = static_cast<uint64_t>(*next) - 1;
    }
    if (outcome == "refused") gap.first = gap.last = entry.header.sequence;
    journey.gaps.push_back(std::move(gap));
  }
}

void GapFinder::AddSilences(Journey& journey, Time begin, Time end) const {
  std::map<std::string, const Entry*> silent;
  const auto add = [&](const Entry& from, std::optional<Time> until) {
    if (from.time > end || (until && *until < begin)) return;
    journey.gaps.push_back({.kind = GapKind::kSilent,
                            .source = from.header.source,
                            .part = from.header.part,
                            .from = from.time,
                            .until = until,
                            .entry = from.index});
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
      range = {std::min(range.first, index), std::max(range.second, index)};
    }
  for (const auto& [source, range] : ranges) {
    if (range.second - range.first >= kMostLookedAt) {
      journey.gaps.push_back({.kind = GapKind::kUnchecked, .source = source});
      continue;
    }
    Search search;
    search.source = source;
    search.from = range.first;
    search.most = kMostLookedAt;
    search.look_at = range.second - range.first + 1;
    AddHoles(journey, source, TRY(Find(reader_, search)).entries);
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
    journey.gaps.push_back({.kind = GapKind::kMissing,
                            .source = source,
                            .count = *after - *one - 1,
                            .first = *one + 1,
                            .last = *after - 1});
  }
}

void GapFinder::AddDays(Journey& journey, JoinedBy by, const KeyRing& keys, Time begin,
                        Time end) const {
  const auto day = std::chrono::floor<std::chrono::days>(begin);
  const bool near =
      begin - day < kNearMidnight ||
      day + std::chrono::days(1) - std::min(end, Time(day + std::chrono::days(1))) < kNearMidnight;
  if (by == JoinedBy::kVisit || (by != JoinedBy::kTrace && near))
    journey.gaps.push_back(
        {.kind = GapKind::kMidnight, .from = Time(day), .until = Time(day + std::chrono::days(1))});
  if (journey.keys_gone) journey.gaps.push_back({.kind = GapKind::kExpired});
  if (by != JoinedBy::kTrace && by != JoinedBy::kSession) return;
  const std::vector<uint32_t> days = keys.TransientDays();
  if (!days.empty() && DayOf(reader_.loaded().times.earliest) < days.front())
    journey.gaps.push_back({.kind = GapKind::kExpired,
                            .until = Time(std::chrono::sys_days(std::chrono::days(days.front())))});
}

Status GapFinder::Fill(Journey& journey, JoinedBy by, const KeyRing& keys) const {
  if (journey.steps.empty()) return Ok{};
  const auto [first, last] = std::ranges::minmax_element(
      journey.steps, {}, [](const Step& step) { return step.entry.time; });
  const Time begin = first->entry.time;
  const Time end = last->entry.time;
  for (const Step& step : journey.steps)
    if (step.orphan && !WasContinued(step.entry))
      journey.gaps.push_back({.kind = GapKind::kUnheard,
                              .source = step.entry.header.source,
                              .part = step.entry.header.part,
                              .entry = step.entry.index});
  AddTold(journey, begin, end);
  AddSilences(journey, begin, end);
  TRY(AddMissing(journey));
  if (!all_) journey.gaps.push_back({.kind = GapKind::kUnchecked});
  AddDays(journey, by, keys, begin, end);
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
  return Ok{};
}

}  // namespace garant::trail

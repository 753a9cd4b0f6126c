#include <algorithm>
#include <functional>
#include <map>

#include "trail/journey.h"
#include "trail/reader.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kTraceDigits = 32;

// One journey for each trace among the entries that are wanted, in the order in which they began.
// A trace has a token for each of its days; see JourneysOfEntry.
Result<std::vector<Journey>> Journeys(const TrailReader& reader, const KeyRing& keys,
                                      const std::function<bool(const Entry&)>& wanted) {
  std::map<Token, size_t> places;
  for (uint64_t index = 0; index < reader.size(); ++index) {
    const Entry entry = TRY(reader.Read(index));
    if (entry.header.trace && wanted(entry)) places.emplace(*entry.header.trace, places.size());
  }
  std::vector<std::vector<Entry>> of_traces(places.size());
  for (uint64_t index = 0; index < reader.size() && !places.empty(); ++index) {
    Entry entry = TRY(reader.Read(index));
    if (!entry.header.trace) continue;
    if (const auto place = places.find(*entry.header.trace); place != places.end())
      of_traces[place->second].push_back(std::move(entry));
  }
  std::vector<Journey> journeys;
  for (std::vector<Entry>& entries : of_traces)
    journeys.push_back(JourneyOf(std::move(entries), keys));
  return journeys;
}

}  // namespace

Result<OfTrace> OfTrace::From(const KeyRing& keys, std::string_view trace) {
  std::string raw(trace);
  for (char& c : raw)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (raw.size() != kTraceDigits || raw.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error{Code::kInvalid,
                 Filled("a trace id has 32 hexadecimal digits, unlike '{}'",
                        "un identifiant de trace a 32 chiffres hexadécimaux, contrairement à "
                        "« {} »",
                        {raw}),
                 {}};
  return OfTrace(keys, std::move(raw));
}

bool OfTrace::operator()(const Entry& entry) {
  if (!entry.header.trace) return false;
  const uint32_t day = DayOf(entry.time);
  auto token = tokens_.find(day);
  if (token == tokens_.end()) token = tokens_.emplace(day, keys_->TokenOfTrace(raw_, day)).first;
  return token->second && *token->second == *entry.header.trace;
}

Result<std::vector<Journey>> JourneysOfTrace(const TrailReader& reader, const KeyRing& keys,
                                             std::string_view trace) {
  auto wanted = OfTrace::From(keys, trace);
  if (!wanted) return wanted.error();
  std::vector<Entry> entries;
  for (uint64_t index = 0; index < reader.size(); ++index) {
    Entry entry = TRY(reader.Read(index));
    if ((*wanted)(entry)) entries.push_back(std::move(entry));
  }
  std::vector<Journey> journeys;
  if (!entries.empty()) journeys.push_back(JourneyOf(std::move(entries), keys));
  return journeys;
}

Result<std::vector<Journey>> JourneysOfEntry(const TrailReader& reader, const KeyRing& keys,
                                             uint64_t index, bool visit) {
  if (index >= reader.size())
    return Error{Code::kInvalid,
                 Filled("the trail has no entry {}; it has {}, counted from 0",
                        "le journal n’a pas d’entrée {}; il en a {}, comptées à partir de 0",
                        {index, reader.size()}),
                 {}};
  const Entry of = TRY(reader.Read(index));
  const auto token = [visit](const Entry& entry) {
    return visit ? entry.header.session : entry.header.trace;
  };
  if (!token(of))
    return Error{
        Code::kNotFound,
        visit ? Filled("entry {} belongs to no session: the route needed none",
                       "l’entrée {} n’est d’aucune session : la route n’en exigeait pas", {index})
              : Filled("entry {} belongs to no trace", "l’entrée {} n’appartient à aucune trace",
                       {index}),
        {}};
  return Journeys(reader, keys, [&](const Entry& entry) {
    return token(entry) == token(of) && DayOf(entry.time) == DayOf(of.time);
  });
}

Result<std::vector<Journey>> LatestJourneys(const TrailReader& reader, const KeyRing& keys,
                                            size_t most) {
  std::vector<Token> latest;
  for (uint64_t index = reader.size(); index-- > 0 && latest.size() < most;) {
    const Entry entry = TRY(reader.Read(index));
    if (entry.header.trace && std::ranges::find(latest, *entry.header.trace) == latest.end())
      latest.push_back(*entry.header.trace);
  }
  auto journeys = TRY(Journeys(reader, keys, [&](const Entry& entry) {
    return entry.header.trace && std::ranges::find(latest, *entry.header.trace) != latest.end();
  }));
  std::ranges::stable_sort(journeys, std::greater<>{}, [](const Journey& journey) {
    uint64_t last = 0;
    for (const Step& step : journey.steps) last = std::max(last, step.entry.index);
    return last;
  });
  return journeys;
}

}  // namespace garant::trail

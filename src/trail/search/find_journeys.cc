#include <algorithm>
#include <functional>
#include <limits>
#include <map>

#include "trail/search/journey.h"
#include "trail/search/search.h"
#include "trail/store/reader.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr size_t kPage = 256;  // entries, looking back for the latest journeys

Result<std::vector<Entry>> FindAll(const TrailReader& reader, Criterion criterion) {
  Search search;
  search.all_of.push_back(std::move(criterion));
  search.most = std::numeric_limits<size_t>::max();
  return TRY(Find(reader, search)).entries;
}

// One journey for each of these traces, in the order in which they began. A trace has a token for
// each of its days; see JourneysOfEntry.
Result<std::vector<Journey>> Journeys(const TrailReader& reader, const KeyRing& keys,
                                      const std::vector<Token>& traces) {
  if (traces.empty()) return std::vector<Journey>();
  Criterion any{RunKey::kTrace, {}, {}};
  for (const Token& trace : traces) any.any_of.emplace_back(trace.begin(), trace.end());
  std::map<Token, size_t> places;
  std::vector<std::vector<Entry>> of_traces;
  for (Entry& entry : TRY(FindAll(reader, std::move(any)))) {
    const auto [place, is_new] = places.emplace(*entry.header.trace, of_traces.size());
    if (is_new) of_traces.emplace_back();
    of_traces[place->second].push_back(std::move(entry));
  }
  std::vector<Journey> journeys;
  for (std::vector<Entry>& entries : of_traces)
    journeys.push_back(JourneyOf(std::move(entries), keys));
  return journeys;
}

void AddTrace(std::vector<Token>& traces, const Entry& entry) {
  if (entry.header.trace && std::ranges::find(traces, *entry.header.trace) == traces.end())
    traces.push_back(*entry.header.trace);
}

}  // namespace

Result<std::vector<Journey>> JourneysOfTrace(const TrailReader& reader, const KeyRing& keys,
                                             std::string_view trace) {
  Criterion of_trace = TRY(ByTrace(trace, keys));
  std::vector<Entry> entries = TRY(FindAll(reader, std::move(of_trace)));
  std::vector<Journey> journeys;
  if (!entries.empty()) journeys.push_back(JourneyOf(std::move(entries), keys));
  return journeys;
}

Result<std::vector<Journey>> JourneysOfSession(const TrailReader& reader, const KeyRing& keys,
                                               std::string_view session) {
  std::vector<Token> traces;
  for (const Entry& entry : TRY(FindAll(reader, BySession(session, keys)))) AddTrace(traces, entry);
  return Journeys(reader, keys, traces);
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
  if (!visit) return Journeys(reader, keys, {*of.header.trace});
  std::vector<Token> traces;
  for (const Entry& entry : TRY(FindAll(reader, ByToken(RunKey::kSession, *of.header.session))))
    AddTrace(traces, entry);
  return Journeys(reader, keys, traces);
}

Error NoJourney(const TrailReader& reader) {
  const base::Text none = {
      "no entry belongs to that trace or session; its key may have expired",
      "aucune entrée n’appartient à cette trace ou session; sa clé a peut-être "
      "expiré"};
  if (reader.kept_from() == 0) return {Code::kNotFound, none, {}};
  return {
      Code::kNotFound,
      Filled("{}, or it stood among the entries up to {}, which were deleted when their declared "
             "time had come",
             "{}, ou elle figurait parmi les entrées jusqu’à {}, supprimées à leur échéance "
             "déclarée",
             {none, reader.kept_from() - 1}),
      {}};
}

Result<std::vector<Journey>> LatestJourneys(const TrailReader& reader, const KeyRing& keys,
                                            size_t most) {
  std::vector<Token> latest;
  Search search;
  search.order = SearchOrder::kNewestFirst;
  search.most = kPage;
  do {
    const FoundEntries page = TRY(Find(reader, search));
    for (size_t i = 0; i < page.entries.size() && latest.size() < most; ++i)
      AddTrace(latest, page.entries[i]);
    search.from = page.next;
  } while (search.from && latest.size() < most);
  auto journeys = TRY(Journeys(reader, keys, latest));
  std::ranges::stable_sort(journeys, std::greater<>{}, [](const Journey& journey) {
    uint64_t last = 0;
    for (const Step& step : journey.steps) last = std::max(last, step.entry.index);
    return last;
  });
  return journeys;
}

}  // namespace garant::trail

#include "cli/journeys.h"

#include <sys/inotify.h>

#include <algorithm>
#include <set>

#include "base/file_watch.h"
#include "harden/journeys.h"
#include "trail/keys/keys.h"
#include "trail/search/search.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Result;
using base::Text;
using harden::Walked;
using trail::Entry;
using trail::Journey;

// After everything has joined up: a log that comes later may show an edge that nobody declared.
constexpr std::chrono::milliseconds kSettle{1500};

// The entries of each walk that the trail has by now.
Result<std::vector<Journey>> ReadJourneys(const Places& places, uint64_t from,
                                          const std::vector<Walked>& walked) {
  const auto reader = TRY(trail::TrailReader::Open(places.trail));
  const auto keys = TRY(trail::KeyRing::Open(places.trail, places.root_key));
  trail::Search search;
  search.from = from;
  search.most = std::numeric_limits<size_t>::max();
  std::vector<Journey> journeys;
  for (const Walked& one : walked) {
    search.all_of = {TRY(trail::ByTrace(one.trace, keys))};
    journeys.push_back(trail::JourneyOf(TRY(trail::Find(reader, search)).entries, keys));
  }
  return journeys;
}

bool AllJoined(const std::vector<Walked>& walked, const std::vector<Journey>& journeys) {
  for (size_t i = 0; i < walked.size(); ++i)
    for (const trail::Edge& edge : walked[i].walk.edges)
      if (!harden::Joins(journeys[i], edge)) return false;
  return true;
}

size_t StepsIn(const std::vector<Journey>& journeys) {
  size_t steps = 0;
  for (const Journey& journey : journeys) steps += journey.steps.size();
  return steps;
}

Result<std::vector<Journey>> WaitForJourneys(const Places& places, uint64_t from,
                                             const std::vector<Walked>& walked,
                                             std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + patience;
  const base::FileWatch watch(trail::CheckpointsPath(places.trail), IN_MODIFY);
  std::vector<Journey> journeys = TRY(ReadJourneys(places, from, walked));
  auto settled = Clock::now() + kSettle;
  for (;;) {
    const bool joined = AllJoined(walked, journeys);
    const auto until = joined ? std::min(settled, end) : end;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (left.count() <= 0) return journeys;
    // Where nothing more was written there is nothing to read.
    if (!watch.Wait(left) && watch.works()) continue;
    const size_t before = StepsIn(journeys);
    journeys = TRY(ReadJourneys(places, from, walked));
    if (StepsIn(journeys) != before) settled = Clock::now() + kSettle;
  }
}

Text WhyNot(const Walked& walked, const Journey& journey, const trail::Edge& edge) {
  const std::string name = edge.from + ">" + edge.to;
  const std::string& path = walked.walk.path;
  if (journey.steps.empty())
    return Filled(
        "{}: nothing of the journey over {} reached the trail; is `garant recorder` "
        "running, with the guard's spool and the systems' logs?",
        "{} : rien du parcours par {} n’est arrivé au journal; `garant recorder` "
        "fonctionne-t-il, avec la mémoire du garde et les journaux des systèmes?",
        {name, path});
  std::set<std::string> parts;
  std::string sources;
  for (const trail::Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    if (parts.insert(header.part + header.source).second)
      sources += (sources.empty() ? "" : ", ") + header.part + " (" + header.source + ")";
  }
  return Filled("{}: the journey over {} does not join up; under its trace these were heard: {}",
                "{} : le parcours par {} ne se rejoint pas; sous sa trace, on a reçu : {}",
                {name, path, sources});
}

}  // namespace

Result<JourneyReport> TakeJourneys(const Places& places, const service::Model& model,
                                   const harden::ProbeTarget& target, base::Time run,
                                   std::chrono::milliseconds patience) {
  JourneyReport report;
  const harden::Walks walks = harden::WalksFromModel(model);
  for (const trail::Edge& edge : walks.unwalked)
    report.notes.push_back(
        edge.from == edge.to
            ? Filled("{}: the file names no journey within the system; add `journey` to it under "
                     "`systems`",
                     "{} : le fichier ne nomme aucun parcours à l’intérieur du système; "
                     "ajoutez-y `journey` sous `systems`",
                     {edge.from})
            : Filled("{}>{}: the file names no journey along this edge; add `journey` to the flow",
                     "{}>{} : le fichier ne nomme aucun parcours sur cette arête; ajoutez "
                     "`journey` au flux",
                     {edge.from, edge.to}));
  if (walks.walks.empty()) return report;
  const uint64_t from = TRY(trail::TrailReader::Open(places.trail)).size();
  harden::WalkReport taken = TRY(harden::TakeWalks(walks.walks, target));
  for (Text& note : taken.notes) report.notes.push_back(std::move(note));
  const auto journeys = TRY(WaitForJourneys(places, from, taken.walked, patience));
  for (size_t i = 0; i < journeys.size(); ++i) {
    const Walked& walked = taken.walked[i];
    for (const trail::Edge& edge : walked.walk.edges)
      if (!harden::Joins(journeys[i], edge))
        report.notes.push_back(WhyNot(walked, journeys[i], edge));
    for (trail::Observation& one : harden::ObserveWalk(walked, journeys[i], model, run))
      report.observations.push_back(std::move(one));
  }
  return report;
}

}  // namespace garant::cli

#include "harden/probe.h"

#include "harden/look.h"
#include "harden/observe.h"

namespace garant::harden {
namespace {

// Of one sort of thing. A page can invent more than any trail should hold.
constexpr size_t kMostOfASort = 5'000;

// What is left out must show: then there was more than the run tells of.
void Bound(Report& report) {
  for (trail::Observation& seen : report.observations)
    for (trail::Fact& fact : seen.facts)
      if (seen.kind == "crawl" && fact.name == "bounded") fact.value = true;
  report.notes.push_back(
      {"the service shows more than " + std::to_string(kMostOfASort) +
           " things of one sort; the rest was not recorded, and the run counts as cut short",
       "le service montre plus de " + std::to_string(kMostOfASort) +
           " choses d’une même sorte ; le reste n’a pas été consigné, et le parcours compte comme "
           "interrompu"});
}

}  // namespace

base::Result<Report> Probe(const ProbeTarget& target, const base::Clock& clock) {
  const base::Time start = clock.Now();
  Survey survey = TRY(Look(target, start));
  Report report;
  bool bounded = false;
  for (Observations part :
       {ObserveEndpoints(survey, target, start), ObserveRoutes(survey, target, start),
        ObserveCookies(survey, start), ObserveForms(survey, target, start),
        ObservePolicies(survey, target, start)}) {
    bounded = bounded || part.size() > kMostOfASort;
    if (part.size() > kMostOfASort) part.resize(kMostOfASort);
    for (trail::Observation& seen : part) report.observations.push_back(std::move(seen));
  }
  report.notes = std::move(survey.notes);
  if (bounded) Bound(report);
  return report;
}

}  // namespace garant::harden

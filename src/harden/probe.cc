#include "harden/probe.h"

#include "harden/look.h"
#include "harden/observe.h"

namespace garant::harden {

base::Result<Report> Probe(const ProbeTarget& target, const base::Clock& clock) {
  const base::Time start = clock.Now();
  Survey survey = TRY(Look(target, start));
  Report report;
  for (Observations part : {ObserveEndpoints(survey, start), ObserveRoutes(survey, target, start),
                            ObserveCookies(survey, start), ObserveForms(survey, target, start),
                            ObservePolicies(survey, target, start)})
    for (trail::Observation& seen : part) report.observations.push_back(std::move(seen));
  report.notes = std::move(survey.notes);
  return report;
}

}  // namespace garant::harden

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
}

void Bound(Observations& part, Omissions& omitted) {
  if (part.size() <= kMostOfASort) return;
  part.resize(kMostOfASort);
  const std::string most = std::to_string(kMostOfASort);
  omitted.Add("the service shows more than " + most +
                  " things of one sort; the rest was not recorded, and the run counts as cut short",
              "le service montre plus de " + most +
                  " choses d’une même sorte; le reste n’a pas été consigné, et le parcours "
                  "compte comme interrompu");
}

}  // namespace

base::Result<Report> Probe(const ProbeTarget& target, const base::Clock& clock) {
  const base::Time start = clock.Now();
  Survey survey = TRY(Look(target, start));
  Report report;
  Omissions omitted;
  for (Observations part :
       {ObserveEndpoints(survey, target, start, omitted),
        ObserveRoutes(survey, target, start, omitted), ObserveCookies(survey, start, omitted),
        ObserveForms(survey, target, start, omitted),
        ObservePolicies(survey, target, start, omitted)}) {
    Bound(part, omitted);
    for (trail::Observation& seen : part) report.observations.push_back(std::move(seen));
  }
  report.notes = std::move(survey.notes);
  for (base::Text& note : omitted.notes) report.notes.push_back(std::move(note));
  if (omitted.bounded) Bound(report);
  return report;
}

}  // namespace garant::harden

#pragma once

#include <vector>

#include "harden/survey.h"
#include "harden/target.h"
#include "trail/entry/observation.h"

// From a survey to observations: nothing is looked at here, and nothing that is not of the table in
// trail/entry/observation_kinds.h is said.
namespace garant::harden {

using Observations = std::vector<trail::Observation>;

[[nodiscard]] trail::Observation Observe(std::string_view kind, std::string subject,
                                         trail::Vantage vantage, base::Time time);

// What was seen and is not told, or was not gone through: the run then counts as cut short.
struct Omissions {
  bool bounded = false;
  std::vector<base::Text> notes;
  void Add(std::string en, std::string fr);
};
// At most 100 of a list; `of` names it in the note.
[[nodiscard]] std::vector<std::string> Capped(std::vector<std::string> list, std::string_view of,
                                              Omissions& omitted);

[[nodiscard]] Observations ObserveEndpoints(const Survey& survey, const ProbeTarget& target,
                                            base::Time time, Omissions& omitted);
[[nodiscard]] Observations ObserveRoutes(const Survey& survey, const ProbeTarget& target,
                                         base::Time time, Omissions& omitted);
[[nodiscard]] Observations ObserveCookies(const Survey& survey, base::Time time,
                                          Omissions& omitted);

// What is known of one policy, privacy or cookies.
struct PolicyLook {
  std::string route;  // empty: none is declared and none was found
  bool declared = false;
  bool answers = false;
  std::vector<std::string> addresses;  // path?query of it and its other languages, in memory only
  std::vector<std::string> languages;
  std::vector<std::string> cookies;
  uint64_t linked = 0;
  uint64_t pages = 0;
  bool late = false;  // the time of the run was over before everything was read
};
[[nodiscard]] PolicyLook FindPolicy(const Survey& survey, const ProbeTarget& target, bool privacy);
[[nodiscard]] Observations ObservePolicies(const Survey& survey, const ProbeTarget& target,
                                           base::Time time, Omissions& omitted);
[[nodiscard]] Observations ObserveForms(const Survey& survey, const ProbeTarget& target,
                                        base::Time time, Omissions& omitted);

}  // namespace garant::harden

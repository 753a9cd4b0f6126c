#include "trail/entry/observation.h"

#include <algorithm>
#include <limits>

#include "trail/entry/allowed_facts.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Result;

constexpr uint64_t kMostCounted = std::numeric_limits<int64_t>::max();

Error Invalid(std::string_view kind, const base::Text& message) {
  return Error{Code::kInvalid,
               Filled("observation \"{}\": {}", "observation « {} » : {}", {kind, message}),
               {}};
}

template <typename T>
Result<T> Reserved(const Entry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.header.facts, name, &Fact::name);
  const T* value = found == entry.header.facts.end() ? nullptr : std::get_if<T>(&found->value);
  if (value == nullptr)
    return Invalid(entry.header.kind,
                   Filled("entry {} lacks the fact {}", "il manque à l’entrée {} le fait {}",
                          {entry.index, name}));
  return *value;
}

Result<uint64_t> ReservedCount(const Entry& entry, std::string_view name) {
  const int64_t value = TRY(Reserved<int64_t>(entry, name));
  if (value < 0)
    return Invalid(entry.header.kind, Filled("entry {} has a negative {}",
                                             "l’entrée {} a un {} négatif", {entry.index, name}));
  return static_cast<uint64_t>(value);
}

Result<Vantage> ParseVantage(const Entry& entry) {
  const auto name = TRY(Reserved<std::string>(entry, "@vantage"));
  for (const Vantage vantage : {Vantage::kOutside, Vantage::kLoopback, Vantage::kInside})
    if (name == VantageName(vantage)) return vantage;
  return Invalid(entry.header.kind,
                 Filled("unknown vantage \"{}\" in entry {}",
                        "point de vue inconnu « {} » à l’entrée {}", {name, entry.index}));
}

// One a line; those that no longer fit are left out.
base::Bytes JoinedPaths(const std::vector<std::string>& paths) {
  constexpr size_t kMost = 8U << 10U;
  base::Bytes joined;
  for (const std::string& path : paths) {
    if (joined.size() + path.size() + 1 > kMost) break;
    joined.insert(joined.end(), path.begin(), path.end());
    joined.push_back('\n');
  }
  return joined;
}

}  // namespace

std::string_view VantageName(Vantage vantage) {
  switch (vantage) {
    case Vantage::kOutside:
      return "outside";
    case Vantage::kLoopback:
      return "loopback";
    case Vantage::kInside:
      break;
  }
  return "inside";
}

Result<Draft> ToDraft(const Observation& observation, std::string_view service) {
  if (FindObservationKind(observation.kind) == nullptr)
    return Invalid(observation.kind, {"the table of observations has no such kind",
                                      "la table des observations n’a pas ce genre"});
  if (observation.subject.empty() || observation.method.empty())
    return Invalid(observation.kind,
                   {"needs a subject and a method", "il lui faut un sujet et une méthode"});
  if (observation.numerator > observation.denominator || observation.denominator > kMostCounted)
    return Invalid(observation.kind,
                   Filled("{} of {} cannot have held", "{} sur {} ne peuvent avoir tenu",
                          {observation.numerator, observation.denominator}));
  Draft draft;
  draft.time = observation.time;
  draft.kind = observation.kind;
  draft.service = service;
  draft.source = observation.method;
  draft.facts = observation.facts;
  for (const Fact& fact : draft.facts)
    if (fact.name.starts_with('@'))
      return Invalid(observation.kind, Filled("no attribute is named {}",
                                              "aucun attribut ne se nomme {}", {fact.name}));
  draft.facts.push_back({"@subject", observation.subject});
  draft.facts.push_back({"@vantage", std::string(VantageName(observation.vantage))});
  draft.facts.push_back({"@version", int64_t{observation.version}});
  draft.facts.push_back({"@numerator", static_cast<int64_t>(observation.numerator)});
  draft.facts.push_back({"@denominator", static_cast<int64_t>(observation.denominator)});
  TRY(CheckFacts(draft.kind, draft.facts));
  if (auto sealed = JoinedPaths(observation.paths); !sealed.empty())
    draft.sealed.push_back({KeyClass::kTransient, "path", std::move(sealed), {}});
  return draft;
}

Result<Observation> FromEntry(const Entry& entry) {
  const Header& header = entry.header;
  if (FindObservationKind(header.kind) == nullptr)
    return Error{
        Code::kUnsupported,
        Filled("entry {}: \"{}\" is not a kind of observation that this build knows",
               "entrée {} : « {} » n’est pas un genre d’observation que cette version connaît",
               {entry.index, header.kind}),
        {}};
  TRY(CheckFacts(header.kind, header.facts));
  Observation out;
  out.kind = header.kind;
  out.subject = TRY(Reserved<std::string>(entry, "@subject"));
  out.vantage = TRY(ParseVantage(entry));
  if (header.source.empty())
    return Invalid(header.kind, Filled("entry {} lacks its source",
                                       "il manque à l’entrée {} sa source", {entry.index}));
  out.method = header.source;
  const uint64_t version = TRY(ReservedCount(entry, "@version"));
  if (version > std::numeric_limits<uint32_t>::max())
    return Invalid(header.kind, {"version of the method is too large",
                                 "la version de la méthode est trop grande"});
  out.version = static_cast<uint32_t>(version);
  out.numerator = TRY(ReservedCount(entry, "@numerator"));
  out.denominator = TRY(ReservedCount(entry, "@denominator"));
  if (out.numerator > out.denominator)
    return Invalid(
        header.kind,
        Filled("entry {} counts more that held than were looked at",
               "l’entrée {} compte plus de cas qui tiennent que de cas examinés", {entry.index}));
  out.time = entry.time;
  out.entry = entry.index;
  for (const Fact& fact : header.facts)
    if (!fact.name.starts_with('@')) out.facts.push_back(fact);
  return out;
}

}  // namespace garant::trail

#include "trail/observation.h"

#include <algorithm>
#include <limits>

#include "trail/allowed_facts.h"
#include "trail/draft.h"
#include "trail/entry.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr uint64_t kMostCounted = std::numeric_limits<int64_t>::max();

Error Invalid(std::string_view kind, const std::string& message) {
  return Error{Code::kInvalid, "observation \"" + std::string(kind) + "\": " + message, {}};
}

template <typename T>
Result<T> Reserved(const Entry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.header.facts, name, &Fact::name);
  const T* value = found == entry.header.facts.end() ? nullptr : std::get_if<T>(&found->value);
  if (value == nullptr)
    return Invalid(entry.header.kind,
                   "entry " + std::to_string(entry.index) + " lacks the fact " + std::string(name));
  return *value;
}

Result<uint64_t> ReservedCount(const Entry& entry, std::string_view name) {
  const int64_t value = TRY(Reserved<int64_t>(entry, name));
  if (value < 0)
    return Invalid(entry.header.kind,
                   "entry " + std::to_string(entry.index) + " has a negative " + std::string(name));
  return static_cast<uint64_t>(value);
}

Result<Vantage> ParseVantage(const Entry& entry) {
  const auto name = TRY(Reserved<std::string>(entry, "@vantage"));
  for (const Vantage vantage : {Vantage::kOutside, Vantage::kLoopback, Vantage::kInside})
    if (name == VantageName(vantage)) return vantage;
  return Invalid(entry.header.kind,
                 "unknown vantage \"" + name + "\" in entry " + std::to_string(entry.index));
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
    return Invalid(observation.kind, "the table of observations has no such kind");
  if (observation.subject.empty() || observation.method.empty())
    return Invalid(observation.kind, "needs a subject and a method");
  if (observation.numerator > observation.denominator || observation.denominator > kMostCounted)
    return Invalid(observation.kind, std::to_string(observation.numerator) + " of " +
                                         std::to_string(observation.denominator) +
                                         " cannot have held");
  Draft draft;
  draft.time = observation.time;
  draft.kind = observation.kind;
  draft.service = service;
  draft.source = observation.method;
  draft.facts = observation.facts;
  for (const Fact& fact : draft.facts)
    if (fact.name.starts_with('@'))
      return Invalid(observation.kind, "no attribute is named " + fact.name);
  draft.facts.push_back({"@subject", observation.subject});
  draft.facts.push_back({"@vantage", std::string(VantageName(observation.vantage))});
  draft.facts.push_back({"@version", int64_t{observation.version}});
  draft.facts.push_back({"@numerator", static_cast<int64_t>(observation.numerator)});
  draft.facts.push_back({"@denominator", static_cast<int64_t>(observation.denominator)});
  TRY(CheckFacts(draft.kind, draft.facts));
  return draft;
}

Result<Observation> FromEntry(const Entry& entry) {
  const Header& header = entry.header;
  if (FindObservationKind(header.kind) == nullptr)
    return Error{Code::kUnsupported,
                 "entry " + std::to_string(entry.index) + ": \"" + header.kind +
                     "\" is not a kind of observation that this build knows",
                 {}};
  TRY(CheckFacts(header.kind, header.facts));
  Observation out;
  out.kind = header.kind;
  out.subject = TRY(Reserved<std::string>(entry, "@subject"));
  out.vantage = TRY(ParseVantage(entry));
  if (header.source.empty())
    return Invalid(header.kind, "entry " + std::to_string(entry.index) + " lacks its source");
  out.method = header.source;
  const uint64_t version = TRY(ReservedCount(entry, "@version"));
  if (version > std::numeric_limits<uint32_t>::max())
    return Invalid(header.kind, "version of the method is too large");
  out.version = static_cast<uint32_t>(version);
  out.numerator = TRY(ReservedCount(entry, "@numerator"));
  out.denominator = TRY(ReservedCount(entry, "@denominator"));
  if (out.numerator > out.denominator)
    return Invalid(header.kind, "entry " + std::to_string(entry.index) +
                                    " counts more that held than were looked at");
  out.time = entry.time;
  out.entry = entry.index;
  for (const Fact& fact : header.facts)
    if (!fact.name.starts_with('@')) out.facts.push_back(fact);
  return out;
}

}  // namespace garant::trail

#include <nlohmann/json.hpp>

#include "cli/trail_search.h"
#include "cli/workspace.h"
#include "report/trail_json.h"
#include "trail/search/journey.h"
#include "trail/store/reader.h"

namespace garant::cli {
namespace {

using base::Filled;
using base::Result;
using trail::Entry;
using trail::Journey;
using trail::Step;

constexpr size_t kDeepest = 20;  // shown: whoever sends requests chooses how deep they are nested

int64_t NumberOf(const Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* number = std::get_if<int64_t>(&fact.value)) return *number;
  return -1;
}

std::string TextOf(const Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* text = std::get_if<std::string>(&fact.value)) return *text;
  return {};
}

trail::JoinedBy HowJoined(const Invocation& call) {
  if (call.Has("session")) return trail::JoinedBy::kSession;
  if (!call.Has("entry")) return trail::JoinedBy::kTrace;
  return call.Has("visit") ? trail::JoinedBy::kVisit : trail::JoinedBy::kEntry;
}

Result<std::vector<Journey>> FindJourneys(const Invocation& call, const trail::TrailReader& reader,
                                          const trail::KeyRing& keys, trail::JoinedBy by) {
  if (by == trail::JoinedBy::kSession)
    return trail::JourneysOfSession(reader, keys, TRY(SecretOf(call, "session")));
  if (by == trail::JoinedBy::kTrace) return trail::JourneysOfTrace(reader, keys, call.argument);
  const auto index = NumberOption("--entry", call.Value("entry"), UINT64_MAX);
  if (!index) return index.error();
  return trail::JourneysOfEntry(reader, keys, *index, call.Has("visit"));
}

void ShowText(const Invocation& call, const Journey& journey) {
  for (const Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    std::string line = base::FormatTime(step.entry.time) + "  " +
                       std::string(2 * std::min(step.depth, kDeepest), ' ') + header.part + "  " +
                       header.kind;
    for (const std::string& more :
         {TextOf(step.entry, "event"), TextOf(step.entry, "method"), header.route, header.outcome})
      if (!more.empty()) line += "  " + more;
    if (const int64_t status = NumberOf(step.entry, "status"); status >= 0)
      line += "  " + std::to_string(status);
    if (const int64_t took = NumberOf(step.entry, "milliseconds"); took >= 0)
      line += "  " + std::to_string(took) + " ms";
    line += "  [" + std::to_string(step.entry.index) + ", " + header.source + "]";
    if (step.orphan)
      line += call.Say({"  called from outside what is recorded",
                        "  appelé de l’extérieur de ce qui est consigné"});
    *call.out << Shown(line) << "\n";
  }
  for (const trail::Edge& edge : journey.edges)
    *call.out << Shown(call.Say(Filled("It went from {} to {}.", "Le parcours va de {} à {}.",
                                       {edge.from, edge.to})))
              << "\n";
  for (const trail::Gap& gap : journey.gaps)
    *call.out << Shown(call.Say(Filled("Gap: {}.", "Lacune : {}.", {trail::TextOf(gap)}))) << "\n";
}

}  // namespace

int RunTrailJourney(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  const int named =
      (call.argument.empty() ? 0 : 1) + (call.Has("entry") ? 1 : 0) + (call.Has("session") ? 1 : 0);
  if (named != 1 || (call.Has("visit") && !call.Has("entry")))
    return call.Misuse(
        {"name a trace id, an entry with --entry, or a session with --session; "
         "--visit goes with --entry",
         "nommez un identifiant de trace, une entrée avec --entry, ou une session "
         "avec --session; --visit va avec --entry"});
  const Places places = PlacesOf(call, file, *model);
  const auto reader = trail::TrailReader::Open(places.trail);
  if (!reader) return call.Fail(reader.error());
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const trail::JoinedBy by = HowJoined(call);
  auto journeys = FindJourneys(call, *reader, *keys, by);
  if (!journeys) return call.Fail(journeys.error());
  if (const auto looked = trail::AddGaps(*reader, *keys, by, *journeys); !looked)
    return call.Fail(looked.error());
  if (journeys->empty()) return call.Fail(trail::NoJourney(*reader));
  if (call.Value("format") == "json") {
    nlohmann::json json = nlohmann::json::array();
    for (const Journey& journey : *journeys) json.push_back(report::JourneyJson(journey));
    *call.out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return kMet;
  }
  for (const Journey& journey : *journeys) {
    if (&journey != &journeys->front()) *call.out << "\n";
    ShowText(call, journey);
  }
  return kMet;
}

}  // namespace garant::cli

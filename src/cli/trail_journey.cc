#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/workspace.h"
#include "report/trail_json.h"
#include "trail/journey.h"
#include "trail/reader.h"

namespace garant::cli {
namespace {

using base::Code;
using base::Error;
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

Result<std::vector<Journey>> FindJourneys(const Invocation& call, const trail::TrailReader& reader,
                                          const trail::KeyRing& keys) {
  if (!call.Has("entry")) return trail::JourneysOfTrace(reader, keys, call.argument);
  const std::string text = call.Value("entry");
  uint64_t index = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), index);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || index >= reader.size())
    return Error{
        Code::kInvalid,
        Filled("--entry takes an index below {}, not '{}'",
               "--entry prend un numéro inférieur à {}, et non « {} »", {reader.size(), text}),
        {}};
  return trail::JourneysOfEntry(reader, keys, index, call.Has("visit"));
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
  if (journey.keys_gone)
    *call.out << call.Say({"Some keys are gone: who called whom is not known of all.",
                           "Des clés n’existent plus : on ne sait pas tout de qui a appelé qui."})
              << "\n";
}

}  // namespace

int RunTrailJourney(const Invocation& call) {
  int status = kMet;
  const std::string file = call.Value("service", "garant.yaml");
  const auto model = ReadModel(call, file, status);
  if (model == nullptr) return status;
  if (call.argument.empty() == !call.Has("entry") || (call.Has("visit") && !call.Has("entry")))
    return call.Misuse({"name a trace id, or an entry with --entry; --visit goes with --entry",
                        "nommez un identifiant de trace, ou une entrée avec --entry; --visit va "
                        "avec --entry"});
  const Places places = PlacesOf(call, file, *model);
  const auto reader = trail::TrailReader::Open(places.trail);
  if (!reader) return call.Fail(reader.error());
  const auto keys = trail::KeyRing::Open(places.trail, places.root_key);
  if (!keys) return call.Fail(keys.error());
  const auto journeys = FindJourneys(call, *reader, *keys);
  if (!journeys) return call.Fail(journeys.error());
  if (journeys->empty())
    return call.Fail({Code::kNotFound,
                      {"no entry belongs to that trace; its key may have expired",
                       "aucune entrée n’appartient à cette trace; sa clé a peut-être expiré"},
                      {}});
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

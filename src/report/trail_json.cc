#include "report/trail_json.h"

#include <nlohmann/json.hpp>

namespace garant::report {
namespace {

std::string TextOf(const trail::Entry& entry, std::string_view name) {
  for (const trail::Fact& fact : entry.header.facts)
    if (fact.name == name)
      if (const auto* text = std::get_if<std::string>(&fact.value)) return *text;
  return {};
}

}  // namespace

nlohmann::json EntryJson(const trail::Entry& entry) {
  nlohmann::json json = {{"index", entry.index},
                         {"time", base::FormatTime(entry.time)},
                         {"kind", entry.header.kind},
                         {"service", entry.header.service},
                         {"source", entry.header.source},
                         {"facts", nlohmann::json::object()},
                         {"parts", nlohmann::json::array()}};
  if (!entry.header.route.empty()) json["route"] = entry.header.route;
  if (!entry.header.part.empty()) json["part"] = entry.header.part;
  if (!entry.header.outcome.empty()) json["outcome"] = entry.header.outcome;
  if (!entry.header.categories.empty()) json["categories"] = entry.header.categories;
  if (entry.header.sequence) json["sequence"] = *entry.header.sequence;
  for (const trail::Fact& fact : entry.header.facts)
    std::visit([&](const auto& value) { json["facts"][fact.name] = value; }, fact.value);
  for (const trail::SealedPart& part : entry.parts)
    json["parts"].push_back({{"category", part.category}, {"bytes", part.ciphertext.size()}});
  return json;
}

nlohmann::json JourneyJson(const trail::Journey& journey) {
  nlohmann::json json = {{"steps", nlohmann::json::array()},
                         {"edges", nlohmann::json::array()},
                         {"keys_gone", journey.keys_gone}};
  for (const trail::Step& step : journey.steps) {
    const trail::Header& header = step.entry.header;
    json["steps"].push_back({{"entry", step.entry.index},
                             {"time", base::FormatTime(step.entry.time)},
                             {"kind", header.kind},
                             {"part", header.part},
                             {"route", header.route},
                             {"outcome", header.outcome},
                             {"event", TextOf(step.entry, "event")},
                             {"source", header.source},
                             {"span", step.span},
                             {"parent", step.parent},
                             {"depth", step.depth},
                             {"orphan", step.orphan}});
  }
  for (const trail::Edge& edge : journey.edges)
    json["edges"].push_back({{"from", edge.from}, {"to", edge.to}});
  return json;
}

}  // namespace garant::report

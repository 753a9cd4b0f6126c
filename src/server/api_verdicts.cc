#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/api.h"
#include "server/query.h"

namespace garant::server {

using base::Filled;
using Json = nlohmann::json;

namespace {

// Without which no verdict means anything.
Json JudgedBy(const Json& document) {
  return {{"as_of", document.at("as_of")},
          {"service", document.at("service").at("id")},
          {"stage", document.at("stage")},
          {"trial", document.at("trial")}};
}

}  // namespace

Reply JsonReply(const Json& json) {
  Reply reply;
  reply.body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return reply;
}

Reply Api::Verdicts(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  return JsonReply((*judged)->Document());
}

Reply Api::Items(const Asked& asked) const {
  Query query(asked.target);
  constexpr std::string_view kFilters[] = {"state", "due", "stage", "guideline"};
  std::vector<std::pair<std::string, std::string>> filters;
  for (const std::string_view name : kFilters)
    if (auto value = query.Find(name)) filters.emplace_back(name, std::move(*value));
  if (auto fault = query.Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  const Json& document = (*judged)->Document();
  Json items = Json::array();
  for (const Json& item : document.at("items")) {
    const bool wanted = std::ranges::all_of(
        filters, [&](const auto& filter) { return item.at(filter.first) == filter.second; });
    if (!wanted) continue;
    Json short_form = Json::object();
    for (const char* key : {"id", "guideline", "stage", "due", "state", "own", "text", "summary"})
      short_form[key] = item.at(key);
    items.push_back(std::move(short_form));
  }
  Json json = JudgedBy(document);
  json["items"] = std::move(items);
  return JsonReply(json);
}

Reply Api::Item(const Asked& asked) const {
  if (auto fault = Query(asked.target).Fault()) return Problem(400, *fault, asked.language, false);
  const auto judged = desk_.Now();
  if (!judged) return Problem(503, judged.error().message, asked.language, false);
  const Json& document = (*judged)->Document();
  for (const Json& item : document.at("items")) {
    if (item.at("id") != asked.part) continue;
    Json json = JudgedBy(document);
    json["item"] = item;
    return JsonReply(json);
  }
  return Problem(404,
                 Filled("the standard has no item '{}'",
                        "le référentiel n’a pas d’élément "
                        "« {} »",
                        {asked.part}),
                 asked.language, false);
}

}  // namespace garant::server

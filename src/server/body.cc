#include "server/body.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace garant::server {
namespace {

using base::Filled;
using Json = nlohmann::json;

}  // namespace

Body::Body(std::string_view json) {
  std::set<std::string> names;
  bool twice = false;
  bool nested = false;
  const auto look = [&](int depth, Json::parse_event_t event, Json& parsed) {
    const bool opens =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    nested = nested || (opens && depth > 0);
    if (event == Json::parse_event_t::key && depth == 1)
      twice = !names.insert(parsed.get<std::string>()).second || twice;
    return !(opens && depth > 0);
  };
  const Json read = Json::parse(json, look, false);
  if (!read.is_object() || nested || twice) {
    Fail({"the body is to be one JSON object of texts and numbers, each name once",
          "le corps doit être un objet JSON de textes et de nombres, chaque nom une seule fois"});
    return;
  }
  for (const auto& [name, value] : read.items()) {
    if (value.is_string()) {
      texts_.emplace(name, value.get<std::string>());
    } else if (value.is_number_unsigned()) {
      numbers_.emplace(name, value.get<uint64_t>());
    } else {
      Fail({"the body holds something that is neither a text nor a whole number",
            "le corps contient quelque chose qui n’est ni un texte ni un nombre entier"});
    }
  }
}

std::optional<std::string> Body::Text(std::string_view name) {
  known_.emplace_back(name);
  if (numbers_.contains(name))
    Fail(Filled("{} takes a text", "{} prend un texte", {std::string(name)}));
  const auto found = texts_.find(name);
  if (found == texts_.end()) return std::nullopt;
  if (!found->second.empty()) return found->second;
  Fail(Filled("{} is empty", "{} est vide", {std::string(name)}));
  return std::nullopt;
}

std::optional<uint64_t> Body::Number(std::string_view name, uint64_t least, uint64_t most) {
  known_.emplace_back(name);
  const auto found = numbers_.find(name);
  const bool there = found != numbers_.end();
  if (there && found->second >= least && found->second <= most) return found->second;
  if (there || texts_.contains(name))
    Fail(Filled("{} takes a number from {} to {}", "{} prend un nombre de {} à {}",
                {std::string(name), least, most}));
  return std::nullopt;
}

std::optional<base::Time> Body::Time(std::string_view name) {
  const auto text = Text(name);
  if (!text) return std::nullopt;
  if (const auto time = base::ParseTime(*text)) return *time;
  Fail(Filled("{} takes a day or a moment in UTC, such as 2026-11-23T20:30:00Z",
              "{} prend un jour ou un instant en UTC, comme 2026-11-23T20:30:00Z",
              {std::string(name)}));
  return std::nullopt;
}

void Body::Fail(base::Text why) {
  if (!fault_) fault_ = std::move(why);
}

std::optional<base::Text> Body::Fault() {
  const auto known = [this](const std::string& name) {
    return std::ranges::find(known_, name) != known_.end();
  };
  for (const auto& [name, value] : texts_)
    if (!known(name))
      Fail({"the body holds a name that this path does not take",
            "le corps contient un nom que ce chemin ne prend pas"});
  for (const auto& [name, value] : numbers_)
    if (!known(name))
      Fail({"the body holds a name that this path does not take",
            "le corps contient un nom que ce chemin ne prend pas"});
  return fault_;
}

}  // namespace garant::server

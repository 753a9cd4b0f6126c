#include "guard/settings.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "service/whereabouts.h"

namespace garant::guard {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using expr::FieldOf;
using expr::Value;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr size_t kMostRoutes = 100'000;
constexpr int kMostAssurance = 4;
// What of the service file decides what the guard does.
const std::vector<std::string>& Sections() {
  static const auto& kSections = *new std::vector<std::string>{"service", "systems", "access"};
  return kSections;
}

std::vector<std::string> Texts(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.list().items) texts.emplace_back(item.text());
  return texts;
}

class JsonReader {
 public:
  explicit JsonReader(const std::string& file) : file_(file) {}

  base::Result<Settings> Read(const Json& json) const {
    if (!json.is_object() || json.value("garant-guard", Json()) != Json(kVersion))
      return Wrong("/garant-guard", "1");
    Settings settings;
    settings.service = TRY(TextAt(json, "service", ""));
    settings.declared = TRY(TextAt(json, "declared", ""));
    settings.session_cookie = TRY(TextAt(json, "session-cookie", ""));
    const auto routes = json.find("routes");
    if (routes == json.end() || !routes->is_array() || routes->size() > kMostRoutes)
      return Wrong("/routes", "[…]");
    for (size_t i = 0; i < routes->size(); ++i)
      settings.routes.push_back(TRY(ReadRoute((*routes)[i], "/routes/" + std::to_string(i))));
    return settings;
  }

 private:
  base::Result<Route> ReadRoute(const Json& json, const std::string& at) const {
    Route route;
    route.match = TRY(TextAt(json, "match", at));
    route.part = TRY(TextAt(json, "part", at));
    if (!route.match.starts_with('/')) return Wrong(at + "/match", "/…");
    const auto methods = json.find("methods");
    if (methods == json.end() || !methods->is_array()) return Wrong(at + "/methods", "[\"GET\"]");
    for (const Json& method : *methods) {
      if (!method.is_string()) return Wrong(at + "/methods", "[\"GET\"]");
      route.methods.push_back(method.get<std::string>());
    }
    const auto level = json.find("assurance");
    if (level == json.end() || !level->is_number_unsigned() || *level > kMostAssurance)
      return Wrong(at + "/assurance", "0 – 4");
    route.assurance = level->get<uint8_t>();
    return route;
  }

  base::Result<std::string> TextAt(const Json& json, const char* key, const std::string& at) const {
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end() || !found->is_string())
      return Wrong(at + "/" + key, "\"…\"");
    return found->get<std::string>();
  }

  [[nodiscard]] Error Wrong(const std::string& at, const std::string& expected) const {
    return {Code::kInvalid,
            Filled("the guard's settings hold something else at {} than {}: render them again",
                   "les réglages du garde contiennent autre chose à {} que {} : produisez-les de "
                   "nouveau",
                   {at, expected}),
            {file_, 0, 0}};
  }

  const std::string& file_;
};

}  // namespace

Settings SettingsOf(const service::Model& model) {
  Settings settings;
  settings.service = std::string(model.id());
  const auto digest = model.DigestOf(Sections());
  assert(digest.has_value());
  settings.declared = base::FormatDigest(*digest);
  const std::string part(service::FrontSystem(model.root()));
  bool needs_session = false;
  for (const Value& declared : FieldOf(FieldOf(model.root(), "access"), "routes").list().items) {
    Route route;
    route.match = std::string(FieldOf(declared, "match").text());
    route.part = part;
    route.methods = Texts(FieldOf(declared, "methods"));
    if (route.methods.empty()) route.methods = {"GET"};
    route.assurance = static_cast<uint8_t>(FieldOf(declared, "assurance").number());
    needs_session = needs_session || route.assurance > 0;
    settings.routes.push_back(std::move(route));
  }
  if (needs_session) settings.session_cookie = "__Host-garant-" + settings.service;
  return settings;
}

std::string ToJson(const Settings& settings) {
  Json json;
  json["garant-guard"] = kVersion;
  json["service"] = settings.service;
  json["declared"] = settings.declared;
  json["session-cookie"] = settings.session_cookie;
  json["routes"] = Json::array();
  for (const Route& route : settings.routes)
    json["routes"].push_back({{"match", route.match},
                              {"part", route.part},
                              {"methods", route.methods},
                              {"assurance", route.assurance}});
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

base::Result<Settings> ParseSettings(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded())
    return Error{Code::kInvalid,
                 base::Text{"the guard's settings are no JSON: render them again",
                            "les réglages du garde ne sont pas du JSON : produisez-les de nouveau"},
                 {file, 0, 0}};
  return JsonReader(file).Read(json);
}

}  // namespace garant::guard

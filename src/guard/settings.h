#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/model.h"

// What a guard's workers know of the service (docs/formats/guard.md, "The settings"): compiled from
// the service file, read by the nginx module when it starts.
namespace garant::guard {

struct Route {
  std::string match;                 // the template
  std::string part;                  // id of the system that serves it
  std::vector<std::string> methods;  // GET where none stands
  uint8_t assurance = 0;
  bool operator==(const Route&) const = default;
};

struct Settings {
  std::string service;
  std::string declared;        // digest of the sections they were made of, "sha256:…"
  std::string session_cookie;  // empty where no rule needs one
  std::vector<Route> routes;
  bool operator==(const Settings&) const = default;
};

[[nodiscard]] Settings SettingsOf(const service::Model& model);

// One spelling of one settings file, and back; errors name the file.
[[nodiscard]] std::string ToJson(const Settings& settings);
[[nodiscard]] base::Result<Settings> ParseSettings(std::string_view json, const std::string& file);

}  // namespace garant::guard

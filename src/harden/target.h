#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace garant::service {
class Model;
}

namespace garant::harden {

// How far one run goes; a malicious service cannot make it go further.
struct Limits {
  unsigned pages = 200;          // addresses asked over the service's own channel
  unsigned paths_per_route = 8;  // addresses asked for one route template
  unsigned depth = 8;            // links followed from the start
  size_t page_bytes = 1U << 20U;
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds request{10'000};
  std::chrono::milliseconds run{120'000};
};

// What to look at. Only the hosts and ports that stand here are ever contacted.
struct ProbeTarget {
  std::string url;        // where the public reaches the service: http:// or https://
  std::string plain_url;  // where it answers over plain HTTP, if known; see channels.h
  std::vector<std::pair<std::string, std::string>> origins;  // system id, its own address
  std::vector<std::string> routes;  // declared templates: /clerk/applications/{id}
  std::string privacy_route;        // declared policies; empty where none is
  std::string cookies_route;
  std::vector<std::string> cookies;  // declared names, looked for in the policies
  std::vector<std::string> hosts;    // of declared systems: recorded as they stand
  std::vector<std::string> seeds;    // paths seen in earlier runs, without query strings
  std::string declaration;           // digest of where the service file says that the service is
  std::string ca_file;               // PEM roots trusted beside the system's; may be empty
  // Of a host, in place of what the system says. For tests: no option and no file sets it.
  std::map<std::string, std::vector<std::string>> addresses;
  Limits limits;
};

// The declared half of a target. Refuses a model that says nowhere where the service answers.
[[nodiscard]] base::Result<ProbeTarget> TargetFromModel(const service::Model& model);

}  // namespace garant::harden

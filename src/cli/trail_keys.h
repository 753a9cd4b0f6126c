#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/workspace.h"

// What the commands that change a trail's keys share.
namespace garant::cli {

struct OpenedTrail {
  std::unique_ptr<const service::Model> model;
  std::string service;
  base::SystemClock clock;
  std::unique_ptr<trail::Trail> trail;
};

// Opens for writing the trail of the service file, which must be there: these commands make none.
// Null after having complained; `status` is the exit status then.
[[nodiscard]] std::unique_ptr<OpenedTrail> OpenForKeys(const Invocation& call, int& status);
// The folder of --trail, or of the service file's trail; empty after having complained.
[[nodiscard]] std::string TrailFolder(const Invocation& call, int& status);

}  // namespace garant::cli

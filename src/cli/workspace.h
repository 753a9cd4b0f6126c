#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "service/model.h"
#include "standard/standard.h"
#include "trail/append/trail.h"
#include "trail/upkeep/retention.h"

// What commands work on: the service file, its trail, a standard. Wires the rooms.
namespace garant::cli {

// Prints diagnostics as a compiler does and how many there were; gives status 2.
int Complain(const Invocation& call, const base::Diagnostics& diagnostics);

// The port of --port, 0 where none is named; nothing where it is none.
[[nodiscard]] std::optional<uint16_t> PortOf(const Invocation& call);

struct Places {
  std::string service_file;
  std::string trail;
  std::string root_key;     // as trail::OpenCustody takes it
  std::string witnesses{};  // the file that says which count; empty where there is none
  base::Duration kept = trail::kTransientRetention;
  std::optional<trail::Retention> retention{};  // of entries; none where all are kept
};
[[nodiscard]] Places PlacesOf(const Invocation& call, const std::string& service_file,
                              const service::Model& model);

// Where a command records what it hands out, it opens the trail for writing: one that --trail names
// may be a copy, which under the living root would make the other void. What is wrong; nothing
// where
// --root-key says which root it is.
[[nodiscard]] std::optional<base::Text> MayBeACopy(const Invocation& call);

// The trail of --trail, or of the service file; nothing after having complained.
[[nodiscard]] std::optional<Places> PlacesOfTrail(const Invocation& call, int& status);

// A file that is evidence, named to be checked: a folder in its place is kInvalid, misuse.
[[nodiscard]] base::Result<std::string> ReadNamed(const std::string& file, size_t most);

// nullptr after having complained; `status` is the exit status then.
[[nodiscard]] std::unique_ptr<const service::Model> ReadModel(const Invocation& call,
                                                              const std::string& file, int& status);
[[nodiscard]] std::unique_ptr<const standard::Standard> ReadStandard(const Invocation& call,
                                                                     int& status);
// The folder of --standard, of a standard's name, or of the default; empty where there is none.
[[nodiscard]] std::string FindStandard(const Invocation& call);
// Where this program lies; empty where the system does not say.
[[nodiscard]] std::string ProgramFolder();
// This program, to start parts of it as processes of their own.
[[nodiscard]] std::string ThisProgram();
// A folder that is shipped with garant: "standards", "examples"; empty where there is none.
[[nodiscard]] std::string FindShipped(const std::string& name);

// How long a command waits for a recorder to let it write.
constexpr std::chrono::seconds kTrailPatience{10};
// Opens the trail, making it and its root on first use. kConflict where somebody else writes
// and goes on for all of `patience`.
[[nodiscard]] base::Result<std::unique_ptr<trail::Trail>> OpenTrail(
    const Places& places, std::string_view service_id, const base::Clock& clock,
    std::chrono::milliseconds patience = kTrailPatience, trail::Wish wish = trail::Wish::kShown);

}  // namespace garant::cli

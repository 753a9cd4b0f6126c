#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/workspace.h"

// The acts of an example's fictional team, signed with keys that are made for one run.
namespace garant::cli {

// Makes a key for each person of the service file at `source` in `keys`, and writes the file with
// the public keys in it to `target`. Gives the private keys' paths by person.
[[nodiscard]] base::Result<std::map<std::string, std::string>> GiveKeys(const std::string& source,
                                                                        const std::string& target,
                                                                        const std::string& keys);

// Reads `acts`, signs each act and gives the entries to record.
[[nodiscard]] base::Result<std::vector<trail::Draft>> SignActs(
    const std::string& acts, const std::map<std::string, std::string>& keys,
    const service::Model& model, const standard::Standard& standard, base::Time now);

}  // namespace garant::cli

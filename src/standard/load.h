#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "standard/standard.h"

// The parts of reading a standard; Load() in standard.h puts them together.
namespace garant::standard {

// All documents of `folder`/*.yaml, in the order of their names; each must be a list of maps.
[[nodiscard]] std::vector<base::YamlNode> ReadLists(const std::string& folder,
                                                    base::Diagnostics& diagnostics);
// Sorted by id.
[[nodiscard]] std::vector<Proof> LoadProofs(const std::vector<base::YamlNode>& nodes,
                                            const Facts& facts, base::Diagnostics& diagnostics);
// Sorted by id; `standard` has its proofs, sources and guidelines already.
[[nodiscard]] std::vector<Item> LoadItems(const std::vector<base::YamlNode>& nodes,
                                          const Standard& standard, const Facts& facts,
                                          base::Diagnostics& diagnostics);

}  // namespace garant::standard

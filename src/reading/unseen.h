#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "reading/looks.h"
#include "service/model.h"

namespace garant::reading {

// The routes that say whom they are `about`, each with the roles that it is for.
using AboutRoutes = std::map<std::string, std::vector<std::string>, std::less<>>;
[[nodiscard]] AboutRoutes RoutesAbout(const service::Model& model);

// What a list of looks over that time cannot hold, whoever it is of.
[[nodiscard]] base::Result<std::vector<Unseen>> WhatIsUnseen(const AboutRoutes& routes,
                                                             const trail::TrailReader& reader,
                                                             const LookSearch& search);

}  // namespace garant::reading

#pragma once

#include <string_view>

#include "base/bytes.h"
#include "service/model.h"

// What a service file says of where the service is.
namespace garant::service {

// Where the public reaches the service: service.url, else the url of the first system that the
// internet reaches; empty where it says nothing. Borrows the model.
[[nodiscard]] std::string_view PublicUrl(const Model& model);

// The id of the system that the internet reaches; where several are, the first. Borrows the root
// of the model; empty where it declares none.
[[nodiscard]] std::string_view FrontSystem(const expr::Value& root);

// SHA-256 over all that decides where a look from outside goes: the public address, each system's
// origin, the pages of the policies. What was seen under another declaration of these was perhaps
// seen elsewhere. Nothing else of the file changes it: a route that was not declared when it was
// looked for shows as one that nobody saw.
[[nodiscard]] base::Digest DigestOfWhereabouts(const Model& model);

}  // namespace garant::service

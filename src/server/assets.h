#pragma once

#include <string_view>

namespace garant::server {
extern const std::string_view kOpenApi;  // openapi.json
}  // namespace garant::server

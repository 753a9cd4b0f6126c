#pragma once

#include <string_view>

namespace garant::service {

// Whether a text holds the place of one that nobody has written: TBD, "à venir", lorem ipsum, "…".
// Only a text that is nothing else counts, so that "To come to a decision" and a service called
// "Todo" with more than that name are what they say. UTF-8; case and marks around it do not matter.
[[nodiscard]] bool IsPlaceholder(std::string_view text);

}  // namespace garant::service

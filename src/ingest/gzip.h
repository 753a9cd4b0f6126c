#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace garant::ingest {

enum class GzipFault : uint8_t { kBroken, kTooLarge };

// RFC 1952, one member after the other; stops where more than `most` bytes would come of it.
[[nodiscard]] std::variant<std::string, GzipFault> Gunzip(std::string_view bytes, size_t most);

}  // namespace garant::ingest

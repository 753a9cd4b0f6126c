#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace garant::ingest {

// A JSON pointer (RFC 6901), taken apart once.
class Pointer {
 public:
  // Nothing where the text is none; the pointer to the whole line is not taken either.
  [[nodiscard]] static std::optional<Pointer> Parse(std::string_view text);

  // nullptr where the value has no such place.
  [[nodiscard]] const nlohmann::json* In(const nlohmann::json& value) const;

 private:
  std::vector<std::string> words_;
};

}  // namespace garant::ingest

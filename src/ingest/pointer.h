#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace garant::ingest {

// A JSON pointer (RFC 6901), taken apart once; or several, of which the first counts that a value
// stands at.
class Pointer {
 public:
  // Nothing where the text is none; the pointer to the whole line is not taken either.
  [[nodiscard]] static std::optional<Pointer> Parse(std::string_view text);

  void Or(Pointer other);

  // nullptr where the value has no such place; null counts as none where others may have one.
  [[nodiscard]] const nlohmann::json* In(const nlohmann::json& value) const;

 private:
  using Words = std::vector<std::string>;
  std::vector<Words> places_;
};

}  // namespace garant::ingest

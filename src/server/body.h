#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace garant::server {

// The body of one request: a JSON object of texts and whole numbers, each name once. Every name in
// it must be one that was asked for. What it holds is untrusted, and is said in no error: it may
// name a person.
class Body {
 public:
  // A body that is no such object has a fault, and nothing in it.
  explicit Body(std::string_view json);

  [[nodiscard]] std::optional<std::string> Text(std::string_view name);
  [[nodiscard]] std::optional<uint64_t> Number(std::string_view name, uint64_t least,
                                               uint64_t most);
  [[nodiscard]] std::optional<base::Time> Time(std::string_view name);
  void Fail(base::Text why);
  // What was wrong first, after everything was asked for.
  [[nodiscard]] std::optional<base::Text> Fault();

 private:
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, uint64_t, std::less<>> numbers_;
  std::vector<std::string> known_;
  std::optional<base::Text> fault_;
};

}  // namespace garant::server

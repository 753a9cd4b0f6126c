#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "server/request.h"

namespace garant::server {

// Digits alone, and no more than fit.
[[nodiscard]] std::optional<uint64_t> NumberIn(std::string_view text);

// The query of one request: every name in it must be one that was asked for. Borrows the target.
class Query {
 public:
  explicit Query(const Target& target) : query_(target.query) {}

  [[nodiscard]] std::optional<std::string> Find(std::string_view name);
  [[nodiscard]] uint64_t Number(std::string_view name, uint64_t otherwise, uint64_t least,
                                uint64_t most);
  [[nodiscard]] std::optional<base::Time> Time(std::string_view name);
  void Fail(base::Text why);
  // What was wrong first, after everything was asked for.
  [[nodiscard]] std::optional<base::Text> Fault();

 private:
  const std::map<std::string, std::string, std::less<>>& query_;
  std::vector<std::string> known_;
  std::optional<base::Text> fault_;
};

}  // namespace garant::server

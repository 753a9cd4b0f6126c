#include "server/query.h"

#include <algorithm>
#include <charconv>

namespace garant::server {

using base::Filled;

std::optional<uint64_t> NumberIn(std::string_view text) {
  uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::optional<std::string> Query::Find(std::string_view name) {
  known_.emplace_back(name);
  const auto found = query_.find(name);
  if (found == query_.end()) return std::nullopt;
  return found->second;
}

uint64_t Query::Number(std::string_view name, uint64_t otherwise, uint64_t least, uint64_t most) {
  const auto text = Find(name);
  if (!text) return otherwise;
  const auto number = NumberIn(*text);
  if (number && *number >= least && *number <= most) return *number;
  Fail(Filled("{} takes a number from {} to {}, not '{}'",
              "{} prend un nombre de {} à {}, et non « {} »",
              {std::string(name), least, most, *text}));
  return otherwise;
}

std::optional<base::Time> Query::Time(std::string_view name) {
  const auto text = Find(name);
  if (!text) return std::nullopt;
  const auto time = base::ParseTime(*text);
  if (time) return *time;
  Fail(time.error().message);
  return std::nullopt;
}

void Query::Fail(base::Text why) {
  if (!fault_) fault_ = std::move(why);
}

std::optional<base::Text> Query::Fault() {
  for (const auto& [name, value] : query_)
    if (std::ranges::find(known_, name) == known_.end())
      Fail(Filled("this path takes no '{}'", "ce chemin ne prend pas « {} »", {name}));
  return fault_;
}

}  // namespace garant::server

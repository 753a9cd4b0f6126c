#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "ingest/line.h"

namespace garant::ingest {

// Cuts a stream into lines or messages; holds no more than kLongestLine of one.
class Splitter {
 public:
  virtual ~Splitter() = default;
  // Gives those that end in `chunk`.
  virtual void Feed(std::string_view chunk, const std::function<void(Line)>& give) = 0;
  // What stands behind the last one: no more will come.
  [[nodiscard]] virtual std::optional<Line> Rest() = 0;
  // Nobody knows any more where the next one begins.
  [[nodiscard]] virtual bool lost() const { return false; }
};

}  // namespace garant::ingest

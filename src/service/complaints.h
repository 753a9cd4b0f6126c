#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/diagnostic.h"
#include "base/text.h"

namespace garant::service {

// A value as a complaint quotes it: on one line, without control characters, cut where it is long.
[[nodiscard]] std::string Quote(std::string_view value);

// "a, b or c", "a, b ou c".
[[nodiscard]] base::Text OneOf(std::span<const std::string_view> words);

// Collects what is wrong with one file, wherever it is found, and hands it over in file order.
class Complaints {
 public:
  // What `diagnostics` holds already, such as complaints of the YAML reader, is put in order with
  // the rest. Both arguments must outlive this.
  Complaints(const std::string& file, base::Diagnostics& diagnostics);

  void Add(uint32_t line, uint32_t column, base::Text message);
  // Whether something was said about this place already: a second complaint would only echo it.
  [[nodiscard]] bool Has(uint32_t line, uint32_t column) const;

  // "; did you mean 'beta'?" or nothing. Looks at a bounded number of candidates, a bounded number
  // of times, so that a hostile file cannot make the reading slow.
  [[nodiscard]] base::Text DidYouMean(std::string_view word,
                                      std::span<const std::string_view> candidates);

  void SortByPlace();

 private:
  const std::string& file_;
  base::Diagnostics& diagnostics_;
  std::set<std::pair<uint32_t, uint32_t>> places_;
  size_t suggestions_ = 0;
};

}  // namespace garant::service

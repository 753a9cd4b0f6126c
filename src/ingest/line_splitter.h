#pragma once

#include <cstdint>
#include <string>

#include "ingest/splitter.h"

namespace garant::ingest {

// Cuts a stream into lines. Holds no more than kLongestLine of a line, however long it is. Blank
// lines are passed over.
class LineSplitter final : public Splitter {
 public:
  // Lines are numbered by where they begin, `begin` being where the stream does.
  explicit LineSplitter(uint64_t begin) : begin_(begin), end_(begin) {}

  void Feed(std::string_view chunk, const std::function<void(Line)>& give) override;
  [[nodiscard]] std::optional<Line> Rest() override;

  [[nodiscard]] uint64_t begin() const { return begin_; }  // of the line that is not ended yet
  [[nodiscard]] uint64_t end() const { return end_; }      // of what was fed

 private:
  void Keep(std::string_view piece);
  [[nodiscard]] std::optional<Line> Finish();

  uint64_t begin_;
  uint64_t end_;
  std::string bytes_;
};

}  // namespace garant::ingest

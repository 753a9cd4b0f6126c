#pragma once

#include <cstdint>
#include <string>

#include "ingest/splitter.h"

namespace garant::ingest {

// Messages of syslog over a stream (RFC 6587): each with its length before it, or ended by a line
// feed; a message that begins with a digit has a length. What ends before its end came is no whole
// message, and is said to be cut off.
class SyslogSplitter final : public Splitter {
 public:
  // A longer one ends the stream: a length that somebody made up must not swallow what follows.
  static constexpr uint64_t kLongestFrame = 1U << 20U;

  void Feed(std::string_view chunk, const std::function<void(Line)>& give) override;
  [[nodiscard]] std::optional<Line> Rest() override;
  [[nodiscard]] bool lost() const override { return state_ == State::kLost; }

 private:
  enum class State : uint8_t { kBetween, kLength, kCounted, kLine, kLost };

  std::string_view TakeLength(std::string_view chunk, const std::function<void(Line)>& give);
  std::string_view TakeCounted(std::string_view chunk, const std::function<void(Line)>& give);
  std::string_view TakeLine(std::string_view chunk, const std::function<void(Line)>& give);
  void Keep(std::string_view piece);
  [[nodiscard]] Line Finish();

  State state_ = State::kBetween;
  uint64_t left_ = 0;    // of a counted message
  uint64_t length_ = 0;  // of what was fed of the message
  std::string bytes_;
};

}  // namespace garant::ingest

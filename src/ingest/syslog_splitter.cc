#include "ingest/syslog_splitter.h"

#include <algorithm>

namespace garant::ingest {
namespace {

constexpr size_t kMostDigits = 7;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void SyslogSplitter::Keep(std::string_view piece) {
  // One more than is taken, so that a carriage return at the end can be told from a longer message.
  bytes_.append(piece.substr(0, kLongestLine + 1 - std::min(bytes_.size(), kLongestLine + 1)));
  length_ += piece.size();
}

Line SyslogSplitter::Finish() {
  Line line;
  line.length = length_;
  line.bytes = std::move(bytes_);
  if (line.bytes.size() > kLongestLine) line.bytes.resize(kLongestLine);
  bytes_.clear();
  length_ = 0;
  state_ = State::kBetween;
  return line;
}

void SyslogSplitter::Feed(std::string_view chunk, const std::function<void(Line)>& give) {
  while (!chunk.empty() && state_ != State::kLost) {
    switch (state_) {
      case State::kBetween:
        if (chunk.front() == '\n' || chunk.front() == '\r')
          chunk.remove_prefix(1);
        else
          state_ = IsDigit(chunk.front()) && chunk.front() != '0' ? State::kLength : State::kLine;
        break;
      case State::kLength:
        chunk = TakeLength(chunk, give);
        break;
      case State::kCounted:
        chunk = TakeCounted(chunk, give);
        break;
      case State::kLine:
        chunk = TakeLine(chunk, give);
        break;
      case State::kLost:
        break;
    }
  }
}

std::string_view SyslogSplitter::TakeLength(std::string_view chunk,
                                            const std::function<void(Line)>& give) {
  const char c = chunk.front();
  if (!IsDigit(c) && c != ' ') {
    state_ = State::kLine;  // it was no length
    return chunk;
  }
  if (c == ' ') left_ = std::stoull(bytes_);
  if ((c == ' ' && left_ > kLongestFrame) || bytes_.size() == kMostDigits) {
    Line line = Finish();
    line.refused = Reason::kNotSyslog;
    give(std::move(line));
    state_ = State::kLost;
    return {};
  }
  if (c == ' ') {
    bytes_.clear();
    length_ = 0;
    state_ = State::kCounted;
  } else {
    Keep(chunk.substr(0, 1));
  }
  return chunk.substr(1);
}

std::string_view SyslogSplitter::TakeCounted(std::string_view chunk,
                                             const std::function<void(Line)>& give) {
  const size_t size = std::min<uint64_t>(left_, chunk.size());
  Keep(chunk.substr(0, size));
  left_ -= size;
  if (left_ == 0) give(Finish());
  return chunk.substr(size);
}

std::string_view SyslogSplitter::TakeLine(std::string_view chunk,
                                          const std::function<void(Line)>& give) {
  const size_t feed = chunk.find('\n');
  Keep(chunk.substr(0, feed));
  if (feed == std::string_view::npos) return {};
  if (bytes_.size() == length_ && bytes_.ends_with('\r')) {
    bytes_.pop_back();
    --length_;
  }
  give(Finish());
  return chunk.substr(feed + 1);
}

std::optional<Line> SyslogSplitter::Rest() {
  if (state_ == State::kBetween || state_ == State::kLost) return {};
  Line line = Finish();
  line.refused = Reason::kCutOff;
  return line;
}

}  // namespace garant::ingest

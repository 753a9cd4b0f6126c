#include "ingest/line_splitter.h"

#include <algorithm>

namespace garant::ingest {

void LineSplitter::Keep(std::string_view piece) {
  // One more than is taken, so that a carriage return at the end can be told from a longer line.
  bytes_.append(piece.substr(0, kLongestLine + 1 - bytes_.size()));
  end_ += piece.size();
}

std::optional<Line> LineSplitter::Finish() {
  Line line{begin_, end_ - begin_, std::move(bytes_)};
  bytes_.clear();
  if (line.bytes.size() == line.length && line.bytes.ends_with('\r')) {
    line.bytes.pop_back();
    --line.length;
  }
  if (line.bytes.size() > kLongestLine) line.bytes.resize(kLongestLine);
  const bool blank = line.length == line.bytes.size() &&
                     line.bytes.find_first_not_of(" \t\r") == std::string::npos;
  if (blank) return {};
  return line;
}

void LineSplitter::Feed(std::string_view chunk, const std::function<void(Line)>& give) {
  while (!chunk.empty()) {
    const size_t feed = chunk.find('\n');
    Keep(chunk.substr(0, feed));
    if (feed == std::string_view::npos) return;
    if (auto line = Finish()) give(std::move(*line));
    begin_ = ++end_;
    chunk.remove_prefix(feed + 1);
  }
}

std::optional<Line> LineSplitter::Rest() {
  auto line = Finish();
  begin_ = end_;
  return line;
}

}  // namespace garant::ingest

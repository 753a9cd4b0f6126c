#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "ingest/combined.h"
#include "ingest/syslog.h"
#include "ingest/syslog_splitter.h"

namespace {

using namespace garant;

std::vector<ingest::Line> Split(std::string_view bytes, size_t chunk) {
  std::vector<ingest::Line> lines;
  ingest::SyslogSplitter splitter;
  const auto give = [&lines](ingest::Line line) { lines.push_back(std::move(line)); };
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size())))
    splitter.Feed(bytes.substr(0, chunk), give);
  if (auto rest = splitter.Rest()) give(std::move(*rest));
  return lines;
}

void Check(const std::variant<nlohmann::json, ingest::Reason>& read) {
  const auto* json = std::get_if<nlohmann::json>(&read);
  // Whatever a mapping may point at is text, and an object; dumping aborts on what is no UTF-8.
  if (json != nullptr && (!json->is_object() || !base::IsUtf8(json->dump()))) std::abort();
}

}  // namespace

// However a stream is cut into reads, the messages are the same, bounded, and each is read or
// refused; so is a line of an access log.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto lines = Split(bytes, size + 1);
  const auto again = Split(bytes, 3);
  if (lines.size() != again.size()) std::abort();
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].bytes != again[i].bytes || lines[i].length != again[i].length) std::abort();
    if (lines[i].bytes.size() > ingest::kLongestLine) std::abort();
    Check(ingest::ReadSyslog(lines[i].bytes));
  }
  Check(ingest::ReadSyslog(bytes));
  Check(ingest::ReadCombined(bytes));
  return 0;
}

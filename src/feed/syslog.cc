#include "feed/syslog.h"

#include <chrono>

#include "base/time.h"
#include "feed/kinds.h"

namespace garant::feed {
namespace {

constexpr size_t kMostOfHost = 255;
constexpr size_t kMostOfId = 32;

// Printable ASCII without spaces, as RFC 5424 has it.
std::string Word(std::string_view text, size_t most) {
  std::string word;
  for (const char c : text.substr(0, most)) word += c > ' ' && c < '\x7f' ? c : '_';
  return word.empty() ? "-" : word;
}

int PriorityOf(const trail::Header& header) {
  constexpr int kLogAudit = 13 * 8;
  constexpr int kInformational = 6;
  constexpr int kNotice = 5;
  constexpr int kWarning = 4;
  const int severity = SeverityOf(header);
  return kLogAudit + (severity <= 1 ? kInformational : severity == 2 ? kNotice : kWarning);
}

}  // namespace

std::string SyslogFrame(const trail::Entry& entry, std::string_view host, std::string_view text) {
  // At most six digits of a second.
  const base::Time time = std::chrono::floor<std::chrono::microseconds>(entry.time);
  std::string message = "<" + std::to_string(PriorityOf(entry.header)) + ">1 " +
                        base::FormatTime(time) + " " + Word(host, kMostOfHost) + " garant - " +
                        Word(entry.header.kind, kMostOfId) + " - ";
  message += text;
  return std::to_string(message.size()) + " " + message;
}

}  // namespace garant::feed

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "spool/reader.h"
#include "trail/entry/draft.h"

// What happens to a source, as entries of kind `source` (docs/formats/ingest.md).
namespace garant::ingest {

// The most of a line that is taken, and that is kept of a longer one.
constexpr size_t kLongestLine = 32'768;

enum class Happening : uint8_t {
  kFound,
  kGap,
  kClosed,
  kCrashed,
  kBroken,
  kSilent,
  kHeard,
  kRefused,
  kRotated,
  kTruncated,
  kLost,
};
[[nodiscard]] std::string_view HappeningName(Happening happening);  // "found"

enum class Reason : uint8_t {
  kTooLong,
  kNotUtf8,
  kNotJson,
  kNotObject,
  kNoTime,
  kTimeOutOfRange,
  kNotARecord,
  kNotTaken,
  kNotCombined,
  kNotSyslog,
  kNotOtlp,
  kCutOff,
  kOverRate,
};
[[nodiscard]] std::string_view ReasonName(Reason reason);  // "too-long"

struct SourceEvent {
  std::string source;
  std::string part;
  Happening happening = Happening::kFound;
  std::optional<uint64_t> sequence;  // of what was refused
  std::optional<uint64_t> count;
  std::optional<uint64_t> next;
  std::optional<uint64_t> process;
  std::optional<base::Time> started;
  std::optional<Reason> reason;
  std::optional<uint64_t> bytes;
  base::Bytes sealed;  // what was refused
};

[[nodiscard]] SourceEvent FromRing(const spool::RingEvent& event);
[[nodiscard]] trail::Draft ToDraft(SourceEvent event, std::string_view service, base::Time now);

// "guard/<32 hex>", and back; nothing where it is no ring's.
[[nodiscard]] std::string SourceOf(const spool::RingId& ring);
[[nodiscard]] std::optional<spool::RingId> RingOf(std::string_view source);

// How many events an entry of kind `source` says are lost, at most: 0 for what loses none.
[[nodiscard]] uint64_t LossOf(std::string_view outcome, std::optional<uint64_t> count);

}  // namespace garant::ingest

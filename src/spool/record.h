#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

// What stands in a record of the spool (docs/formats/spool.md): one request that the guard saw.
namespace garant::spool {

enum class Method : uint8_t { kOther, kGet, kHead, kPost, kPut, kDelete, kPatch, kOptions };
[[nodiscard]] std::string_view MethodName(Method method);  // "GET", "other"
[[nodiscard]] Method MethodOf(std::string_view name);      // kOther for one that is not named above

enum class Outcome : uint8_t {
  kPassed = 1,
  kRedirected,  // to HTTPS, by the guard
  kRefused,     // by the guard
  kUnanswered,  // the service was asked and gave no whole answer
  kAbandoned,   // the client left first
};
[[nodiscard]] std::string_view OutcomeName(Outcome outcome);  // "passed", …

using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

constexpr size_t kLongestPath = 2048;
constexpr size_t kLongestText = 1024;  // of the other texts

// Texts borrow what was encoded, or decoded.
struct RequestRecord {
  base::Time time{};  // when it began
  base::Duration duration{};
  base::Duration upstream{};  // of this, waited for the service
  uint64_t received = 0;      // bytes
  uint64_t sent = 0;
  TraceId trace{};
  SpanId span{};
  SpanId parent{};  // zeros where the trace began here
  uint16_t status = 0;
  Method method = Method::kOther;
  Outcome outcome = Outcome::kPassed;
  uint8_t http = 0;        // 9, 10, 11, 20; 0 another
  uint8_t tls = 0;         // 10 … 13; 0 none, or another
  bool continued = false;  // the trace was taken over from the caller
  bool sampled = false;
  bool path_cut = false;
  std::string_view route;    // template, or empty where none matched
  std::string_view part;     // system
  std::string_view path;     // personal: only where no route matched
  std::string_view client;   // personal
  std::string_view session;  // secret: raw identifier
};

// The largest encoding there is.
constexpr size_t kLargestRequest = 80 + 5 * 2 + kLongestPath + 4 * kLongestText;

// Writes into `out`, which must have room for kLargestRequest; cuts a longer path (and says so),
// leaves out a longer other text, and the path where there is a route. A version that has no number
// becomes 0, a negative duration too. Allocates nothing. Gives how many bytes.
[[nodiscard]] size_t Encode(const RequestRecord& record, std::span<uint8_t> out) noexcept;
// Refuses what Encode does not give. Texts borrow `bytes` and may hold any bytes.
[[nodiscard]] base::Result<RequestRecord> Decode(base::ByteView bytes);

}  // namespace garant::spool

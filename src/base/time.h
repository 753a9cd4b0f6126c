#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace garant::base {

// A moment: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
using Duration = std::chrono::nanoseconds;

// RFC 3339 in UTC ("2026-11-23T20:30:00Z", fraction optional) or a date alone (midnight UTC).
[[nodiscard]] Result<Time> ParseTime(std::string_view text);
// "2026-11-23T20:30:00Z"; a fraction only where there is one.
[[nodiscard]] std::string FormatTime(Time time);
// "2026-11-23".
[[nodiscard]] std::string FormatDate(Time time);

// ISO 8601 durations P[nY][nM][nW][nD][T[nH][nM][nS]], at most 290 years. A year counts 365 days
// and a month 30 days: durations here are periods of review and retention, compared with ages.
[[nodiscard]] Result<Duration> ParseDuration(std::string_view text);
// The shortest exact form: "P1D", "PT90S", "P30D".
[[nodiscard]] std::string FormatDuration(Duration duration);

// How a duration was written, in 32 bits, so that P6M can be shown as P6M and not as P180D; zero
// where it has hours or the like, or does not fit.
[[nodiscard]] uint32_t DurationSpelling(std::string_view text);
// As it was written; the shortest exact form where `spelling` is zero.
[[nodiscard]] std::string FormatDuration(Duration duration, uint32_t spelling);

// Where the present moment comes from; the judge itself takes `as_of` as an input instead.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time Now() const override;
};

// For tests and fixtures: stands still until told otherwise.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time now) : now_(now) {}
  [[nodiscard]] Time Now() const override { return now_; }
  void Set(Time now) { now_ = now; }

 private:
  Time now_;
};

}  // namespace garant::base

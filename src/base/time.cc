#include "base/time.h"

#include <array>
#include <cstdio>

namespace garant::base {
namespace {

using std::chrono::days;

Error BadTime(std::string_view text) {
  return Error{
      Code::kInvalid,
      Filled("'{}' is not a time; write a date (2026-11-23) or RFC 3339 in UTC "
             "(2026-11-23T20:30:00Z)",
             "« {} » n’est pas un moment; écrivez une date (2026-11-23) ou, selon la RFC 3339, "
             "un moment en UTC (2026-11-23T20:30:00Z)",
             {text.substr(0, 40)}),
      {}};
}

Error BadDuration(std::string_view text) {
  return Error{Code::kInvalid,
               Filled("'{}' is not a duration; write ISO 8601, such as P90D, P2Y or PT12H",
                      "« {} » n’est pas une durée; écrivez-la selon ISO 8601, comme P90D, P2Y ou "
                      "PT12H",
                      {text.substr(0, 40)}),
               {}};
}

// Reads exactly `digits` digits at `at`; -1 where there are none.
int Number(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

constexpr int64_t kDay = 86'400;

struct Unit {
  char letter;
  bool time;
  int64_t seconds;
};
constexpr std::array kUnits = {Unit{'Y', false, 365 * kDay},
                               Unit{'M', false, 30 * kDay},
                               Unit{'W', false, 7 * kDay},
                               Unit{'D', false, kDay},
                               Unit{'H', true, 3600},
                               Unit{'M', true, 60},
                               Unit{'S', true, 1}};

}  // namespace

Result<Time> ParseTime(std::string_view text) {
  const int year = Number(text, 0, 4);
  const int month = Number(text, 5, 2);
  const int day = Number(text, 8, 2);
  if (year < 1970 || year > 2261 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-')
    return BadTime(text);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return BadTime(text);
  Time time{std::chrono::sys_days{date}};
  if (text.size() == 10) return time;

  const int hour = Number(text, 11, 2);
  const int minute = Number(text, 14, 2);
  const int second = Number(text, 17, 2);
  if ((text[10] != 'T') || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59 || text[13] != ':' || text[16] != ':')
    return BadTime(text);
  time += std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  size_t at = 19;
  if (at < text.size() && text[at] == '.') {
    ++at;
    int64_t scale = 100'000'000;
    const size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - first < 9; ++at) {
      time += std::chrono::nanoseconds{(text[at] - '0') * scale};
      scale /= 10;
    }
    if (at == first) return BadTime(text);
  }
  if (at + 1 != text.size() || text[at] != 'Z') return BadTime(text);
  return time;
}

std::string FormatDate(Time time) {
  const std::chrono::year_month_day date{std::chrono::floor<days>(time)};
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return buffer.data();
}

std::string FormatTime(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d",
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string text = FormatDate(time) + buffer.data();
  if (const int64_t nanos = clock.subseconds().count(); nanos != 0) {
    std::snprintf(buffer.data(), buffer.size(), ".%09ld", static_cast<long>(nanos));
    std::string fraction = buffer.data();
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fraction;
  }
  return text + "Z";
}

Result<Duration> ParseDuration(std::string_view text) {
  constexpr int64_t kMostSeconds = 365 * kDay * 290;  // int64 nanoseconds end at 292 years
  if (text.size() < 3 || text[0] != 'P') return BadDuration(text);
  int64_t total = 0;
  size_t unit = 0;
  bool in_time = false;
  bool any = false;
  for (size_t at = 1; at < text.size();) {
    if (text[at] == 'T') {
      if (in_time || at + 1 == text.size()) return BadDuration(text);
      in_time = true;
      ++at;
      continue;
    }
    int64_t count = 0;
    const size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - first < 9; ++at)
      count = count * 10 + (text[at] - '0');
    if (at == first || at == text.size()) return BadDuration(text);
    while (unit < kUnits.size() &&
           (kUnits[unit].letter != text[at] || kUnits[unit].time != in_time))
      ++unit;
    if (unit == kUnits.size()) return BadDuration(text);
    total += count * kUnits[unit].seconds;
    if (total > kMostSeconds) return BadDuration(text);
    ++unit;
    ++at;
    any = true;
  }
  if (!any) return BadDuration(text);
  return Duration{std::chrono::seconds{total}};
}

std::string FormatDuration(Duration duration) {
  const int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds != 0 && seconds % (365 * kDay) == 0)
    return "P" + std::to_string(seconds / (365 * kDay)) + "Y";
  if (seconds != 0 && seconds % kDay == 0) return "P" + std::to_string(seconds / kDay) + "D";
  if (seconds != 0 && seconds % 3600 == 0) return "PT" + std::to_string(seconds / 3600) + "H";
  if (seconds != 0 && seconds % 60 == 0) return "PT" + std::to_string(seconds / 60) + "M";
  return "PT" + std::to_string(seconds) + "S";
}

namespace {

struct SpelledUnit {
  char letter;
  uint32_t bits;
};
constexpr std::array<SpelledUnit, 4> kSpelled = {{{'Y', 6}, {'M', 6}, {'W', 6}, {'D', 14}}};

}  // namespace

uint32_t DurationSpelling(std::string_view text) {
  if (!ParseDuration(text) || text.find('T') != std::string_view::npos) return 0;
  uint32_t spelling = 0;
  size_t at = 1;
  for (const SpelledUnit& unit : kSpelled) {
    uint32_t count = 0;
    const size_t end = text.find(unit.letter, at);
    if (end != std::string_view::npos) {
      for (; at < end; ++at) count = count * 10 + static_cast<uint32_t>(text[at] - '0');
      ++at;
    }
    if (count >> unit.bits != 0) return 0;
    spelling = (spelling << unit.bits) | count;
  }
  return spelling;
}

std::string FormatDuration(Duration duration, uint32_t spelling) {
  if (spelling == 0) return FormatDuration(duration);
  std::string text = "P";
  uint32_t shift = 32;
  for (const SpelledUnit& unit : kSpelled) {
    shift -= unit.bits;
    const uint32_t count = (spelling >> shift) & ((1U << unit.bits) - 1);
    if (count != 0) text += std::to_string(count) + unit.letter;
  }
  return text;
}

Time SystemClock::Now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace garant::base

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expr/answer.h"
#include "expr/program.h"

// Values and comparisons in words, English and French. Names of fields stay as they are written.
namespace garant::expr {

enum class Quotes : uint8_t { kNone, kAround };

// A list shows its first eight elements; an absent or unknown value and a record are an em dash.
[[nodiscard]] base::Text InWords(const Value& value, Quotes quotes);

// Why `name` has no value: "purpose is not declared". `seen` is when it was observed, where known.
[[nodiscard]] base::Text Reason(const std::string& name, const Answer& answer, World world,
                                std::optional<base::Time> seen);

// Whether the condition must hold or, under `not`, must fail; and whether that came true.
struct Bearing {
  bool negated = false;
  bool satisfied = false;
};

// "hsts is 0, but must be at least 31536000". `other` is what it is compared with, in words.
[[nodiscard]] base::Text Compared(const std::string& name, const Value& value, Op op,
                                  const base::Text& other, Bearing bearing);
[[nodiscard]] base::Text IsTrueOrFalse(const std::string& name, bool value, Bearing bearing);
[[nodiscard]] base::Text IsPresent(const std::string& name, Bearing bearing);
[[nodiscard]] base::Text LiesWithin(const std::string& name, const Value& time, const Value& period,
                                    base::Time now, Bearing bearing);

// The operator that says the same with its operands exchanged.
[[nodiscard]] Op Mirror(Op op);

}  // namespace garant::expr

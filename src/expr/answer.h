#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "expr/expression.h"

// The logic of docs/expr.md, "Four answers". Each answer carries the worlds that the deciding
// values came from: what did not decide leaves no mark.
namespace garant::expr {

struct Answer {
  Truth truth = Truth::kTrue;
  uint8_t worlds = 0;  // bits by World
  Unknown why = Unknown::kNone;
  uint32_t size = 0;  // of what the unknown is about
  const char* about = nullptr;

  [[nodiscard]] std::string_view what() const { return {about, size}; }
};

[[nodiscard]] constexpr uint8_t Bit(World world) {
  static_assert(World::kNone == World{0});
  return static_cast<uint8_t>((1U << static_cast<unsigned>(world)) & ~1U);
}
[[nodiscard]] inline Answer Decided(bool truth, uint8_t worlds) {
  return {truth ? Truth::kTrue : Truth::kFalse, worlds};
}
[[nodiscard]] inline Answer IsUnknown(Unknown why, std::string_view what, uint8_t worlds = 0) {
  return {Truth::kUnknown, worlds, why, static_cast<uint32_t>(what.size()), what.data()};
}

// Two answers of one truth decide together; of two unknowns the more telling speaks.
inline void Merge(Answer& into, const Answer& other) {
  into.worlds |= other.worlds;
  if (into.truth == Truth::kUnknown && other.why != Unknown::kNone &&
      (into.why == Unknown::kNone || other.why < into.why)) {
    into.why = other.why;
    into.about = other.about;
    into.size = other.size;
  }
}
[[nodiscard, gnu::always_inline]] inline Answer And(Answer a, const Answer& b) {
  if (b.truth < a.truth) return b;
  if (b.truth == a.truth) Merge(a, b);
  return a;
}
[[nodiscard, gnu::always_inline]] inline Answer Or(Answer a, const Answer& b) {
  if (b.truth > a.truth) return b;
  if (b.truth == a.truth) Merge(a, b);
  return a;
}
[[nodiscard]] inline Answer Not(Answer a) {
  if (a.truth == Truth::kTrue) {
    a.truth = Truth::kFalse;
  } else if (a.truth == Truth::kFalse) {
    a.truth = Truth::kTrue;
  }
  return a;
}

// An absent or unknown value as an answer, true for one that is there.
[[nodiscard, gnu::always_inline]] inline Answer Presence(const Value& value) {
  if (value.kind() == Kind::kAbsent) return {Truth::kAbsent, Bit(value.world())};
  if (value.kind() == Kind::kUnknown) {
    return IsUnknown(value.why(), value.text(), Bit(value.world()));
  }
  return {Truth::kTrue, Bit(value.world())};
}

// A truth as an answer, with the worlds that were passed on the way to it; and back.
[[nodiscard]] Answer AnswerOf(const Value& truth, uint8_t worlds);
[[nodiscard]] Value ValueOf(const Answer& answer);

// As Presence, and unknown for an observed record that is out of date: too old, or from after now.
[[nodiscard]] Answer Standing(const Value& value, const Options& options);

// True of a list that is there; unknown of one that was observed and is empty, since what was never
// seen is not fine. `what` names the list. Of a value that is no list it is as Presence.
[[nodiscard]] inline Answer Readable(const Value& list, std::string_view what) {
  Answer answer = Presence(list);
  const bool nothing = list.kind() == Kind::kList && list.list().items.empty();
  if (!nothing || list.world() != World::kObserved) return answer;
  return IsUnknown(Unknown::kNeverObserved, what, answer.worlds);
}

// Both must be of one type; <, = and > as integers below, at and above zero.
[[nodiscard]] int Order(const Value& a, const Value& b);
// Texts of one size. Most are short: for them a call costs more than the comparison.
[[nodiscard]] inline bool SameBytes(const char* a, const char* b, size_t size) {
  constexpr size_t kWord = 8;
  if (size < kWord) return std::equal(a, a + size, b);
  const size_t last = size - kWord;
  return std::memcmp(a, b, kWord) == 0 && std::memcmp(a + last, b + last, kWord) == 0 &&
         (size <= 2 * kWord || std::memcmp(a + kWord, b + kWord, size - 2 * kWord) == 0);
}
// As Order(a, b) == 0; texts of two lengths need not be read.
[[nodiscard, gnu::always_inline]] inline bool Same(const Value& a, const Value& b) {
  if (a.kind() != Kind::kText) return a.number() == b.number();
  const std::string_view x = a.text();
  const std::string_view y = b.text();
  return x.size() == y.size() && SameBytes(x.data(), y.data(), x.size());
}
[[nodiscard]] Answer Equal(const Value& a, const Value& b);
// `list` must be readable.
[[nodiscard]] Answer In(const Value& value, const Value& list);

// `*` is any run of characters, `?` one character. Adds the bytes looked at to `looked`.
[[nodiscard]] bool Matches(std::string_view text, std::string_view pattern, uint64_t& looked);

}  // namespace garant::expr

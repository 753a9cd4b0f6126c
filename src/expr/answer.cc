#include "expr/answer.h"

namespace garant::expr {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

Answer AnswerOf(const Value& truth, uint8_t worlds) {
  Answer answer = Presence(truth);
  if (answer.truth == Truth::kTrue && !truth.boolean()) answer.truth = Truth::kFalse;
  answer.worlds |= worlds;
  return answer;
}

Value ValueOf(const Answer& answer) {
  if (answer.truth == Truth::kAbsent) return Value::Absent();
  if (answer.truth == Truth::kUnknown) return Value::UnknownFor(answer.why, answer.what());
  return Value::Bool(answer.truth == Truth::kTrue);
}

Answer Standing(const Value& value, const Options& options) {
  Answer answer = Presence(value);
  if (value.kind() != Kind::kRecord) return answer;
  const Record& record = value.record();
  if (record.type == nullptr || !record.type->observed) return answer;
  if (record.time < options.horizon) return IsUnknown(Unknown::kStale, record.type->name);
  if (record.time > options.now) return IsUnknown(Unknown::kNeverObserved, record.type->name);
  return answer;
}

int Order(const Value& a, const Value& b) {
  if (a.kind() == Kind::kText) return a.text().compare(b.text());
  return a.number() < b.number() ? -1 : a.number() > b.number() ? 1 : 0;
}

Answer Equal(const Value& a, const Value& b) {
  const Answer both = And(Presence(a), Presence(b));
  if (both.truth != Truth::kTrue) return both;
  // The checker has seen to one type; a value that breaks its own type's word decides nothing.
  if (a.kind() != b.kind()) return IsUnknown(Unknown::kNone, {});
  return Decided(Same(a, b), both.worlds);
}

Answer In(const Value& value, const Value& list) {
  const Answer there = Presence(value);
  if (there.truth != Truth::kTrue) return there;
  Answer found = Decided(false, there.worlds);
  for (const Value& item : list.list().items) {
    found = Or(found, Equal(value, item));
    if (found.truth == Truth::kTrue) break;
  }
  found.worlds |= Bit(list.world());
  return found;
}

bool Matches(std::string_view text, std::string_view pattern, uint64_t& looked) {
  size_t t = 0;
  size_t p = 0;
  size_t star = std::string_view::npos;  // the last one passed, and where its run ends now
  size_t run = 0;
  while (t < text.size()) {
    ++looked;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      run = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      do ++t;
      while (t < text.size() && IsContinuation(text[t]));
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++run;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace garant::expr

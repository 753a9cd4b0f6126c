#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>

#include "expr/answer.h"
#include "expr/functions.h"
#include "expr/program.h"

// Walks a checked program over one root. Allocates only for list literals that hold names and for
// functions that make texts.
namespace garant::expr {

class Evaluator final : public Caller {
 public:
  Evaluator(const Program& program, const Value& root, const Options& options)
      : program_(program), options_(options) {
    frame_[kRootSlot] = &root;
  }

  // The answer of the whole program, a condition; unknown (too costly) past the most steps.
  Answer Run();

  Answer Condition(uint16_t index);
  // Gives a value that stands in the model, or `scratch`. Adds to `worlds` where it came from.
  const Value& Get(uint16_t index, Value& scratch, uint8_t& worlds);

  // The answer of a quantifier or a count that has no element left.
  Answer NothingLeft(const Step& node, const Value& list) const;

  void Bind(uint8_t slot, const Value* value) { frame_[slot] = value; }
  [[nodiscard]] const Value* Bound(uint8_t slot) const { return frame_[slot]; }
  [[nodiscard]] bool exhausted() const { return steps_ > options_.most_steps; }
  void Refill() { steps_ = 0; }

  [[nodiscard]] const Options& options() const override { return options_; }
  void Spend(uint64_t bytes) override { steps_ += bytes / 64; }
  std::string_view Keep(std::string_view text) override;

 private:
  // What a constant, a variable or a path of fields names, without a call for each step of the way;
  // nullptr where that takes working out, or more steps than are left.
  [[gnu::always_inline]] inline const Value* Peek(const Path& path, uint8_t& worlds);
  // As Get, of what a step that is no path has in `a`.
  const Value& Operand(const Step& node, Value& scratch, uint8_t& worlds);
  // What Peek does not find.
  [[gnu::noinline]] const Value& WorkOut(uint16_t index, Value& scratch, uint8_t& worlds);
  [[nodiscard]] Answer Placed(const Value& item) const;
  // Those that may pass `where`: what is left out would fail it.
  struct Candidates {
    std::span<const Value> items;
    size_t passed = 0;  // of the filter's tests, by all of them
  };
  [[nodiscard]] Candidates CandidatesOf(const Step& node, const Value& list) const;
  // Binds an element, one that passed so many of the filter's tests, and answers `where` of it.
  [[gnu::always_inline]] inline Answer Where(const Step& node, const Value& item,
                                             size_t passed = 0);
  [[gnu::noinline]] Answer RestOfWhere(const Filter& filter, uint8_t worlds);
  [[gnu::noinline]] Answer Compare(const Step& node);
  [[gnu::noinline]] Answer CompareWorkedOut(const Step& node);
  [[gnu::noinline]] Answer TruthOf(uint16_t index);
  [[gnu::noinline]] Answer TruthOfCall(const Step& node);
  [[gnu::noinline]] Answer CompareValues(const Step& node, const Value& a, const Value& b,
                                         uint8_t worlds);
  [[gnu::noinline]] Answer Has(const Step& node);
  [[gnu::noinline]] Answer Every(const Step& node);
  [[gnu::noinline]] Answer Some(const Step& node);
  const Value& Field(const Step& node, Value& scratch, uint8_t& worlds);
  const Value& Arithmetic(const Step& node, Value& scratch, uint8_t& worlds);
  const Value& Count(const Step& node, Value& scratch, uint8_t& worlds);
  const Value& Latest(const Step& node, Value& scratch, uint8_t& worlds);
  const Value& Call(const Step& node, Value& scratch, uint8_t& worlds);
  const Value& MakeList(const Step& node, Value& scratch, uint8_t& worlds);
  Arena& arena();

  const Program& program_;
  const Options& options_;
  uint64_t steps_ = 0;
  uint32_t undated_ = 0;  // slots whose records are read whatever their age: `latest` is choosing
  std::array<const Value*, kMostSlots + 1> frame_{};  // and the root
  std::unique_ptr<Arena> arena_;
};

inline const Value* Evaluator::Peek(const Path& path, uint8_t& worlds) {
  static constexpr Value kAbsentValue{};
  if (path.from == Op::kNothing || steps_ + path.cost > options_.most_steps) return nullptr;
  if (path.from == Op::kConstant) {
    ++steps_;
    return &program_.constants[path.fields[0]];
  }
  const Value* value = frame_[path.slot];
  // A variable that `latest` is choosing is read whatever its age.
  uint32_t dated = path.dated & ~(undated_ >> path.slot & 1U);
  const uint16_t* const end = path.fields.data() + path.depth;
  for (const uint16_t* field = path.fields.data(); field != end; ++field, dated >>= 1U) {
    if (value->kind() != Kind::kRecord) {
      steps_ += path.cost;
      return value;
    }
    const Record& record = value->record();
    if ((dated & 1U) != 0 && record.type->observed &&
        (record.time < options_.horizon || record.time > options_.now))
      return nullptr;
    value = *field < record.fields.size() ? &record.fields[*field] : &kAbsentValue;
  }
  steps_ += path.cost;
  worlds |= Bit(value->world());
  return value;
}

}  // namespace garant::expr

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
      : program_(program), root_(root), options_(options) {}

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
  const Value* Peek(uint16_t index, uint8_t& worlds);
  // As Peek, with its commonest cases at hand.
  [[gnu::always_inline]] inline const Value* Near(uint16_t index, uint8_t& worlds);
  [[nodiscard]] Answer Placed(const Value& item) const;
  // Those that may pass `where`: what is left out would fail it.
  [[nodiscard]] std::span<const Value> Candidates(const Step& node, const Value& list) const;
  // Binds an element and answers `where` of it.
  Answer Where(const Step& node, const Value& item);
  Answer Compare(const Step& node);
  [[gnu::noinline]] Answer CompareWorkedOut(const Step& node);
  [[gnu::noinline]] Answer TruthOf(uint16_t index);
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
  const Value& root_;
  const Options& options_;
  uint64_t steps_ = 0;
  uint32_t undated_ = 0;  // slots whose records are read whatever their age: `latest` is choosing
  std::array<const Value*, kMostSlots> frame_{};
  std::unique_ptr<Arena> arena_;
};

}  // namespace garant::expr

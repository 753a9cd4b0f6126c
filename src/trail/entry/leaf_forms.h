#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/entry/entry.h"

// Forms and records of a segment, docs/formats/segment.md: a leaf with holes, and what fills them.
namespace garant::trail {

// What fills the holes that depend on more than their record.
struct FormContext {
  uint64_t index = 0;     // of the entry
  uint64_t earliest = 0;  // the segment's, as its bits
  std::span<const Token> tokens;
};

enum class StepKind : uint8_t {
  kLiteral = 1,
  kIndex,
  kTime,
  kInteger,
  kToken,
  kCounted,
  kRest,
};

class LeafForm {
 public:
  struct Step {
    StepKind kind;
    uint32_t offset;  // of a literal, in literals
    uint32_t size;
  };

  // Takes one from the front of `in`. kInvalid where it is none.
  [[nodiscard]] static base::Result<LeafForm> Take(base::ByteView& in);
  // Of a leaf that the trail wrote, with holes where its pieces are; `texts`: also where texts of
  // facts stand. What has not the layout of a leaf is one hole.
  [[nodiscard]] static LeafForm Of(base::ByteView leaf, bool texts);
  // One hole.
  [[nodiscard]] static LeafForm Rest();
  void Put(base::Bytes& out) const;

  [[nodiscard]] std::span<const Step> steps() const { return steps_; }
  [[nodiscard]] const uint8_t* literals() const { return literals_.data(); }

  // Takes a record's holes from the front of `in` and makes the leaf of it. kInvalid where that
  // does not work out.
  [[nodiscard]] base::Status Fill(base::ByteView& in, const FormContext& context,
                                  base::Bytes& leaf) const;
  // Takes a record's holes likewise, and makes nothing of them. False where it cannot.
  [[nodiscard]] bool Skip(base::ByteView& in) const;

 private:
  void AddLiteral(base::ByteView bytes);
  void AddHole(StepKind kind);
  bool FillStep(const Step& step, base::ByteView& in, const FormContext& context,
                base::Bytes& leaf) const;

  // What a record has in turn: so many numbers, and a hole of another kind behind them or none.
  struct Stretch {
    uint32_t numbers = 0;
    std::optional<StepKind> behind;
  };

  std::vector<Step> steps_;
  std::vector<Stretch> stretches_;  // the same, to be passed over
  base::Bytes literals_;
};

}  // namespace garant::trail

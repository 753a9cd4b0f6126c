#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/entry.h"

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
  // Takes one from the front of `in`. kInvalid where it is none.
  [[nodiscard]] static base::Result<LeafForm> Take(base::ByteView& in);
  void Put(base::Bytes& out) const;

  void AddLiteral(base::ByteView bytes);
  void AddHole(StepKind kind) { steps_.push_back({kind, 0, 0}); }

  // Appends the holes of `leaf`, where it has this form; otherwise leaves `out` as it was.
  // `references`: for the leaf's tokens in order, 0 or the number (from 1) of its token in the
  // context.
  [[nodiscard]] bool Match(base::ByteView leaf, const FormContext& context,
                           std::span<const uint32_t> references, base::Bytes& out) const;
  // Takes a record's holes from the front of `in` and makes the leaf of it. kInvalid where that
  // does not work out.
  [[nodiscard]] base::Status Fill(base::ByteView& in, const FormContext& context,
                                  base::Bytes& leaf) const;

 private:
  struct Step {
    StepKind kind;
    uint32_t offset;  // of a literal, in literals_
    uint32_t size;
  };
  bool MatchStep(const Step& step, base::ByteView& leaf, const FormContext& context,
                 std::span<const uint32_t>& references, base::Bytes& out) const;
  bool FillStep(const Step& step, base::ByteView& in, const FormContext& context,
                base::Bytes& leaf) const;

  std::vector<Step> steps_;
  base::Bytes literals_;
};

// Finds the form of each leaf, making what is missing.
class FormTable {
 public:
  // Appends the leaf's record to `out`. `leaf` is one that the trail wrote.
  void PutRecord(base::ByteView leaf, const FormContext& context,
                 std::span<const uint32_t> references, base::Bytes& out);
  [[nodiscard]] const std::deque<LeafForm>& forms() const { return forms_; }

 private:
  bool TryForm(uint32_t number, base::ByteView leaf, const FormContext& context,
               std::span<const uint32_t> references, base::Bytes& out);
  uint32_t Find(base::ByteView leaf);

  std::deque<LeafForm> forms_;
  std::unordered_map<std::string, uint32_t> numbers_;  // by a form's bytes
  std::vector<uint32_t> recent_;
  std::optional<uint32_t> rest_;  // the form that is one hole
  base::Bytes made_;
};

}  // namespace garant::trail

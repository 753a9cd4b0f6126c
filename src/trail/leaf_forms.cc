#include "trail/leaf_forms.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "trail/leaf_pieces.h"
#include "trail/leb128.h"
#include "trail/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

constexpr size_t kFormsWithTexts = 1024;  // then texts of facts become holes
constexpr size_t kMostForms = 4096;       // then whatever has none is one hole
constexpr size_t kRecent = 8;

Error NoForm() {
  return Error{Code::kInvalid,
               {"a form that this version does not read", "une forme que cette version ne lit pas"},
               {}};
}

uint64_t Eight(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8U | at[i];
  return value;
}

// A leaf's form: with holes where pieces are, or as one.
enum class Holes : uint8_t { kUsual, kTextsToo, kRest };

LeafForm MakeForm(ByteView leaf, Holes holes) {
  LeafForm form;
  size_t at = 0;
  const auto hole = [&](StepKind kind, size_t from, size_t size) {
    if (from > at) form.AddLiteral(leaf.subspan(at, from - at));
    form.AddHole(kind);
    at = from + size;
  };
  using Kind = LeafPiece::Kind;
  const bool known = holes != Holes::kRest && WalkLeaf(leaf, [&](const LeafPiece& piece) {
                       switch (piece.kind) {
                         case Kind::kIndex:
                           return hole(StepKind::kIndex, piece.offset, 8);
                         case Kind::kTime:
                           return hole(StepKind::kTime, piece.offset, 8);
                         case Kind::kInteger:
                           return hole(StepKind::kInteger, piece.offset, 8);
                         case Kind::kToken:
                         case Kind::kCommitment:
                           return hole(StepKind::kToken, piece.offset, 32);
                         case Kind::kFactText:
                           if (holes != Holes::kTextsToo) return;
                           [[fallthrough]];
                         case Kind::kCiphertext:
                           return hole(StepKind::kCounted, piece.offset - 2, piece.size + 2);
                         case Kind::kText:
                         case Kind::kCategory:
                           return;
                       }
                     });
  if (!known) {
    form = LeafForm();
    form.AddHole(StepKind::kRest);
    return form;
  }
  if (at < leaf.size()) form.AddLiteral(leaf.subspan(at));
  return form;
}

}  // namespace

void LeafForm::AddLiteral(ByteView bytes) {
  steps_.push_back({StepKind::kLiteral, static_cast<uint32_t>(literals_.size()),
                    static_cast<uint32_t>(bytes.size())});
  PutBytes(literals_, bytes);
}

void LeafForm::Put(Bytes& out) const {
  PutLeb128(out, steps_.size());
  for (const Step& step : steps_) {
    out.push_back(static_cast<uint8_t>(step.kind));
    if (step.kind != StepKind::kLiteral) continue;
    PutLeb128(out, step.size);
    PutBytes(out, ByteView(literals_).subspan(step.offset, step.size));
  }
}

Result<LeafForm> LeafForm::Take(ByteView& in) {
  LeafForm form;
  uint64_t steps = 0;
  if (!TakeLeb128(in, steps) || steps > in.size()) return NoForm();
  for (; steps > 0; --steps) {
    if (in.empty()) return NoForm();
    const auto kind = static_cast<StepKind>(in[0]);
    in = in.subspan(1);
    if (kind < StepKind::kLiteral || kind > StepKind::kRest) return NoForm();
    if (kind != StepKind::kLiteral) {
      form.AddHole(kind);
      continue;
    }
    uint64_t size = 0;
    if (!TakeLeb128(in, size) || size > in.size()) return NoForm();
    form.AddLiteral(in.first(size));
    in = in.subspan(size);
  }
  return form;
}

bool LeafForm::MatchStep(const Step& step, ByteView& leaf, const FormContext& context,
                         std::span<const uint32_t>& references, Bytes& out) const {
  size_t used = 8;
  switch (step.kind) {
    case StepKind::kLiteral:
      used = step.size;
      if (leaf.size() < used || std::memcmp(leaf.data(), &literals_[step.offset], used) != 0)
        return false;
      break;
    case StepKind::kIndex:
      if (leaf.size() < used || Eight(leaf.data()) != context.index) return false;
      break;
    case StepKind::kTime:
      if (leaf.size() < used) return false;
      PutLeb128(out, Eight(leaf.data()) - context.earliest);
      break;
    case StepKind::kInteger:
      if (leaf.size() < used) return false;
      PutLeb128(out, Eight(leaf.data()));
      break;
    case StepKind::kToken: {
      used = 32;
      if (leaf.size() < used) return false;
      uint32_t reference = references.empty() ? 0 : references.front();
      if (!references.empty()) references = references.subspan(1);
      if (reference != 0 && !std::ranges::equal(context.tokens[reference - 1], leaf.first(used)))
        reference = 0;
      PutLeb128(out, reference);
      if (reference == 0) PutBytes(out, leaf.first(used));
      break;
    }
    case StepKind::kCounted: {
      if (leaf.size() < 2) return false;
      const size_t size = pieces::Two(leaf.data());
      used = 2 + size;
      if (leaf.size() < used) return false;
      PutLeb128(out, size);
      PutBytes(out, leaf.subspan(2, size));
      break;
    }
    case StepKind::kRest:
      used = leaf.size();
      PutLeb128(out, used);
      PutBytes(out, leaf);
      break;
  }
  leaf = leaf.subspan(used);
  return true;
}

bool LeafForm::Match(ByteView leaf, const FormContext& context,
                     std::span<const uint32_t> references, Bytes& out) const {
  const size_t before = out.size();
  for (const Step& step : steps_) {
    if (MatchStep(step, leaf, context, references, out)) continue;
    out.resize(before);
    return false;
  }
  if (leaf.empty()) return true;
  out.resize(before);
  return false;
}

bool LeafForm::FillStep(const Step& step, ByteView& in, const FormContext& context,
                        Bytes& leaf) const {
  uint64_t number = 0;
  const bool has_number = step.kind != StepKind::kLiteral && step.kind != StepKind::kIndex;
  if (has_number && !TakeLeb128(in, number)) return false;
  ByteView bytes;
  switch (step.kind) {
    case StepKind::kLiteral:
      bytes = ByteView(literals_).subspan(step.offset, step.size);
      break;
    case StepKind::kIndex:
      PutInteger(leaf, context.index, 8);
      return true;
    case StepKind::kTime:
      PutInteger(leaf, context.earliest + number, 8);
      return true;
    case StepKind::kInteger:
      PutInteger(leaf, number, 8);
      return true;
    case StepKind::kToken:
      if (number != 0) {
        if (number > context.tokens.size()) return false;
        bytes = context.tokens[number - 1];
        break;
      }
      number = 32;
      [[fallthrough]];
    case StepKind::kCounted:
    case StepKind::kRest:
      if (number > in.size() || number > kMaxEntryBytes) return false;
      bytes = in.first(number);
      in = in.subspan(number);
      if (step.kind == StepKind::kCounted) PutInteger(leaf, number, 2);
      break;
  }
  PutBytes(leaf, bytes);
  return leaf.size() <= kMaxEntryBytes;
}

Status LeafForm::Fill(ByteView& in, const FormContext& context, Bytes& leaf) const {
  leaf.clear();
  for (const Step& step : steps_)
    if (!FillStep(step, in, context, leaf))
      return Error{
          Code::kInvalid,
          {"a record that does not fill its form", "un enregistrement qui ne remplit pas sa forme"},
          {}};
  return Ok{};
}

uint32_t FormTable::Find(ByteView leaf) {
  const auto number_of = [this, leaf](Holes holes, size_t most) -> std::optional<uint32_t> {
    LeafForm form = MakeForm(leaf, holes);
    made_.clear();
    form.Put(made_);
    const std::string bytes(base::AsText(made_));
    if (const auto found = numbers_.find(bytes); found != numbers_.end()) return found->second;
    if (forms_.size() >= most) return {};
    forms_.push_back(std::move(form));
    numbers_.emplace(bytes, static_cast<uint32_t>(forms_.size() - 1));
    return static_cast<uint32_t>(forms_.size() - 1);
  };
  if (const auto usual = number_of(Holes::kUsual, kFormsWithTexts)) return *usual;
  if (const auto texts = number_of(Holes::kTextsToo, kMostForms)) return *texts;
  rest_ = number_of(Holes::kRest, kMostForms + 1);
  return rest_.value_or(0);
}

bool FormTable::TryForm(uint32_t number, ByteView leaf, const FormContext& context,
                        std::span<const uint32_t> references, Bytes& out) {
  const size_t before = out.size();
  PutLeb128(out, number);
  if (forms_[number].Match(leaf, context, references, out)) return true;
  out.resize(before);
  return false;
}

void FormTable::PutRecord(ByteView leaf, const FormContext& context,
                          std::span<const uint32_t> references, Bytes& out) {
  for (size_t i = 0; i < recent_.size(); ++i) {
    if (!TryForm(recent_[i], leaf, context, references, out)) continue;
    // Moves up by one only: two forms that take turns do not push each other about.
    if (i > 0) std::swap(recent_[i], recent_[i - 1]);
    return;
  }
  const uint32_t number = Find(leaf);
  const bool matches = TryForm(number, leaf, context, references, out);
  assert(matches);
  (void)matches;
  if (number == rest_) return;  // it would take every leaf
  if (recent_.size() < kRecent)
    recent_.push_back(number);
  else
    recent_.back() = number;
}

}  // namespace garant::trail

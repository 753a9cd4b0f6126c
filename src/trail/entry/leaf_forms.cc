#include "trail/entry/leaf_forms.h"

#include "trail/entry/leaf_pieces.h"
#include "trail/entry/leb128.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

Error NoForm() {
  return Error{Code::kInvalid,
               {"a form that this version does not read", "une forme que cette version ne lit pas"},
               {}};
}

}  // namespace

LeafForm LeafForm::Rest() {
  LeafForm form;
  form.AddHole(StepKind::kRest);
  return form;
}

LeafForm LeafForm::Of(ByteView leaf, bool texts) {
  LeafForm form;
  size_t at = 0;
  const auto hole = [&](StepKind kind, size_t from, size_t size) {
    if (from > at) form.AddLiteral(leaf.subspan(at, from - at));
    form.AddHole(kind);
    at = from + size;
  };
  using Kind = LeafPiece::Kind;
  const bool known = WalkLeaf(leaf, [&](const LeafPiece& piece) {
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
        if (!texts) return;
        [[fallthrough]];
      case Kind::kCiphertext:
        return hole(StepKind::kCounted, piece.offset - 2, piece.size + 2);
      case Kind::kText:
      case Kind::kCategory:
        return;
    }
  });
  if (!known) return Rest();
  if (at < leaf.size()) form.AddLiteral(leaf.subspan(at));
  return form;
}

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
  constexpr size_t kFilled = 512;  // what most holes take together
  leaf.clear();
  leaf.reserve(literals_.size() + kFilled);
  for (const Step& step : steps_)
    if (!FillStep(step, in, context, leaf))
      return Error{
          Code::kInvalid,
          {"a record that does not fill its form", "un enregistrement qui ne remplit pas sa forme"},
          {}};
  return Ok{};
}

void LeafForm::AddHole(StepKind kind) {
  steps_.push_back({kind, 0, 0});
  if (kind == StepKind::kIndex) return;  // takes nothing in a record
  if (stretches_.empty() || stretches_.back().behind) stretches_.emplace_back();
  if (kind == StepKind::kTime || kind == StepKind::kInteger)
    ++stretches_.back().numbers;
  else
    stretches_.back().behind = kind;
}

bool LeafForm::Skip(ByteView& in) const {
  for (const Stretch& stretch : stretches_) {
    if (!SkipLeb128(in, stretch.numbers)) return false;
    if (!stretch.behind) continue;
    uint64_t number = 0;
    if (!TakeLeb128(in, number)) return false;
    const uint64_t bytes = stretch.behind != StepKind::kToken ? number : number == 0 ? 32 : 0;
    if (bytes > in.size()) return false;
    in = in.subspan(bytes);
  }
  return true;
}

}  // namespace garant::trail

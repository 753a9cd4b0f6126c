#include "trail/index/segment.h"

#include <algorithm>

#include "base/prefetch.h"
#include "trail/entry/leb128.h"
#include "trail/entry/wire.h"
#include "trail/index/segment_form.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Digest;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Error Malformed(const base::Text& message) {
  return Error{Code::kInvalid, Filled("segment: {}", "segment : {}", {message}), {}};
}
Error Torn() { return Malformed({"cut short, or changed", "tronqué, ou modifié"}); }

base::Time TimeAt(ByteView bytes, size_t at) {
  return base::Time(
      base::Duration(static_cast<int64_t>(WireReader(bytes.subspan(at, 8)).Integer(8))));
}

}  // namespace

Result<Segment> Segment::From(ByteView bytes) {
  const std::string_view text = base::AsText(bytes);
  if (!text.starts_with(kSegmentMagic) && !text.starts_with(kSegmentMagicOfOne)) {
    if (text.starts_with("garant-segment/"))
      return Error{Code::kUnsupported,
                   {"segment: written by another version of garant",
                    "segment : écrit par une autre version de garant"},
                   {}};
    return Malformed({"this is no segment", "ce n’est pas un segment"});
  }
  Segment segment(bytes);
  segment.widths_ = text.starts_with(kSegmentMagic) ? std::span<const uint32_t>(kWidths)
                                                    : std::span<const uint32_t>(kWidthsOfOne);
  TRY(segment.TakeHeader());
  TRY(segment.TakeForms());
  return segment;
}

Status Segment::TakeHeader() {
  if (bytes_.size() < kSegmentHeaderBytes + 32) return Torn();
  WireReader in(bytes_.subspan(kSegmentMagic.size()));
  first_ = in.Integer(8);
  entries_ = static_cast<uint32_t>(in.Integer(4));
  times_.earliest = base::Time(base::Duration(static_cast<int64_t>(in.Integer(8))));
  times_.latest = base::Time(base::Duration(static_cast<int64_t>(in.Integer(8))));
  form_count_ = in.Integer(4);
  const uint64_t tokens = in.Integer(4);
  std::array<uint64_t, kSegmentSections + 1> offsets{};
  for (size_t i = 0; i < kSegmentSections; ++i) offsets[i] = in.Integer(8);
  offsets.back() = bytes_.size() - 32;
  std::array<ByteView, kSegmentSections> sections;
  if (offsets.front() != kSegmentHeaderBytes || !std::ranges::is_sorted(offsets)) return Torn();
  for (size_t i = 0; i < kSegmentSections; ++i)
    sections[i] = bytes_.subspan(offsets[i], offsets[i + 1] - offsets[i]);
  ByteView token_bytes;
  std::tie(form_bytes_, token_bytes, records_, groups_, nodes_, zones_) =
      std::tie(sections[0], sections[1], sections[2], sections[3], sections[4], sections[5]);
  const uint64_t groups = entries_ / kGroupEntries;
  uint64_t nodes = 0;
  for (const uint32_t width : widths_) nodes += entries_ / width;
  if (entries_ == 0 || entries_ > kMostSegmentEntries || first_ > kMostEntries ||
      entries_ % kBundleEntries != 0 || first_ % kBundleEntries != 0 ||
      token_bytes.size() != tokens * 32 || groups_.size() != groups * 4 ||
      nodes_.size() != nodes * 32 ||
      zones_.size() != groups_.size() / 4 / (kBundleEntries / kGroupEntries) * 16)
    return Torn();
  static_assert(sizeof(Token) == 32 && alignof(Token) == 1);
  tokens_ = {reinterpret_cast<const Token*>(token_bytes.data()), tokens};
  return Ok{};
}

Status Segment::TakeForms() {
  if (form_count_ > kMostFormsRead) return Torn();  // which take memory, however few their bytes
  ByteView in = form_bytes_;
  for (uint64_t i = 0; i < form_count_; ++i) forms_.push_back(TRY(LeafForm::Take(in)));
  return in.empty() ? Status(Ok{}) : Status(Torn());
}

Status Segment::CheckDigest() const {
  const Digest digest = base::Sha256(bytes_.first(bytes_.size() - 32));
  if (!std::ranges::equal(digest, bytes_.last(32)))
    return Malformed({"its digest does not hold", "son empreinte ne tient pas"});
  return Ok{};
}

TimeSpan Segment::TimesOf(uint32_t bundle) const {
  return {TimeAt(zones_, size_t{bundle} * 16), TimeAt(zones_, size_t{bundle} * 16 + 8)};
}

Digest Segment::NodeOf(uint32_t width, uint32_t number) const {
  Digest node{};
  std::ranges::copy(nodes_.subspan(PlaceOfNode(width, number) * 32, 32), node.begin());
  return node;
}

size_t Segment::PlaceOfNode(uint32_t width, uint32_t number) const {
  size_t place = number;
  for (const uint32_t below : widths_) place += below < width ? entries_ / below : 0;
  return place;
}

void Segment::Prefetch(uint32_t number) const {
  if (number >= entries_) return;
  base::Prefetch(groups_.subspan(size_t{number} / kGroupEntries * 4, 4));
  for (const uint32_t width : widths_) {
    const size_t place = PlaceOfNode(width, number / width);
    base::Prefetch(nodes_.subspan((place - place % 4) * 32, size_t{4} * 32));
  }
}

// The records before it are passed over.
void Segment::PrefetchRecord(uint32_t number) const {
  constexpr size_t kRecordBytes = 96;  // about
  if (number >= entries_) return;
  const size_t group = number / kGroupEntries;
  const uint64_t offset = WireReader(groups_.subspan(group * 4, 4)).Integer(4);
  if (offset >= records_.size()) return;
  const size_t bytes = (number % kGroupEntries + 1) * kRecordBytes;
  base::Prefetch(records_.subspan(offset, std::min<size_t>(bytes, records_.size() - offset)));
}

Status Segment::Decode(uint32_t number, ByteView& in, Bytes& leaf) const {
  uint64_t form = 0;
  if (!TakeLeb128(in, form) || form >= forms_.size()) return Torn();
  const auto earliest = static_cast<uint64_t>(times_.earliest.time_since_epoch().count());
  return forms_[form].Fill(in, {first_ + number, earliest, tokens_}, leaf);
}

Result<ByteView> Segment::Seek(uint32_t number) const {
  if (number >= entries_) return Torn();
  const size_t group = number / kGroupEntries;
  const uint64_t offset = WireReader(groups_.subspan(group * 4, 4)).Integer(4);
  if (offset > records_.size()) return Torn();
  ByteView in = records_.subspan(offset);
  for (auto i = static_cast<uint32_t>(group * kGroupEntries); i < number; ++i) {
    uint64_t form = 0;
    if (!TakeLeb128(in, form) || form >= forms_.size() || !forms_[form].Skip(in)) return Torn();
  }
  return in;
}

Status Segment::ReadLeaf(uint32_t number, Bytes& leaf) const {
  ByteView in = TRY(Seek(number));
  return Decode(number, in, leaf);
}

}  // namespace garant::trail

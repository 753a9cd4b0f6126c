#include "trail/index/record_writer.h"

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>

#include "trail/entry/leaf_pieces.h"
#include "trail/entry/leb128.h"
#include "trail/entry/wire.h"
#include "trail/index/segment.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

constexpr size_t kFormsWithTexts = 1024;  // then texts of facts become holes
constexpr size_t kMostForms = 4096;       // then whatever has none is one hole
constexpr size_t kRecent = 4096;
constexpr uint32_t kNowhere = std::numeric_limits<uint32_t>::max();
constexpr size_t kTokenBytes = 32;
constexpr size_t kGrowth = size_t{1} << 20U;

// No record is longer: a hole's number takes ten bytes in the place of eight at most, and the
// length of a text three of two.
size_t MostOf(ByteView leaf) { return 2 * leaf.size() + 2 * kMostLeb128; }

// Leaves of one form mostly begin alike, up to what differs from one to the next.
size_t RecentPlace(ByteView leaf) {
  constexpr size_t kFields = pieces::kFields;
  size_t end = kFields;
  while (end + 3 <= leaf.size() && static_cast<Tag>(leaf[end]) <= Tag::kSource)
    end += 3 + size_t{pieces::Two(&leaf[end + 1])};
  end = std::min(end, leaf.size());
  const size_t hash = std::hash<std::string_view>()(base::AsText(leaf.first(end).subspan(17)));
  return (hash + leaf.size()) % kRecent;
}

}  // namespace

RecordWriter::RecordWriter(uint64_t first, uint64_t earliest, size_t entries, RunsBuilder& runs)
    : first_(first), earliest_(earliest), runs_(runs), recent_(kRecent, 0) {
  drafts_.resize(entries * 96 + kGrowth);
  token_at_.reserve(entries * 3);
  groups_.reserve(entries / kGroupEntries + 1);
}

// Puts the record, without tokens, and takes these; or leaves everything as it was.
bool RecordWriter::Match(uint32_t number, ByteView leaf) {
  const LeafForm& form = forms_[number].form;
  const uint8_t* in = leaf.data();
  const uint8_t* const end = in + leaf.size();
  uint8_t* const begin = drafts_.data() + used_;
  uint8_t* out = PutLeb128(begin, number);
  const size_t known = token_at_.size();
  tokens_.clear();
  const auto left = [&] { return static_cast<size_t>(end - in); };
  const auto place = [&] { return static_cast<uint32_t>(out - drafts_.data()); };
  bool matches = true;
  for (const LeafForm::Step& step : form.steps()) {
    size_t size = 8;
    switch (step.kind) {
      case StepKind::kLiteral:
        size = step.size;
        matches = left() >= size && SameBytes(in, form.literals() + step.offset, size);
        break;
      case StepKind::kIndex:
        matches = left() >= size && EightAt(in) == first_ + next_;
        break;
      case StepKind::kTime:
      case StepKind::kInteger:
        matches = left() >= size;
        if (!matches) break;
        out = PutLeb128(out, EightAt(in) - (step.kind == StepKind::kTime ? earliest_ : 0));
        break;
      case StepKind::kToken:
        size = kTokenBytes;
        matches = left() >= size;
        tokens_.push_back(in);
        token_at_.push_back(place());
        break;
      case StepKind::kCounted:
        matches = left() >= 2 && left() >= 2 + size_t{pieces::Two(in)};
        if (!matches) break;
        size = 2 + size_t{pieces::Two(in)};
        out = PutLeb128(out, size - 2);
        out = std::copy_n(in + 2, size - 2, out);
        break;
      case StepKind::kRest:
        size = left();
        out = PutLeb128(out, size);
        out = std::copy_n(in, size, out);
        break;
    }
    if (!matches) break;
    in += size;
  }
  if (!matches || in != end) {
    token_at_.resize(known);
    return false;
  }
  used_ = static_cast<size_t>(out - drafts_.data());
  return true;
}

std::optional<uint32_t> RecordWriter::NumberOf(LeafForm form, ByteView leaf, size_t most) {
  Bytes made;
  form.Put(made);
  const auto [at, added] =
      numbers_.try_emplace(std::string(base::AsText(made)), static_cast<uint32_t>(forms_.size()));
  if (!added) return at->second;
  if (forms_.size() >= most) {
    numbers_.erase(at);
    return {};
  }
  forms_.push_back({std::move(form), runs_.KeysOf(leaf)});
  return at->second;
}

uint32_t RecordWriter::Find(ByteView leaf) {
  if (const auto usual = NumberOf(LeafForm::Of(leaf, false), leaf, kFormsWithTexts)) return *usual;
  if (const auto texts = NumberOf(LeafForm::Of(leaf, true), leaf, kMostForms)) return *texts;
  return NumberOf(LeafForm::Rest(), leaf, kMostForms + 1).value_or(0);
}

void RecordWriter::Add(ByteView leaf) {
  if (next_ % kGroupEntries == 0) groups_.push_back({used_, token_at_.size()});
  if (drafts_.size() - used_ < MostOf(leaf)) drafts_.resize(drafts_.size() + kGrowth);
  uint32_t& recent = recent_[RecentPlace(leaf)];
  if (forms_.empty() || forms_[recent].IsRest() || !Match(recent, leaf)) {
    recent = Find(leaf);
    const bool matches = Match(recent, leaf);
    assert(matches);
    (void)matches;
  }
  if (forms_[recent].IsRest())
    token_at_.resize(token_at_.size() + runs_.Add(leaf), kNowhere);
  else
    runs_.Add(forms_[recent].keys, tokens_);
  ++next_;
}

void RecordWriter::PutForms(Bytes& out) const {
  for (const Known& known : forms_) known.form.Put(out);
}

// Bytes that the tokens take in the records.
size_t RecordWriter::TokensTake() const {
  std::array<uint8_t, kMostLeb128> number;
  size_t bytes = 0;
  for (size_t i = 0; i < token_at_.size(); ++i)
    if (token_at_[i] != kNowhere) {
      const uint32_t reference = runs_.references()[i];
      bytes += static_cast<size_t>(PutLeb128(number.data(), reference) - number.data());
      bytes += reference == 0 ? kTokenBytes : 0;
    }
  return bytes;
}

void RecordWriter::PutRecords(Bytes& out, Bytes& groups) const {
  const std::span<const uint32_t> references = runs_.references();
  const std::span<const Token> tokens = runs_.tokens();
  const size_t begin = out.size();
  out.resize(begin + used_ + TokensTake());
  uint8_t* at = out.data() + begin;
  size_t taken = 0;
  const auto take = [&](size_t to) {
    at = std::copy_n(drafts_.data() + taken, to - taken, at);
    taken = to;
  };
  for (size_t group = 0; group < groups_.size(); ++group) {
    const bool last = group + 1 == groups_.size();
    const size_t end = last ? token_at_.size() : groups_[group + 1].occurrence;
    PutInteger(groups, static_cast<uint64_t>(at - out.data()) - begin, 4);
    for (size_t i = groups_[group].occurrence; i < end; ++i) {
      if (token_at_[i] == kNowhere) continue;
      take(token_at_[i]);
      at = PutLeb128(at, references[i]);
      if (references[i] == 0) at = std::ranges::copy(tokens[i], at).out;
    }
    take(last ? used_ : groups_[group + 1].draft);
  }
  assert(at == out.data() + out.size());
}

}  // namespace garant::trail

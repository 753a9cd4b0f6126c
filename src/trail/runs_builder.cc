#include "trail/runs_builder.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "trail/leaf_pieces.h"
#include "trail/leb128.h"
#include "trail/merkle.h"
#include "trail/runs_form.h"
#include "trail/wire.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

constexpr size_t kCommitments = 4;  // the list behind those of the four keys of tokens

std::optional<RunKey> KeyOf(Tag tag) {
  switch (tag) {
    case Tag::kActor:
      return RunKey::kActor;
    case Tag::kSubject:
      return RunKey::kSubject;
    case Tag::kSession:
      return RunKey::kSession;
    case Tag::kTrace:
      return RunKey::kTrace;
    case Tag::kKind:
      return RunKey::kKind;
    case Tag::kPart:
      return RunKey::kPart;
    case Tag::kCategories:
      return RunKey::kCategory;
    case Tag::kOutcome:
      return RunKey::kOutcome;
    default:
      return {};
  }
}

size_t Place(RunKey key) { return static_cast<size_t>(key) - 1; }

void AddEntry(std::vector<EntryRange>& ranges, uint32_t entry) {
  if (!ranges.empty() && ranges.back().first + ranges.back().count == entry)
    ++ranges.back().count;
  else
    ranges.push_back({entry, 1});
}

// Writes items into blocks, in the order of their hashes.
class RunWriter {
 public:
  explicit RunWriter(Bytes& out) : out_(out), begin_(out.size()) {}

  void Put(uint64_t hash, std::span<const EntryRange> ranges) {
    if (!open_) fences_.push_back({hash, out_.size() - begin_});
    open_ = true;
    PutInteger(out_, hash, 8);
    PutLeb128(out_, ranges.size());
    uint64_t at = 0;
    for (const EntryRange& range : ranges) {
      const bool longer = range.count > 1;
      PutLeb128(out_, (range.first - at) << 1U | (longer ? 1U : 0U));
      if (longer) PutLeb128(out_, range.count - 2);
      at = range.first + range.count;
    }
    ++items_;
    open_ = out_.size() - begin_ - fences_.back().offset < kBlockBytes;
  }

  // The table's line, and the root; puts the fences.
  base::Digest Finish(std::span<uint8_t> line) {
    const size_t length = out_.size() - begin_;
    Bytes numbers;
    for (const uint64_t number :
         {uint64_t{begin_}, uint64_t{length}, uint64_t{fences_.size()}, items_})
      PutInteger(numbers, number, 8);
    std::ranges::copy(numbers, line.begin());
    std::vector<base::Digest> hashes;
    for (size_t i = 0; i < fences_.size(); ++i) hashes.push_back(Block(i, length).LeafHash());
    for (const Fence& fence : fences_) {
      PutInteger(out_, fence.hash, 8);
      PutInteger(out_, fence.offset, 4);
    }
    for (const base::Digest& hash : hashes) PutBytes(out_, hash);
    for (const base::Digest& node : RunNodes(hashes)) PutBytes(out_, node);
    return TreeRoot(hashes);
  }

 private:
  struct Fence {
    uint64_t hash;
    uint64_t offset;
  };
  [[nodiscard]] RunBlock Block(size_t number, size_t length) const {
    const bool last = number + 1 == fences_.size();
    const size_t from = fences_[number].offset;
    const size_t to = last ? length : fences_[number + 1].offset;
    return {number, fences_.size(), number == 0 ? 0 : fences_[number].hash,
            last ? std::numeric_limits<uint64_t>::max() : fences_[number + 1].hash,
            ByteView(out_).subspan(begin_ + from, to - from)};
  }

  Bytes& out_;
  size_t begin_;
  std::vector<Fence> fences_;
  uint64_t items_ = 0;
  bool open_ = false;
};

// Hashes are spread evenly, save for those that repeat: a bucket of their first bits holds few.
template <typename Posting>
void SortByHash(std::vector<Posting>& postings) {
  if (postings.size() < 2) return;
  const int bits = std::min(16, static_cast<int>(std::bit_width(postings.size())));
  const auto bucket = [bits](const Posting& posting) { return posting.hash >> (64 - bits); };
  std::vector<uint32_t> ends((size_t{1} << bits) + 1, 0);
  for (const Posting& posting : postings) ++ends[bucket(posting) + 1];
  for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
  std::vector<Posting> sorted(postings.size());
  for (const Posting& posting : postings) sorted[ends[bucket(posting)]++] = posting;
  const auto less = [](const Posting& a, const Posting& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.occurrence < b.occurrence;
  };
  for (size_t begin = 0, i = 0; i + 1 < ends.size(); begin = ends[i++]) {
    const auto from = sorted.begin() + static_cast<ptrdiff_t>(begin);
    const auto to = sorted.begin() + ends[i];
    if (!std::is_sorted(from, to, less)) std::sort(from, to, less);
  }
  postings = std::move(sorted);
}

}  // namespace

RunsBuilder::RunsBuilder(std::string_view origin, uint64_t first, uint32_t entries)
    : hash_(origin, first, entries), first_(first), entries_(entries) {
  occurrences_.reserve(size_t{entries} * 3);
}

void RunsBuilder::AddToken(size_t list, const uint8_t* token) {
  const auto occurrence = static_cast<uint32_t>(occurrences_.size());
  const auto key = static_cast<RunKey>(list + 1);
  postings_[list].push_back({hash_.Of(key, ByteView(token, 32)), next_, occurrence});
  occurrences_.push_back(token);
}

void RunsBuilder::AddText(RunKey key, std::string_view text) {
  Texts& texts = texts_[Place(key)];
  if (texts.last_ranges == nullptr || texts.last != text) {
    auto found = texts.ranges.find(text);
    if (found == texts.ranges.end()) found = texts.ranges.try_emplace(std::string(text)).first;
    texts.last = found->first;
    texts.last_ranges = &found->second;
  }
  AddEntry(*texts.last_ranges, next_);
}

void RunsBuilder::Add(ByteView leaf) {
  WalkLeaf(leaf, [this, leaf](const LeafPiece& piece) {
    const auto key = KeyOf(piece.tag);
    switch (piece.kind) {
      case LeafPiece::Kind::kToken:
        AddToken(Place(*key), &leaf[piece.offset]);
        break;
      case LeafPiece::Kind::kCommitment:
        AddToken(kCommitments, &leaf[piece.offset]);
        break;
      case LeafPiece::Kind::kText:
      case LeafPiece::Kind::kCategory:
        if (key) AddText(*key, base::AsText(leaf.subspan(piece.offset, piece.size)));
        break;
      default:
        break;
    }
  });
  ++next_;
}

// Equal tokens stand together, save where two others share a hash: those are left apart.
void RunsBuilder::Repeat(const Postings& sorted) {
  for (size_t begin = 0; begin < sorted.size();) {
    const uint8_t* const token = occurrences_[sorted[begin].occurrence];
    size_t end = begin + 1;
    while (end < sorted.size() && sorted[end].hash == sorted[begin].hash &&
           std::equal(token, token + 32, occurrences_[sorted[end].occurrence]))
      ++end;
    if (end - begin > 1) {
      Token& repeated = repeated_.emplace_back();
      std::copy_n(token, repeated.size(), repeated.begin());
      for (size_t i = begin; i < end; ++i)
        references_[sorted[i].occurrence] = static_cast<uint32_t>(repeated_.size());
    }
    begin = end;
  }
}

void RunsBuilder::SortTokens() {
  references_.assign(occurrences_.size(), 0);
  for (Postings& postings : postings_) {
    SortByHash(postings);
    Repeat(postings);
  }
}

void RunsBuilder::PutRun(RunKey key, Bytes& out) {
  RunWriter run(out);
  std::vector<EntryRange> ranges;
  if (Place(key) < kCommitments) {
    const Postings& sorted = postings_[Place(key)];
    for (size_t i = 0; i < sorted.size();) {
      const uint64_t hash = sorted[i].hash;
      ranges.clear();
      for (; i < sorted.size() && sorted[i].hash == hash; ++i)
        if (ranges.empty() || ranges.back().first + ranges.back().count <= sorted[i].entry)
          AddEntry(ranges, sorted[i].entry);
      run.Put(hash, ranges);
    }
  } else {
    std::map<uint64_t, std::vector<EntryRange>> by_hash;
    for (auto& [text, of_text] : texts_[Place(key)].ranges) {
      auto& list = by_hash[hash_.Of(key, base::AsBytes(text))];
      if (list.empty()) {
        list = std::move(of_text);
        continue;
      }
      std::vector<bool> in(entries_);
      for (const auto* both : {&list, &of_text})
        for (const EntryRange& range : *both)
          for (uint32_t i = 0; i < range.count; ++i) in[range.first + i] = true;
      list.clear();
      for (uint32_t i = 0; i < entries_; ++i)
        if (in[i]) AddEntry(list, i);
    }
    for (const auto& [hash, list] : by_hash) run.Put(hash, list);
  }
  std::array<uint8_t, 32> line{};
  roots_[Place(key)] = run.Finish(line);
  std::ranges::copy(line,
                    out.begin() + static_cast<ptrdiff_t>(kRunsMagic.size() + 12 + Place(key) * 32));
}

Bytes RunsBuilder::Finish() {
  SortTokens();
  Bytes out;
  out.reserve(size_t{entries_} * 40 + kRunsHeaderBytes);
  PutText(out, kRunsMagic);
  PutInteger(out, first_, 8);
  PutInteger(out, entries_, 4);
  out.resize(kRunsHeaderBytes);
  for (size_t i = 0; i < kRunKeys; ++i) PutRun(static_cast<RunKey>(i + 1), out);
  PutBytes(out, base::Sha256(out));
  return out;
}

}  // namespace garant::trail

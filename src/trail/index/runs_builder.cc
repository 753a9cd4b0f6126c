#include "trail/index/runs_builder.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

#include "trail/entry/leaf_pieces.h"
#include "trail/entry/leb128.h"
#include "trail/entry/wire.h"
#include "trail/index/run_keys.h"
#include "trail/index/runs_form.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;

constexpr size_t kCommitments = 4;  // the list behind those of the four keys of tokens

size_t Place(RunKey key) { return static_cast<size_t>(key) - 1; }

void AddEntry(std::vector<EntryRange>& ranges, uint32_t entry) {
  if (!ranges.empty() && ranges.back().first + ranges.back().count == entry)
    ++ranges.back().count;
  else
    ranges.push_back({entry, 1});
}

// Calls `on_token` with the list and the place of each token of a leaf, and `on_text` with each
// text that a run has.
template <typename OnToken, typename OnText>
void WalkKeys(ByteView leaf, const OnToken& on_token, const OnText& on_text) {
  WalkLeaf(leaf, [&](const LeafPiece& piece) {
    const auto key = KeyOf(piece.tag);
    switch (piece.kind) {
      case LeafPiece::Kind::kToken:
        on_token(Place(*key), &leaf[piece.offset]);
        break;
      case LeafPiece::Kind::kCommitment:
        on_token(kCommitments, &leaf[piece.offset]);
        break;
      case LeafPiece::Kind::kText:
      case LeafPiece::Kind::kCategory:
        if (key) on_text(*key, base::AsText(leaf.subspan(piece.offset, piece.size)));
        break;
      default:
        break;
    }
  });
}

// Hashes are spread evenly, save for those that repeat: a bucket of their first bits holds few.
template <typename Posting>
void SortByHash(base::LargeVector<Posting>& postings) {
  if (postings.size() < 2) return;
  const int bits = std::min(16, static_cast<int>(std::bit_width(postings.size())));
  const auto bucket = [bits](const Posting& posting) { return posting.hash >> (64 - bits); };
  std::vector<uint32_t> ends((size_t{1} << bits) + 1, 0);
  for (const Posting& posting : postings) ++ends[bucket(posting) + 1];
  for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
  base::LargeVector<Posting> sorted;
  sorted.reserve(postings.capacity());
  sorted.resize(postings.size());
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

// Writes items into blocks, in the order of their hashes.
class RunWriter {
 public:
  RunWriter(Bytes& out, const RunsForm& form) : out_(out), form_(form), begin_(out.size()) {}

  void Put(uint64_t hash, std::span<const EntryRange> ranges) {
    if (!open_) fences_.push_back({hash, out_.size() - begin_});
    open_ = true;
    const size_t size = out_.size();
    out_.resize(size + 8 + kMostLeb128 * (1 + 2 * ranges.size()));
    uint8_t* put = std::ranges::copy(BigEndian(hash), out_.data() + size).out;
    put = PutLeb128(put, ranges.size());
    uint64_t at = 0;
    for (const EntryRange& range : ranges) {
      const bool longer = range.count > 1;
      put = PutLeb128(put, (range.first - at) << 1U | (longer ? 1U : 0U));
      if (longer) put = PutLeb128(put, range.count - 2);
      at = range.first + range.count;
    }
    out_.resize(static_cast<size_t>(put - out_.data()));
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
    for (const base::Digest& node : RunNodes(hashes, form_.node_hashes)) PutBytes(out_, node);
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
  const RunsForm& form_;
  size_t begin_;
  std::vector<Fence> fences_;
  uint64_t items_ = 0;
  bool open_ = false;
};

RunsBuilder::RunsBuilder(std::string_view origin, uint64_t first, uint32_t entries,
                         const RunsForm& form)
    : form_(form), hash_(origin, first, entries), first_(first), entries_(entries) {
  tokens_.reserve(size_t{entries} * 3);
  for (Postings& postings : postings_) postings.reserve(entries);
}

uint64_t RunsBuilder::HashOf(size_t list, const uint8_t* token) {
  Known& known = known_[EightAt(token) % kKnown];
  if (known.list != list || !SameBytes(known.token.data(), token, known.token.size())) {
    known.list = list;
    std::copy_n(token, known.token.size(), known.token.begin());
    known.hash = hash_.Of(static_cast<RunKey>(list + 1), known.token);
  }
  return known.hash;
}

void RunsBuilder::AddToken(size_t list, const uint8_t* token) {
  const auto occurrence = static_cast<uint32_t>(tokens_.size());
  postings_[list].push_back({HashOf(list, token), EightAt(token), next_, occurrence});
  std::copy_n(token, 32, tokens_.emplace_back().begin());
}

RunsBuilder::Ranges& RunsBuilder::ListOf(RunKey key, std::string_view text) {
  Texts& texts = texts_[Place(key)];
  const auto found = texts.find(text);
  return found != texts.end() ? found->second : texts[std::string(text)];
}

RunsBuilder::LeafKeys RunsBuilder::KeysOf(ByteView leaf) {
  LeafKeys keys;
  WalkKeys(
      leaf, [&](size_t list, const uint8_t*) { keys.lists.push_back(static_cast<uint8_t>(list)); },
      [&](RunKey key, std::string_view text) { keys.texts.push_back(&ListOf(key, text)); });
  return keys;
}

void RunsBuilder::Add(const LeafKeys& keys, std::span<const uint8_t* const> tokens) {
  assert(tokens.size() == keys.lists.size());
  for (Ranges* const ranges : keys.texts) AddEntry(*ranges, next_);
  for (size_t i = 0; i < tokens.size(); ++i) AddToken(keys.lists[i], tokens[i]);
  ++next_;
}

size_t RunsBuilder::Add(ByteView leaf) {
  const size_t before = tokens_.size();
  WalkKeys(
      leaf, [this](size_t list, const uint8_t* token) { AddToken(list, token); },
      [this](RunKey key, std::string_view text) { AddEntry(ListOf(key, text), next_); });
  ++next_;
  return tokens_.size() - before;
}

// Equal tokens stand together, save where two others share a hash: those are left apart.
void RunsBuilder::Repeat(const Postings& sorted) {
  for (size_t begin = 0; begin < sorted.size();) {
    const Token& token = tokens_[sorted[begin].occurrence];
    size_t end = begin + 1;
    while (end < sorted.size() && sorted[end].hash == sorted[begin].hash &&
           sorted[end].begins == sorted[begin].begins)
      ++end;
    if (end - begin > 1) {
      const auto [number, added] =
          numbers_.try_emplace(token, static_cast<uint32_t>(repeated_.size() + 1));
      if (added) repeated_.push_back(token);
      for (size_t i = begin; i < end; ++i) {
        const uint32_t occurrence = sorted[i].occurrence;
        if (tokens_[occurrence] == token) references_[occurrence] = number->second;
      }
    }
    begin = end;
  }
}

void RunsBuilder::SortTokens() {
  references_.assign(tokens_.size(), 0);
  for (Postings& postings : postings_) {
    SortByHash(postings);
    Repeat(postings);
  }
}

void RunsBuilder::PutTokens(RunKey key, RunWriter& run) const {
  Ranges ranges;
  const Postings& sorted = postings_[Place(key)];
  for (size_t i = 0; i < sorted.size();) {
    const uint64_t hash = sorted[i].hash;
    ranges.clear();
    for (; i < sorted.size() && sorted[i].hash == hash; ++i)
      if (ranges.empty() || ranges.back().first + ranges.back().count <= sorted[i].entry)
        AddEntry(ranges, sorted[i].entry);
    run.Put(hash, ranges);
  }
}

void RunsBuilder::PutTexts(RunKey key, RunWriter& run) {
  std::map<uint64_t, Ranges> by_hash;
  for (auto& [text, of_text] : texts_[Place(key)]) {
    Ranges& list = by_hash[hash_.Of(key, base::AsBytes(text))];
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

void RunsBuilder::PutRun(RunKey key, Bytes& out) {
  RunWriter run(out, form_);
  if (Place(key) < kCommitments)
    PutTokens(key, run);
  else
    PutTexts(key, run);
  std::array<uint8_t, 32> line{};
  roots_[Place(key)] = run.Finish(line);
  std::ranges::copy(
      line, out.begin() + static_cast<ptrdiff_t>(form_.magic.size() + 12 + Place(key) * 32));
}

Bytes RunsBuilder::Finish(Bytes memory) {
  SortTokens();
  Bytes out = std::move(memory);
  out.clear();
  out.reserve(size_t{entries_} * 40 + kRunsHeaderBytes);
  PutText(out, form_.magic);
  PutInteger(out, first_, 8);
  PutInteger(out, entries_, 4);
  out.resize(kRunsHeaderBytes);
  for (size_t i = 0; i < kRunKeys; ++i) PutRun(static_cast<RunKey>(i + 1), out);
  PutBytes(out, base::Sha256(out));
  return out;
}

}  // namespace garant::trail

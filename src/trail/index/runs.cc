#include "trail/index/runs.h"

#include <algorithm>
#include <limits>

#include "base/prefetch.h"
#include "trail/crypto/sha256.h"
#include "trail/crypto/siphash.h"
#include "trail/entry/leb128.h"
#include "trail/entry/wire.h"
#include "trail/index/runs_form.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Digest;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

constexpr std::array<std::string_view, kRunKeys> kNames = {
    "actor", "subject", "session", "trace", "kind", "part", "category", "outcome"};

Error Malformed(const base::Text& message) {
  return Error{Code::kInvalid, Filled("runs: {}", "index : {}", {message}), {}};
}
Error Torn() { return Malformed({"cut short, or changed", "tronqué, ou modifié"}); }

// Takes one item's ranges from the front of `in`, up to the entries that there are; at least one.
template <typename Take>
bool TakeRanges(ByteView& in, uint32_t entries, const Take& take) {
  uint64_t count = 0;
  if (!TakeLeb128(in, count) || count == 0 || count > in.size()) return false;
  uint64_t at = 0;
  for (; count > 0; --count) {
    uint64_t gap = 0;
    uint64_t more = 0;
    if (!TakeLeb128(in, gap)) return false;
    if ((gap & 1U) == 1 && (!TakeLeb128(in, more) || more > entries)) return false;
    const uint64_t first = at + (gap >> 1U);
    const uint64_t length = (gap & 1U) == 1 ? more + 2 : 1;
    if (gap >> 1U > entries || first + length > entries) return false;
    take(EntryRange{static_cast<uint32_t>(first), static_cast<uint32_t>(length)});
    at = first + length;
  }
  return true;
}

// Passes over one item's ranges, which are not looked at but for where they end. Where no range of
// the next eight bytes is longer than one entry, as many end there as bytes without the top bit.
bool SkipRanges(ByteView& in) {
  uint64_t left = 0;
  if (!TakeLeb128(in, left) || left == 0 || left > in.size()) return false;
  while (left > 0) {
    if (in.size() >= EightOfLeb128::kBytes) {
      const EightOfLeb128 eight(in.data());
      const uint64_t some = std::min(left, eight.count());
      if (some > 0 && !eight.AnyOdd()) {
        in = in.subspan(eight.Take(some));
        left -= some;
        continue;
      }
    }
    uint64_t gap = 0;
    uint64_t more = 0;
    if (!TakeLeb128(in, gap) || ((gap & 1U) == 1 && !TakeLeb128(in, more))) return false;
    --left;
  }
  return true;
}

// How many nodes a file has above so many hashes.
uint64_t NodesAbove(uint64_t hashes, uint64_t of_each) {
  uint64_t nodes = 0;
  while (hashes > of_each) nodes += hashes = (hashes + of_each - 1) / of_each;
  return nodes;
}

Error NotVouchedFor(RunKey key) {
  return Error{
      Code::kUntrusted,
      Filled(
          "the index by {} is not the one that the tree vouches for: something was left out, put "
          "in or changed",
          "l’index « {} » n’est pas celui dont l’arbre répond : quelque chose a été omis, ajouté "
          "ou modifié",
          {RunKeyName(key)}),
      {}};
}

}  // namespace

std::string_view RunKeyName(RunKey key) { return kNames[static_cast<size_t>(key) - 1]; }

RunHash::RunHash(std::string_view origin, uint64_t first, uint32_t entries) {
  const auto index = BigEndian(first);
  const auto count = BigEndian(entries);
  const uint8_t line_feed = 0x0a;
  const Digest digest = Sha256Hasher()
                            .Add(base::AsBytes(kRunsHashLabel))
                            .Add(base::AsBytes(origin))
                            .Add({&line_feed, 1})
                            .Add(index)
                            .Add(ByteView(count).last<4>())
                            .Finish();
  std::copy_n(digest.begin(), key_.size(), key_.begin());
}

uint64_t RunHash::Of(RunKey key, ByteView value) const {
  std::array<uint8_t, 256> small;
  base::Bytes large;
  std::span<uint8_t> message(small);
  if (value.size() + 1 > small.size()) {
    large.resize(value.size() + 1);
    message = large;
  }
  message[0] = static_cast<uint8_t>(key);
  std::ranges::copy(value, message.begin() + 1);
  return __builtin_bswap64(SipHash(key_).Of(message.first(value.size() + 1)));
}

Digest RunBlock::LeafHash() const {
  const uint8_t prefix = 0x00;
  return Sha256Hasher()
      .Add({&prefix, 1})
      .Add(BigEndian(low))
      .Add(BigEndian(high))
      .Add(bytes)
      .Finish();
}

bool RunBlock::Covers(uint64_t hash) const {
  return hash >= low && (hash < high || number + 1 == blocks);
}

Result<std::vector<EntryRange>> RunBlock::Find(uint64_t hash, uint32_t entries) const {
  ByteView in = bytes;
  std::vector<EntryRange> found;
  uint64_t before = 0;
  for (bool any = false; !in.empty(); any = true) {
    if (in.size() < 8) return Torn();
    const uint64_t item = EightAt(in.data());
    if (!Covers(item) || (any && item <= before)) return Torn();
    before = item;
    in = in.subspan(8);
    const auto take = [&](const EntryRange& range) { found.push_back(range); };
    if (!(item == hash ? TakeRanges(in, entries, take) : SkipRanges(in))) return Torn();
  }
  return found;
}

std::vector<Digest> RunNodes(std::span<const Digest> blocks, size_t of_each) {
  std::vector<Digest> nodes;
  std::vector<Digest> level;
  while (blocks.size() > of_each) {
    level = NodesOver(blocks, of_each);
    nodes.insert(nodes.end(), level.begin(), level.end());
    blocks = level;
  }
  return nodes;
}

Result<Runs> Runs::From(ByteView bytes, std::string_view origin) {
  const std::string_view text = base::AsText(bytes);
  const RunsForm* const form = RunsFormOf(text);
  if (form == nullptr) {
    if (text.starts_with(kRunsName))
      return Error{Code::kUnsupported,
                   {"runs: written by another version of garant",
                    "index : écrit par une autre version de garant"},
                   {}};
    return Malformed({"these are no runs", "ce n’est pas un index"});
  }
  if (bytes.size() < kRunsHeaderBytes + 32) return Torn();
  WireReader in(bytes.subspan(kRunsForm.magic.size()));
  const uint64_t first = in.Integer(8);
  const auto entries = static_cast<uint32_t>(in.Integer(4));
  Runs runs(bytes, RunHash(origin, first, entries));
  runs.node_hashes_ = form->node_hashes;
  runs.first_ = first;
  runs.entries_ = entries;
  TRY(runs.TakeRuns());
  return runs;
}

Status Runs::TakeRuns() {
  WireReader in(bytes_.subspan(kRunsForm.magic.size() + 12));
  uint64_t end = kRunsHeaderBytes;
  for (Run& run : runs_) {
    const uint64_t offset = in.Integer(8);
    const uint64_t length = in.Integer(8);
    const uint64_t blocks = in.Integer(8);
    run.items = in.Integer(8);
    if (!in.ok() || offset != end || bytes_.size() < end + 32) return Torn();
    const uint64_t room = bytes_.size() - 32 - end;
    if (length > room || blocks > (room - length) / (kFenceBytes + 32) ||
        (blocks == 0) != (length == 0) ||
        blocks * (kFenceBytes + 32) + NodesAbove(blocks, node_hashes_) * 32 > room - length)
      return Torn();
    run.blocks = bytes_.subspan(end, length);
    run.fences = bytes_.subspan(end + length, blocks * kFenceBytes);
    end += length + run.fences.size();
    static_assert(sizeof(Digest) == 32 && alignof(Digest) == 1);
    run.hashes = {reinterpret_cast<const Digest*>(&bytes_[end]), blocks};
    end += blocks * 32;
    run.nodes = {reinterpret_cast<const Digest*>(bytes_.data() + end),
                 NodesAbove(blocks, node_hashes_)};
    end += run.nodes.size() * 32;
  }
  if (bytes_.size() != end + 32) return Torn();
  return Ok{};
}

Status Runs::CheckDigest() const {
  const Digest digest = base::Sha256(bytes_.first(bytes_.size() - 32));
  if (!std::ranges::equal(digest, bytes_.last(32)))
    return Malformed({"its digest does not hold", "son empreinte ne tient pas"});
  return Ok{};
}

const Runs::Run& Runs::RunOf(RunKey key) const { return runs_[static_cast<size_t>(key) - 1]; }

uint64_t Runs::HashOf(RunKey key, ByteView value) const { return hash_.Of(key, value); }

uint64_t Runs::BlocksOf(RunKey key) const { return RunOf(key).fences.size() / kFenceBytes; }

Result<RunBlock> Runs::BlockAt(RunKey key, uint64_t number) const {
  const Run& run = RunOf(key);
  RunBlock block;
  block.number = number;
  block.blocks = run.fences.size() / kFenceBytes;
  const bool last = number + 1 == block.blocks;
  const auto fence = [&run](uint64_t at) { return EightAt(&run.fences[at * kFenceBytes]); };
  const auto offset = [&run](uint64_t at) {
    return WireReader(run.fences.subspan(at * kFenceBytes + 8, 4)).Integer(4);
  };
  block.low = number == 0 ? 0 : fence(number);
  block.high = last ? std::numeric_limits<uint64_t>::max() : fence(number + 1);
  const uint64_t begin = offset(number);
  const uint64_t end = last ? run.blocks.size() : offset(number + 1);
  if (begin >= end || end > run.blocks.size() || (number == 0 && begin != 0)) return Torn();
  block.bytes = run.blocks.subspan(begin, end - begin);
  return block;
}

uint64_t Runs::NumberWith(const Run& run, uint64_t hash) {
  uint64_t low = 0;
  uint64_t high = run.fences.size() / kFenceBytes;
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (EightAt(&run.fences[middle * kFenceBytes]) <= hash ? low : high) = middle;
  }
  return low;
}

Result<RunBlock> Runs::BlockWith(RunKey key, uint64_t hash) const {
  const Run& run = RunOf(key);
  if (run.fences.empty()) return Torn();
  return BlockAt(key, NumberWith(run, hash));
}

// Hashes are spread evenly: where among all of them one lies tells about where its fence does.
void Runs::PrefetchFences(RunKey key, uint64_t hash) const {
  constexpr size_t kAround = 128;  // bytes to each side
  const ByteView fences = RunOf(key).fences;
  const uint64_t blocks = fences.size() / kFenceBytes;
  const uint64_t place = (hash >> 32U) * blocks >> 32U;
  const uint64_t at = place * kFenceBytes;
  const uint64_t from = at - std::min<uint64_t>(at, kAround);
  base::Prefetch(fences.subspan(from, std::min<uint64_t>(2 * kAround, fences.size() - from)));
}

void Runs::PrefetchBlock(RunKey key, uint64_t hash) const {
  const Run& run = RunOf(key);
  if (run.fences.empty()) return;
  const auto block = BlockWith(key, hash);
  if (!block) return;
  base::Prefetch(block->bytes);
  std::span<const Digest> level = run.hashes;
  std::span<const Digest> nodes = run.nodes;
  for (uint64_t number = block->number;; number /= node_hashes_) {
    const uint64_t first = number - number % node_hashes_;
    const auto of_one = level.subspan(first, std::min(node_hashes_, level.size() - first));
    base::Prefetch({of_one.front().data(), of_one.size_bytes()});
    if (level.size() <= node_hashes_) return;
    const uint64_t above = (level.size() + node_hashes_ - 1) / node_hashes_;
    level = nodes.first(above);
    nodes = nodes.subspan(above);
  }
}

Result<std::vector<EntryRange>> Runs::Find(RunKey key, ByteView value) const {
  if (BlocksOf(key) == 0) return std::vector<EntryRange>();
  const uint64_t hash = HashOf(key, value);
  const RunBlock block = TRY(BlockWith(key, hash));
  return block.Find(hash, entries_);
}

// From the block's bytes to its hash, and from node to node up to the root: each is computed of
// what the file has below it.
bool Runs::LeadsTo(const Digest& root, const Run& run, const RunBlock& block) const {
  std::span<const Digest> level = run.hashes;
  std::span<const Digest> nodes = run.nodes;
  Digest hash = block.LeafHash();
  uint64_t number = block.number;
  for (;;) {
    if (level[number] != hash) return false;
    if (level.size() <= node_hashes_) return TreeRoot(level) == root;
    const uint64_t first = number - number % node_hashes_;
    hash = TreeRoot(level.subspan(first, std::min(node_hashes_, level.size() - first)));
    number /= node_hashes_;
    const uint64_t above = (level.size() + node_hashes_ - 1) / node_hashes_;
    level = nodes.first(above);
    nodes = nodes.subspan(above);
  }
}

Result<std::vector<EntryRange>> Runs::Find(RunKey key, ByteView value, const Digest& root) const {
  if (BlocksOf(key) == 0) {
    if (root != TreeRoot(std::span<const Digest>())) return NotVouchedFor(key);
    return std::vector<EntryRange>();
  }
  const uint64_t hash = HashOf(key, value);
  const auto block = BlockWith(key, hash);
  if (!block || !LeadsTo(root, RunOf(key), *block) || !block->Covers(hash))
    return NotVouchedFor(key);
  return block->Find(hash, entries_);
}

std::span<const Digest> Runs::BlockHashes(RunKey key) const { return RunOf(key).hashes; }

Digest Runs::RootOf(RunKey key) const { return TreeRoot(RunOf(key).hashes); }

}  // namespace garant::trail

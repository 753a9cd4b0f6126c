#include <algorithm>
#include <set>

#include "trail/index/entry_ranges.h"
#include "trail/search/search_proof.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

class Prover {
 public:
  Prover(const TrailReader& reader, const Search& search, SealedEntries sealed)
      : reader_(reader), search_(search), sealed_(sealed) {}

  Result<SearchProof> Run(const std::string& note) {
    if (const auto problem = CriteriaProblem(search_.all_of))
      return Error{Code::kInvalid, *problem, {}};
    out_.all_of = search_.all_of;
    out_.since = search_.since;
    out_.until = search_.until;
    out_.source = search_.source;
    out_.note = note;
    out_.from = out_.end = reader_.kept_from();
    if (const auto& deletion = reader_.loaded().deletion; deletion && out_.from != 0)
      TRY(AddLeaf(deletion->entry, SealedEntries::kGiveAlong));
    const auto& segments = reader_.loaded().segments;
    for (size_t place = 0; place < segments.size(); ++place) {
      const auto* const entry = TRY(reader_.vouched().EntryOn(reader_, place));
      if (entry == nullptr) break;
      TRY(AddLeaf(*entry, SealedEntries::kGiveAlong));
      TRY(AddSegment(place, *entry));
      out_.end = segments[place].segment.first() + segments[place].segment.entries();
    }
    TRY(AddTail());
    if (out_.from == out_.end)
      return Error{
          Code::kInvalid,
          Filled("nothing can be shown: no segment is indexed yet, and entry {} has sealed "
                 "parts; --sealed gives them along, as ciphertext",
                 "rien ne peut être montré : aucun segment n’est encore indexé, et "
                 "l’entrée {} a des parties scellées; --sealed les joint, chiffrées",
                 {out_.end}),
          {}};
    std::vector<uint64_t> indices;
    for (const auto& [index, leaf] : out_.leaves) indices.push_back(index);
    out_.nodes = TRY(SubsetProof(reader_.hashes(), reader_.size(), indices));
    return std::move(out_);
  }

 private:
  Status AddLeaf(uint64_t index, SealedEntries sealed) {
    if (out_.leaves.contains(index)) return Ok{};
    if (out_.leaves.size() == kMostProvenEntries)
      return Error{Code::kInvalid,
                   Filled("more than {} entries would have to stand in the proof; search for less, "
                          "or a shorter time (--since, --until)",
                          "plus de {} entrées devraient figurer dans la preuve; cherchez moins, ou "
                          "sur moins de temps (--since, --until)",
                          {uint64_t{kMostProvenEntries}}),
                   {}};
    ProvenLeaf leaf;
    Bytes bytes = TRY(reader_.ReadLeaf(index));
    leaf.hash = LeafHash(bytes);
    const Entry entry = TRY(DecodeEntry(bytes));
    if (sealed == SealedEntries::kGiveAlong || entry.parts.empty()) leaf.bytes = std::move(bytes);
    out_.leaves.emplace(index, std::move(leaf));
    return Ok{};
  }

  Status AddSegment(size_t place, uint64_t entry) {
    const StoredSegment& stored = reader_.loaded().segments[place];
    const IndexedSegment& says = *TRY(reader_.vouched().Of(reader_, place));
    ProvenSegment segment{.entry = entry, .runs = {}};
    const bool out_of_time = (search_.since && says.times.latest < *search_.since) ||
                             (search_.until && says.times.earliest >= *search_.until);
    EntryRanges ranges{{0, out_of_time ? 0 : says.entries}};
    if (out_of_time) ranges.clear();
    std::map<RunKey, std::set<uint64_t>> blocks;
    for (const Criterion& criterion : search_.all_of) {
      if (ranges.empty()) break;
      std::vector<EntryRanges> lists;
      for (size_t i = 0; i < criterion.any_of.size(); ++i) {
        if (!criterion.when.empty() && !Overlap(criterion.when[i], says.times)) continue;
        const Bytes& value = criterion.any_of[i];
        const Digest& root = says.roots[static_cast<size_t>(criterion.key) - 1];
        lists.push_back(TRY(stored.runs.Find(criterion.key, value, root)));
        if (stored.runs.BlocksOf(criterion.key) == 0) continue;
        const uint64_t hash = stored.runs.HashOf(criterion.key, value);
        blocks[criterion.key].insert(TRY(stored.runs.BlockWith(criterion.key, hash)).number);
      }
      ranges = Intersection(ranges, Union(std::move(lists)));
    }
    for (const auto& [key, numbers] : blocks)
      segment.runs.push_back(TRY(RunOf(stored.runs, key, numbers)));
    out_.segments.push_back(std::move(segment));
    for (const EntryRange& range : ranges)
      for (uint32_t i = 0; i < range.count; ++i)
        TRY(AddLeaf(says.first + range.first + i, sealed_));
    return Ok{};
  }

  static Result<ProvenRun> RunOf(const Runs& runs, RunKey key, const std::set<uint64_t>& numbers) {
    ProvenRun run{.key = key, .blocks = runs.BlocksOf(key), .shown = {}, .nodes = {}};
    for (const uint64_t number : numbers) {
      const RunBlock block = TRY(runs.BlockAt(key, number));
      run.shown.push_back(
          {number, block.low, block.high, Bytes(block.bytes.begin(), block.bytes.end())});
    }
    const std::vector<uint64_t> shown(numbers.begin(), numbers.end());
    const LeafTiles hashes(runs.BlockHashes(key));
    run.nodes = TRY(SubsetProof(hashes, run.blocks, shown));
    return run;
  }

  // What no index speaks of yet, entry by entry: all of it or, where one has to be kept back, up to
  // that one.
  Status AddTail() {
    if (reader_.size() - out_.end > kMostTailEntries) return Ok{};
    for (; out_.end < reader_.size(); ++out_.end) {
      const Entry entry = TRY(reader_.Read(out_.end));
      if (sealed_ == SealedEntries::kKeepBack && !entry.parts.empty()) return Ok{};
      TRY(AddLeaf(out_.end, SealedEntries::kGiveAlong));
    }
    return Ok{};
  }

  const TrailReader& reader_;
  const Search& search_;
  SealedEntries sealed_;
  SearchProof out_;
};

}  // namespace

Result<SearchProof> ProveSearch(const TrailReader& reader, const Search& search,
                                const std::string& note, SealedEntries sealed) {
  if (std::ranges::any_of(search.all_of, [](const Criterion& one) { return one.any_of.empty(); }))
    return Error{Code::kNotFound,
                 {"there is nothing to search for, and so nothing to prove: whom or what you named "
                  "is unknown here, or every key of it is gone",
                  "il n’y a rien à chercher, donc rien à prouver : qui ou ce que vous avez nommé "
                  "est inconnu ici, ou toute clé en a disparu"},
                 {}};
  SearchProof proof = TRY(Prover(reader, search, sealed).Run(note));
  // Nothing is handed out that does not hold.
  TRY(CheckSearch(proof, reader.verifier_key()));
  return proof;
}

}  // namespace garant::trail

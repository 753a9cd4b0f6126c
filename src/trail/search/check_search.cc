#include <algorithm>
#include <set>

#include "trail/index/entry_ranges.h"
#include "trail/search/search_proof.h"
#include "trail/store/deletion.h"

namespace garant::trail {
namespace {

using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Error NotShown(const base::Text& why) {
  return Error{Code::kUntrusted, Filled("search proof: {}", "preuve de recherche : {}", {why}), {}};
}

class SearchCheck {
 public:
  SearchCheck(const SearchProof& proof, const VerifierKey& log) : proof_(proof), log_(log) {
    search_.all_of = proof.all_of;
    search_.since = proof.since;
    search_.until = proof.until;
    search_.source = proof.source;
  }

  Result<CheckedSearch> Run() {
    const Note note = TRY(Note::Parse(proof_.note));
    out_.checkpoint = TRY(OpenCheckpoint(note, log_));
    if (proof_.from > proof_.end || proof_.end > out_.checkpoint.size)
      return NotShown({"it covers entries that the checkpoint does not have",
                       "elle couvre des entrées que le point de contrôle n’a pas"});
    if (proof_.from == proof_.end)
      return NotShown({"it covers no entry", "elle ne couvre aucune entrée"});
    for (const Criterion& criterion : proof_.all_of)
      for (const TimeSpan& when : criterion.when)
        if (when.earliest > when.latest)
          return NotShown({"the times of a value end before they begin",
                           "les moments d’une valeur finissent avant de commencer"});
    TRY(CheckLeaves());
    TRY(CheckDeleted());
    uint64_t next = proof_.from;
    for (const ProvenSegment& segment : proof_.segments) {
      const IndexedSegment says = TRY(SaidIn(segment, next));
      TRY(CheckSegment(segment, says));
      next = says.end();
    }
    for (; next < proof_.end; ++next) TRY(Look(next, true));
    TRY(CheckNothingIsLeft());
    return std::move(out_);
  }

 private:
  Status CheckLeaves() const {
    std::vector<PlacedLeaf> leaves;
    for (const auto& [index, leaf] : proof_.leaves)
      leaves.push_back({index, leaf.bytes ? LeafHash(*leaf.bytes) : leaf.hash});
    return VerifySubset(out_.checkpoint.size, leaves, proof_.nodes, out_.checkpoint.root);
  }

  // What the trail itself says of the entries before those that are covered.
  Status CheckDeleted() {
    if (proof_.from == 0) return Ok{};
    for (const auto& [index, leaf] : proof_.leaves) {
      if (!leaf.bytes) continue;
      const Entry entry = TRY(EntryAt(index, leaf));
      const auto deletion = ToDeletion(entry);
      if (!deletion || deletion->end() != proof_.from) continue;
      used_.insert(index);
      return Ok{};
    }
    return NotShown(Filled("no entry in it tells that those below {} were deleted",
                           "aucune entrée n’y dit que celles d’avant {} ont été supprimées",
                           {proof_.from}));
  }
  // A narrower range than was proven would pass over what stands in it.
  Status CheckNothingIsLeft() const {
    for (const auto& [index, leaf] : proof_.leaves)
      if (!used_.contains(index))
        return NotShown(Filled("it holds entry {}, which is not among those that it covers",
                               "elle contient l’entrée {}, qui n’est pas de celles qu’elle couvre",
                               {index}));
    return Ok{};
  }

  Result<Entry> EntryAt(uint64_t index, const ProvenLeaf& leaf) const {
    Entry entry = TRY(DecodeEntry(*leaf.bytes));
    if (entry.index == index) return entry;
    return NotShown(Filled("the entry at {} says that it is entry {}",
                           "l’entrée à {} dit être l’entrée {}", {index, entry.index}));
  }

  Result<IndexedSegment> SaidIn(const ProvenSegment& segment, uint64_t next) {
    used_.insert(segment.entry);
    const auto leaf = proof_.leaves.find(segment.entry);
    if (leaf == proof_.leaves.end() || !leaf->second.bytes)
      return NotShown(Filled("it lacks entry {}, which is to speak of an index",
                             "il y manque l’entrée {}, qui doit parler d’un index",
                             {segment.entry}));
    const Entry entry = TRY(EntryAt(segment.entry, leaf->second));
    const IndexedSegment says = TRY(ReadIndexEntry(entry));
    if (says.first == next && says.end() <= proof_.end) return says;
    return NotShown(
        Filled("entry {} speaks of entries {} to {} (exclusive), where those from {} on "
               "are to be shown",
               "l’entrée {} parle des entrées {} à {} (exclue), alors que celles à "
               "partir de {} sont à montrer",
               {segment.entry, says.first, says.end(), next}));
  }

  Status CheckSegment(const ProvenSegment& segment, const IndexedSegment& says) {
    if ((search_.since && says.times.latest < *search_.since) ||
        (search_.until && says.times.earliest >= *search_.until))
      return Ok{};
    TRY(CheckRuns(segment, says));
    EntryRanges ranges{{0, says.entries}};
    for (const Criterion& criterion : search_.all_of) {
      if (ranges.empty()) return Ok{};
      ranges = Intersection(ranges, TRY(RangesOf(segment, says, criterion)));
    }
    for (const EntryRange& range : ranges)
      for (uint32_t i = 0; i < range.count; ++i) TRY(Look(says.first + range.first + i, false));
    return Ok{};
  }

  Result<EntryRanges> RangesOf(const ProvenSegment& segment, const IndexedSegment& says,
                               const Criterion& criterion) const {
    std::vector<EntryRanges> lists;
    const RunHash hash(log_.name, says.first, says.entries);
    const Digest& root = says.roots[static_cast<size_t>(criterion.key) - 1];
    for (size_t i = 0; i < criterion.any_of.size(); ++i) {
      if (!criterion.when.empty() && !Overlap(criterion.when[i], says.times)) continue;
      if (root == base::Sha256({})) continue;  // no entry has any value of that key
      lists.push_back(
          TRY(ListOf(segment, says, criterion.key, hash.Of(criterion.key, criterion.any_of[i]))));
    }
    return Union(std::move(lists));
  }

  // That each block stands in the run that the tree speaks of, in its place: that the last one is
  // the last, too, for what lies behind every fence is looked for in that one.
  static Status CheckRuns(const ProvenSegment& segment, const IndexedSegment& says) {
    for (const ProvenRun& run : segment.runs) {
      std::vector<PlacedLeaf> leaves;
      for (const ProvenRun::Block& shown : run.shown)
        leaves.push_back({shown.number, BlockOf(run, shown).LeafHash()});
      TRY(VerifySubset(run.blocks, leaves, run.nodes,
                       says.roots[static_cast<size_t>(run.key) - 1]));
    }
    return Ok{};
  }

  static RunBlock BlockOf(const ProvenRun& run, const ProvenRun::Block& shown) {
    return {shown.number, run.blocks, shown.low, shown.high, shown.bytes};
  }

  static Result<EntryRanges> ListOf(const ProvenSegment& segment, const IndexedSegment& says,
                                    RunKey key, uint64_t hash) {
    const auto run = std::ranges::find(segment.runs, key, &ProvenRun::key);
    if (run != segment.runs.end()) {
      const auto behind = std::ranges::upper_bound(run->shown, hash, {}, &ProvenRun::Block::low);
      if (behind != run->shown.begin()) {
        const RunBlock block = BlockOf(*run, *std::prev(behind));
        if (block.Covers(hash)) return block.Find(hash, says.entries);
      }
    }
    return NotShown(Filled("of the entries from {} on it lacks a part of the index by {}",
                           "des entrées à partir de {}, il y manque une partie de l’index « {} »",
                           {says.first, RunKeyName(key)}));
  }

  // `whole`: no index speaks of it, so that its bytes must be there.
  Status Look(uint64_t index, bool whole) {
    used_.insert(index);
    const auto leaf = proof_.leaves.find(index);
    if (leaf == proof_.leaves.end() || (whole && !leaf->second.bytes))
      return NotShown(Filled("it lacks entry {}, which it covers",
                             "il y manque l’entrée {}, qu’elle couvre", {index}));
    if (!leaf->second.bytes) {
      out_.unseen.push_back(index);
      return Ok{};
    }
    Entry entry = TRY(EntryAt(index, leaf->second));
    if (Matches(entry, search_)) out_.entries.push_back(std::move(entry));
    return Ok{};
  }

  const SearchProof& proof_;
  const VerifierKey& log_;
  Search search_;
  CheckedSearch out_;
  std::set<uint64_t> used_;  // of the proof's leaves
};

}  // namespace

Result<CheckedSearch> CheckSearch(const SearchProof& proof, const VerifierKey& log) {
  auto checked = SearchCheck(proof, log).Run();
  // Bytes that are no entry, or no block, were signed by nobody.
  if (!checked && checked.error().code == Code::kInvalid) return NotShown(checked.error().message);
  return checked;
}

}  // namespace garant::trail

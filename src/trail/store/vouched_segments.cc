#include "trail/store/vouched_segments.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <vector>

#include "trail/entry/leaf_pieces.h"
#include "trail/store/paths.h"
#include "trail/store/reader.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

Error Changed(uint64_t first, const base::Text& why) {
  return Error{
      Code::kUntrusted,
      Filled("{}: {}; `garant trail verify` says where", "{} : {}; `garant trail verify` dit où",
             {SegmentName(first, kSegmentSuffix), why}),
      {}};
}

// Reads every entry of a segment against the signed tree.
Result<IndexedSegment> MakeOf(const TrailReader& reader, const Segment& segment) {
  const LoadedTrail& loaded = reader.loaded();
  SegmentIndexer indexer(loaded.key.name, segment.first(), segment.entries());
  std::vector<Bytes> leaves;  // of a bundle, none of which is taken before all were checked
  std::vector<Digest> bundle;
  const auto take = [&](uint32_t number, ByteView leaf) -> Status {
    bundle.push_back(LeafHash(leaf));
    leaves.emplace_back(leaf.begin(), leaf.end());
    if (bundle.size() < kBundleEntries) return Ok{};
    const uint64_t of = (segment.first() + number) / kBundleEntries;
    if (TreeRoot(bundle) != loaded.hashes.BundleAt(of))
      return Changed(segment.first(),
                     Filled("entries from {} on were changed",
                            "les entrées à partir de {} ont été modifiées", {of * kBundleEntries}));
    for (const Bytes& checked : leaves) {
      TRY(DecodeEntry(checked));
      indexer.Add(checked);
    }
    leaves.clear();
    bundle.clear();
    return Ok{};
  };
  TRY(segment.ReadLeaves(0, segment.entries(), take));
  return indexer.Finish();
}

}  // namespace

struct VouchedSegments::State {
  struct One {
    std::optional<uint64_t> entry;  // that speaks of it
    std::optional<IndexedSegment> says;
    std::optional<Error> problem;
  };

  // Once: what entries say.
  Status Find(const TrailReader& reader) {
    const LoadedTrail& loaded = reader.loaded();
    // Where to look is told by runs that nobody vouched for yet: what they leave out is made of the
    // entries instead, and what they name is read as every entry is.
    for (const StoredSegment& stored : loaded.segments) {
      const auto ranges = stored.runs.Find(RunKey::kKind, base::AsBytes(kIndexRunKind));
      if (!ranges) return Changed(stored.segment.first(), ranges.error().message);
      for (const EntryRange& range : *ranges)
        for (uint32_t i = 0; i < range.count; ++i)
          TRY(Take(reader, stored.segment.first() + range.first + i));
    }
    for (uint64_t next = loaded.sealed; next < loaded.size(); ++next)
      if (MayBeIndexEntry(loaded.OpenLeaf(next))) TRY(Take(reader, next));
    return Ok{};
  }

  Status Take(const TrailReader& reader, uint64_t index) {
    const Entry entry = TRY(reader.Read(index));
    if (entry.header.kind != kIndexRunKind) return Ok{};
    const IndexedSegment said = TRY(ReadIndexEntry(entry));
    const auto& segments = reader.loaded().segments;
    const auto place = std::ranges::lower_bound(
        segments, said.first, {},
        [](const StoredSegment& stored) { return stored.segment.first(); });
    if (place == segments.end() || place->segment.first() != said.first) return Ok{};  // deleted
    One& one = ones[static_cast<size_t>(place - segments.begin())];
    if (said.entries != place->segment.entries())
      one.problem = Changed(said.first, Filled("entry {} says that it has {} entries",
                                               "l’entrée {} dit qu’il a {} entrées",
                                               {index, uint64_t{said.entries}}));
    else if (one.says && *one.says != said)
      one.problem =
          Changed(said.first, Filled("entries {} and {} say different things of its index",
                                     "les entrées {} et {} disent deux choses différentes "
                                     "de son index",
                                     {*one.entry, index}));
    one.entry = index;
    one.says = said;
    return Ok{};
  }

  // The lock is held.
  Result<One*> At(const TrailReader& reader, size_t place) {
    if (!found) found = Find(reader);
    if (!*found) return found->error();
    One& one = ones[place];
    if (one.problem) return *one.problem;
    return &one;
  }

  std::mutex mutex;
  std::optional<Status> found;
  std::optional<TimeSpan> times;  // of all
  bool open_asked = false;
  Bytes open_file;
  std::optional<Runs> open_runs;
  std::vector<One> ones;
};

VouchedSegments::VouchedSegments(size_t segments) : state_(std::make_unique<State>()) {
  state_->ones.resize(segments);
}
VouchedSegments::~VouchedSegments() = default;

Result<const IndexedSegment*> VouchedSegments::Of(const TrailReader& reader, size_t place) const {
  const std::lock_guard lock(state_->mutex);
  State::One& one = *TRY(state_->At(reader, place));
  if (!one.says) {
    auto made = MakeOf(reader, reader.loaded().segments[place].segment);
    if (!made) {
      one.problem =
          made.error().code == Code::kUntrusted
              ? made.error()
              : Changed(reader.loaded().segments[place].segment.first(), made.error().message);
      return *one.problem;
    }
    one.says = std::move(*made);
  }
  return &*one.says;
}

Result<const uint64_t*> VouchedSegments::EntryOn(const TrailReader& reader, size_t place) const {
  const std::lock_guard lock(state_->mutex);
  const State::One& one = *TRY(state_->At(reader, place));
  return one.entry ? &*one.entry : nullptr;
}

Result<const Runs*> VouchedSegments::OfOpen(const TrailReader& reader) const {
  const std::lock_guard lock(state_->mutex);
  if (state_->open_runs) return &*state_->open_runs;
  if (!std::exchange(state_->open_asked, true)) return nullptr;
  const LoadedTrail& loaded = reader.loaded();
  RunsBuilder runs(loaded.key.name, loaded.sealed,
                   static_cast<uint32_t>(loaded.size() - loaded.sealed));
  for (uint64_t i = loaded.sealed; i < loaded.size(); ++i) runs.Add(loaded.OpenLeaf(i));
  state_->open_file = runs.Finish();
  state_->open_runs = TRY(Runs::From(state_->open_file, loaded.key.name));
  return &*state_->open_runs;
}

Result<TimeSpan> VouchedSegments::Times(const TrailReader& reader) const {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->times) return *state_->times;
  }
  const LoadedTrail& loaded = reader.loaded();
  TimeSpan all{base::Time::max(), base::Time::min()};
  const auto widen = [&all](const TimeSpan& by) {
    all = {std::min(all.earliest, by.earliest), std::max(all.latest, by.latest)};
  };
  for (size_t place = 0; place < loaded.segments.size(); ++place)
    widen(TRY(Of(reader, place))->times);
  for (uint64_t i = loaded.sealed; i < loaded.size(); ++i) {
    const base::Time time = TimeOfLeaf(loaded.OpenLeaf(i));
    widen({time, time});
  }
  const std::lock_guard lock(state_->mutex);
  state_->times = all;
  return all;
}

}  // namespace garant::trail

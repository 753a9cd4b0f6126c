#include "trail/index/indexed_segment.h"

#include <algorithm>
#include <limits>

#include "trail/entry/entry_form.h"
#include "trail/entry/leaf_pieces.h"
#include "trail/entry/wire.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Digest;
using base::Error;
using base::Result;

constexpr TimeSpan kNone{base::Time::max(), base::Time::min()};

void Widen(TimeSpan& span, const TimeSpan& by) {
  span = {std::min(span.earliest, by.earliest), std::max(span.latest, by.latest)};
}

uint64_t Bits(base::Time time) { return static_cast<uint64_t>(time.time_since_epoch().count()); }

bool TakeDigest(const std::string& text, Digest& out) {
  const auto bytes = base::FromBase64(text);
  if (!bytes || bytes->size() != out.size()) return false;
  std::ranges::copy(*bytes, out.begin());
  return true;
}

template <typename T>
const T* FactAt(const Entry& entry, size_t place, std::string_view name) {
  const std::vector<Fact>& facts = entry.header.facts;
  return place < facts.size() && facts[place].name == name ? std::get_if<T>(&facts[place].value)
                                                           : nullptr;
}

bool TakeFacts(const Entry& entry, IndexedSegment& out) {
  const auto* earliest = FactAt<int64_t>(entry, 0, "earliest");
  const auto* entries = FactAt<int64_t>(entry, 1, "entries");
  const auto* first = FactAt<int64_t>(entry, 2, "first");
  const auto* latest = FactAt<int64_t>(entry, 3, "latest");
  const auto* roots = FactAt<std::vector<std::string>>(entry, 4, "roots");
  const auto* zones = FactAt<std::string>(entry, 5, "zones");
  if (entry.header.kind != kIndexRunKind || entry.header.facts.size() != 6 || earliest == nullptr ||
      entries == nullptr || first == nullptr || latest == nullptr || roots == nullptr ||
      zones == nullptr)
    return false;
  if (*first < 0 || *first % kBundleEntries != 0 || *entries <= 0 ||
      *entries > kMostSegmentEntries || *entries % kBundleEntries != 0 || *earliest > *latest ||
      roots->size() != out.roots.size())
    return false;
  out.first = static_cast<uint64_t>(*first);
  out.entries = static_cast<uint32_t>(*entries);
  out.times = {base::Time(base::Duration(*earliest)), base::Time(base::Duration(*latest))};
  for (size_t i = 0; i < out.roots.size(); ++i)
    if (!TakeDigest((*roots)[i], out.roots[i])) return false;
  return TakeDigest(*zones, out.zones);
}

}  // namespace

IndexedSegment IndexedOf(const Segment& segment, const RunRoots& roots) {
  return {segment.first(), segment.entries(), segment.times(), segment.ZonesDigest(), roots};
}

Result<IndexedSegment> ReadIndexEntry(const Entry& entry) {
  IndexedSegment segment;
  if (TakeFacts(entry, segment)) return segment;
  return Error{Code::kInvalid,
               {"an entry of kind index-run does not say what it should",
                "une entrée de genre index-run ne dit pas ce qu’elle devrait"},
               {}};
}

bool MayBeIndexEntry(ByteView leaf) { return KindOfLeaf(leaf) == kIndexRunKind; }

SegmentIndexer::SegmentIndexer(std::string_view origin, uint64_t first, uint32_t entries,
                               const RunsForm& form)
    : zone_(kNone), runs_(origin, first, entries, form) {
  says_.first = first;
  says_.entries = entries;
  says_.times = kNone;
}

void SegmentIndexer::Add(ByteView leaf) {
  runs_.Add(leaf);
  if (leaf.size() >= kTimeInLeaf + 8) {
    const base::Time time = TimeOfLeaf(leaf);
    Widen(zone_, {time, time});
  }
  if (++added_ % kBundleEntries != 0) return;
  PutInteger(zones_, Bits(zone_.earliest), 8);
  PutInteger(zones_, Bits(zone_.latest), 8);
  Widen(says_.times, zone_);
  zone_ = kNone;
}

IndexedSegment SegmentIndexer::Finish() {
  file_ = runs_.Finish();
  says_.roots = runs_.roots();
  says_.zones = base::Sha256(zones_);
  return says_;
}

}  // namespace garant::trail

#include "trail/search/search.h"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <thread>

#include "trail/entry/leaf_pieces.h"
#include "trail/entry/wire.h"
#include "trail/index/entry_ranges.h"
#include "trail/index/run_keys.h"
#include "trail/store/paths.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using Ranges = EntryRanges;

constexpr int kEpochDays = 30;
constexpr size_t kMostAhead = 512;      // entries that are read before they are told to match
constexpr size_t kLeastOfAThread = 64;  // entries: some 0.5 ms
constexpr size_t kMostThreads = 4;
constexpr size_t kAskedFor = 32;    // entries, in memory before they are read
constexpr size_t kFencesAhead = 8;  // segments
constexpr size_t kBlocksAhead = 4;

// Of the entries whose tokens are of this epoch, or of this day; what lies before 1970 counts as of
// the first.
TimeSpan SpanOf(uint32_t number, int days) {
  const auto first = std::chrono::sys_days(std::chrono::days(int64_t{number} * days));
  return {number == 0 ? base::Time::min() : base::Time(first),
          base::Time(first + std::chrono::days(days)) - base::Duration(1)};
}

// On several processors, where that takes less time than starting their threads.
std::vector<Result<Entry>> ReadEntries(const TrailReader& reader,
                                       std::span<const uint64_t> indices) {
  static const size_t kProcessors = std::thread::hardware_concurrency();  // takes reading a file
  const size_t threads = std::clamp<size_t>(indices.size() / kLeastOfAThread, 1,
                                            std::clamp<size_t>(kProcessors, 1, kMostThreads));
  std::vector<std::vector<Result<Entry>>> read(threads);
  const auto work = [&](size_t number) {
    const size_t from = indices.size() * number / threads;
    const size_t to = indices.size() * (number + 1) / threads;
    read[number].reserve(to - from);
    for (size_t i = from; i < to; ++i) {
      if ((i - from) % kAskedFor == 0)
        reader.Prefetch(indices.subspan(i, std::min(kAskedFor, to - i)));
      read[number].push_back(reader.Read(indices[i]));
    }
  };
  {
    std::vector<std::jthread> others;
    for (size_t i = 1; i < threads; ++i) {
      try {
        others.emplace_back(work, i);
      } catch (const std::system_error&) {  // there is no other thread to be had
        work(i);
      }
    }
    work(0);
  }
  std::vector<Result<Entry>> all = std::move(read[0]);
  for (size_t i = 1; i < threads; ++i) std::ranges::move(read[i], std::back_inserter(all));
  return all;
}

class Finder {
 public:
  Finder(const TrailReader& reader, const Search& search) : reader_(reader), search_(search) {
    newest_first_ = search.order == SearchOrder::kNewestFirst;
  }

  Result<FoundEntries> Run() {
    TRY(Look());
    TRY(TakeAhead());
    if (!found_.next) found_.next = not_looked_at_;
    return std::move(found_);
  }

 private:
  Status Look() {
    const LoadedTrail& loaded = reader_.loaded();
    // Of somebody no token was found: it must not be for damage (ByPerson).
    if (std::ranges::any_of(search_.all_of,
                            [](const Criterion& one) { return one.any_of.empty(); }))
      TRY(reader_.vouched().Times(reader_));
    if (newest_first_) TRY(LookAtOpen());
    for (size_t i = 0; i < loaded.segments.size() && !Done(); ++i) {
      PrefetchRuns(i);
      TRY(LookAtSegment(PlaceOf(i)));
    }
    return newest_first_ ? Ok{} : LookAtOpen();
  }

  // Of the segment that comes so late in the order of the search.
  [[nodiscard]] size_t PlaceOf(size_t number) const {
    return newest_first_ ? reader_.loaded().segments.size() - 1 - number : number;
  }
  [[nodiscard]] bool Done() const { return found_.next || not_looked_at_; }
  // Whether entries [first, end) lie all before the first one to look at.
  [[nodiscard]] bool Passed(uint64_t first, uint64_t end) const {
    if (!search_.from) return false;
    return newest_first_ ? first > *search_.from : end <= *search_.from;
  }
  [[nodiscard]] bool OutOfTime(const TimeSpan& times) const {
    return (search_.since && times.latest < *search_.since) ||
           (search_.until && times.earliest >= *search_.until);
  }

  [[nodiscard]] bool HasTimes() const { return search_.since || search_.until; }

  // What is looked for in segments that come later is asked for before. Whatever is wrong there is
  // for who looks at them.
  void PrefetchRuns(size_t number) const {
    if (search_.all_of.empty()) return;
    PrefetchRuns(number + kFencesAhead, &Runs::PrefetchFences);
    PrefetchRuns(number + kBlocksAhead, &Runs::PrefetchBlock);
  }
  void PrefetchRuns(size_t number, void (Runs::*prefetch)(RunKey, uint64_t) const) const {
    const auto& segments = reader_.loaded().segments;
    if (number >= segments.size()) return;
    const size_t place = PlaceOf(number);
    const StoredSegment& stored = segments[place];
    if (Passed(stored.segment.first(), stored.segment.first() + stored.segment.entries())) return;
    const auto entry = reader_.vouched().EntryOn(reader_, place);
    if (!entry || *entry == nullptr) return;  // it is made of all entries when it is looked at
    const auto says = reader_.vouched().Of(reader_, place);
    if (!says || OutOfTime((*says)->times)) return;
    for (const Criterion& criterion : search_.all_of)
      for (size_t i = 0; i < criterion.any_of.size(); ++i)
        if (criterion.when.empty() || Overlap(criterion.when[i], (*says)->times))
          (stored.runs.*prefetch)(criterion.key,
                                  stored.runs.HashOf(criterion.key, criterion.any_of[i]));
  }

  Status LookAtSegment(size_t place) {
    const StoredSegment& stored = reader_.loaded().segments[place];
    const Segment& segment = stored.segment;
    if (Passed(segment.first(), segment.first() + segment.entries())) return Ok{};
    Ranges ranges{{0, segment.entries()}};
    if (!search_.all_of.empty() || HasTimes()) {
      const IndexedSegment& says = *TRY(reader_.vouched().Of(reader_, place));
      if (OutOfTime(says.times)) return Ok{};
      if (HasTimes() && segment.ZonesDigest() != says.zones)
        return Error{Code::kUntrusted,
                     Filled("{}: its times are not those that the tree vouches for",
                            "{} : ses moments ne sont pas ceux dont l’arbre répond",
                            {SegmentName(segment.first(), kSegmentSuffix)}),
                     {}};
      for (const Criterion& criterion : search_.all_of) {
        if (ranges.empty()) return Ok{};
        ranges = Intersection(ranges, TRY(RangesOf(stored, says, criterion)));
      }
    }
    return LookAtRanges(segment, ranges);
  }

  static Result<Ranges> RangesOf(const StoredSegment& stored, const IndexedSegment& says,
                                 const Criterion& criterion) {
    std::vector<Ranges> lists;
    for (size_t i = 0; i < criterion.any_of.size(); ++i) {
      if (!criterion.when.empty() && !Overlap(criterion.when[i], says.times)) continue;
      auto list = stored.runs.Find(criterion.key, criterion.any_of[i],
                                   says.roots[static_cast<size_t>(criterion.key) - 1]);
      if (!list)
        return Error{Code::kUntrusted,
                     Filled("{}: {}", "{} : {}",
                            {SegmentName(says.first, kRunsSuffix), list.error().message}),
                     {}};
      lists.push_back(std::move(*list));
    }
    return Union(std::move(lists));
  }

  Status LookAtRanges(const Segment& segment, const Ranges& ranges) {
    for (size_t i = 0; i < ranges.size() && !Done(); ++i) {
      const EntryRange& range = ranges[newest_first_ ? ranges.size() - 1 - i : i];
      for (uint32_t j = 0; j < range.count && !Done(); ++j) {
        const uint32_t number = newest_first_ ? range.first + range.count - 1 - j : range.first + j;
        if (OutOfTime(segment.TimesOf(number / kBundleEntries))) continue;
        TRY(LookAt(segment.first() + number));
      }
    }
    return Ok{};
  }

  Status LookAtOpen() {
    const LoadedTrail& loaded = reader_.loaded();
    const uint64_t first = loaded.sealed;
    const uint64_t end = loaded.size();
    if (Passed(first, end)) return Ok{};
    const Runs* const runs =
        search_.all_of.empty() ? nullptr : TRY(reader_.vouched().OfOpen(reader_));
    if (runs != nullptr) return LookAtOpen(*runs);
    for (uint64_t i = first; i < end && !Done(); ++i) {
      const uint64_t index = newest_first_ ? end - 1 - (i - first) : i;
      TRY(LookAt(index, MayMatch(loaded.OpenLeaf(index))));
    }
    return Ok{};
  }

  Status LookAtOpen(const Runs& runs) {
    Ranges ranges{{0, runs.entries()}};
    for (const Criterion& criterion : search_.all_of) {
      std::vector<Ranges> lists;
      for (const base::Bytes& value : criterion.any_of)
        lists.push_back(TRY(runs.Find(criterion.key, value)));
      ranges = Intersection(ranges, Union(std::move(lists)));
    }
    for (size_t i = 0; i < ranges.size() && !Done(); ++i) {
      const EntryRange& range = ranges[newest_first_ ? ranges.size() - 1 - i : i];
      for (uint32_t j = 0; j < range.count && !Done(); ++j)
        TRY(LookAt(runs.first() +
                   (newest_first_ ? range.first + range.count - 1 - j : range.first + j)));
    }
    return Ok{};
  }

  // Told from the bytes, which takes a tenth of decoding them: false where it cannot match.
  [[nodiscard]] bool MayMatch(ByteView leaf) const {
    if (HasTimes() && OutOfTime({TimeOfLeaf(leaf), TimeOfLeaf(leaf)})) return false;
    size_t met = 0;
    for (const Criterion& criterion : search_.all_of) met += HasValue(leaf, criterion) ? 1 : 0;
    return met == search_.all_of.size();
  }
  [[nodiscard]] static bool HasValue(ByteView leaf, const Criterion& criterion) {
    bool has = false;
    WalkHeader(leaf, [&](const LeafPiece& piece) {
      if (has || KeyOf(piece.tag) != criterion.key) return;
      const ByteView value = leaf.subspan(piece.offset, piece.size);
      has = std::ranges::any_of(criterion.any_of, [value](const base::Bytes& one) {
        return one.size() == value.size() && SameBytes(one.data(), value.data(), value.size());
      });
    });
    return has;
  }

  // In the order of the search. What may match is read once there is enough of it.
  Status LookAt(uint64_t index, bool may_match = true) {
    if (Passed(index, index + 1)) return Ok{};
    if (looked_at_ == search_.look_at) {
      not_looked_at_ = index;
      return Ok{};
    }
    ++looked_at_;
    if (!may_match) return Ok{};
    ahead_.push_back(index);
    // As many as the page may still take, and the one that tells of another page.
    const size_t wanted = search_.most - found_.entries.size();
    return ahead_.size() > std::min(wanted, kMostAhead) ? TakeAhead() : Ok{};
  }

  Status TakeAhead() {
    std::vector<Result<Entry>> entries = ReadEntries(reader_, ahead_);
    if (found_.entries.empty()) found_.entries.reserve(entries.size());
    for (size_t i = 0; i < entries.size(); ++i) {
      Entry entry = TRY(std::move(entries[i]));
      if (!Matches(entry, search_)) continue;
      if (found_.entries.size() == search_.most) {
        found_.next = ahead_[i];
        break;
      }
      found_.entries.push_back(std::move(entry));
    }
    ahead_.clear();
    return Ok{};
  }

  const TrailReader& reader_;
  const Search& search_;
  bool newest_first_;
  size_t looked_at_ = 0;
  std::optional<uint64_t> not_looked_at_;  // where the search may not go on
  std::vector<uint64_t> ahead_;            // looked at, to be read
  FoundEntries found_;
};

}  // namespace

Criterion ByToken(RunKey key, const Token& token) {
  return {key, {base::Bytes(token.begin(), token.end())}, {}};
}

Criterion ByText(RunKey key, std::string_view text) {
  return {key, {base::Bytes(text.begin(), text.end())}, {}};
}

Criterion ByPerson(RunKey key, const Person& person, const TrailReader& reader,
                   const KeyRing& keys) {
  Criterion criterion{key, {}, {}};
  // Where the times cannot be had, neither can be what is looked for with this: Find says why.
  const auto times = reader.vouched().Times(reader);
  if (!times || times->earliest > times->latest) return criterion;
  for (uint32_t epoch = EpochOf(times->earliest); epoch <= EpochOf(times->latest); ++epoch)
    if (const auto token = keys.TokenOf(person, epoch)) {
      criterion.any_of.emplace_back(token->begin(), token->end());
      criterion.when.push_back(SpanOf(epoch, kEpochDays));
    }
  return criterion;
}

Criterion BySession(std::string_view session, const KeyRing& keys) {
  Criterion criterion{RunKey::kSession, {}, {}};
  for (const uint32_t day : keys.TransientDays())
    if (const auto token = keys.TokenOfSession(session, day)) {
      criterion.any_of.emplace_back(token->begin(), token->end());
      criterion.when.push_back(SpanOf(day, 1));
    }
  return criterion;
}

Result<Criterion> ByTrace(std::string_view trace, const KeyRing& keys) {
  constexpr size_t kTraceDigits = 32;
  std::string raw(trace);
  for (char& c : raw)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (raw.size() != kTraceDigits || raw.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error{Code::kInvalid,
                 Filled("a trace id has 32 hexadecimal digits, unlike '{}'",
                        "un identifiant de trace a 32 chiffres hexadécimaux, contrairement à "
                        "« {} »",
                        {raw}),
                 {}};
  Criterion criterion{RunKey::kTrace, {}, {}};
  for (const uint32_t day : keys.TransientDays())
    if (const auto token = keys.TokenOfTrace(raw, day)) {
      criterion.any_of.emplace_back(token->begin(), token->end());
      criterion.when.push_back(SpanOf(day, 1));
    }
  return criterion;
}

Result<FoundEntries> Find(const TrailReader& reader, const Search& search) {
  return Finder(reader, search).Run();
}

}  // namespace garant::trail

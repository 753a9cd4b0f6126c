#include "trail/store/store.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "trail/store/kept_part.h"
#include "trail/store/listing.h"
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

constexpr size_t kLargestFile = size_t{1} << 32U;
constexpr int kMostUnchanged = 5;  // tries to read a trail where nothing happens
constexpr int kMostTries = 200;    // where somebody writes

Error Untrusted(const base::Text& message) { return UntrustedTrail(message); }
// Of a file that does not hold; what cannot be read, or is of another version, stays what it is.
Error Distrust(const std::string& path, const Error& error) {
  if (error.code != Code::kInvalid && error.code != Code::kUntrusted) return error;
  return Untrusted(Filled("{}: {}", "{} : {}", {path, error.message}));
}

std::string_view WithoutLineEnd(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

class Loader {
 public:
  explicit Loader(const std::string& folder) : folder_(folder) {}

  // kNotFound where a file went away meanwhile: look again.
  Result<LoadedTrail> Load(const std::optional<std::string>& pinned) {
    TRY(LoadVerifierKey(pinned));
    TRY(LoadCheckpoints());
    ReadSegments read = TRY(ListAndReadLogs(folder_));
    const SegmentListing& listing = read.listing;
    out_.leftovers = listing.unfinished;
    for (auto& [first, bytes] : read.logs) log_bytes_[first] = TRY(std::move(bytes));
    for (const uint64_t first : listing.segments) TRY(AddSegment(first));
    PassOverUpTo(listing.logs);
    TRY(LoadBundles());
    TRY(LoadLogs(listing.logs));
    TRY(CheckPublished());
    TRY(KeepWhatWasNotDeleted(folder_, listing.runs, behind_gap_, out_));
    return std::move(out_);
  }

 private:
  Status LoadVerifierKey(const std::optional<std::string>& pinned) {
    const std::string path = VerifierKeyPath(folder_);
    const std::string text = TRY(base::ReadFile(path, 4096));
    if (!text.ends_with('\n'))
      return Untrusted(Filled("{} was changed", "{} a été modifié", {path}));
    out_.key = TRY(VerifierKey::Parse(WithoutLineEnd(text)));
    if (pinned && WithoutLineEnd(*pinned) != WithoutLineEnd(text))
      return Untrusted(Filled("{} is not the verifier key that you expect",
                              "{} n’est pas la clé de vérification attendue", {path}));
    return Ok{};
  }

  // Before the logs, so that a writer at work cannot make them disagree.
  Status LoadCheckpoints() {
    const std::string path = CheckpointsPath(folder_);
    const std::string text = TRY(base::ReadFile(path, kLargestFile));
    std::string_view rest = text;
    std::string_view last;
    while (const size_t length = FirstNoteLength(rest)) {
      last = rest.substr(0, length);
      rest.remove_prefix(length);
    }
    out_.checkpoints_size = text.size();
    out_.checkpoints_end = text.size() - rest.size();
    if (last.empty())
      return Untrusted(
          Filled("{} holds no checkpoint", "{} ne contient aucun point de contrôle", {path}));
    auto published = OpenCheckpoint(last, out_.key);
    if (!published) return Distrust(path, published.error());
    out_.published = *published;
    out_.published_note = std::string(last);
    return Ok{};
  }

  Status AddSegment(uint64_t first) {
    const std::string path = SegmentPath(folder_, first, kSegmentSuffix);
    auto segment_file = TRY(base::MappedFile::Open(path));
    auto segment = Segment::From(segment_file.bytes());
    if (!segment) return Distrust(path, segment.error());
    const std::string runs_path = SegmentPath(folder_, first, kRunsSuffix);
    auto runs_file = TRY(base::MappedFile::Open(runs_path));
    auto runs = Runs::From(runs_file.bytes(), out_.key.name);
    if (!runs) return Distrust(runs_path, runs.error());
    if (segment->first() != first || first < out_.sealed) return DoesNotFollow(path);
    if (!out_.segments.empty() && first != out_.sealed) PassOver(path);
    if (runs->first() != first || runs->entries() != segment->entries())
      return Untrusted(Filled("{} is the index of another segment",
                              "{} est l’index d’un autre segment", {runs_path}));
    if (out_.segments.empty()) out_.kept_from = first;
    out_.sealed = first + segment->entries();
    out_.segments.push_back(
        {std::move(segment_file), std::move(runs_file), std::move(*segment), *runs});
    return Ok{};
  }

  // A deletion that was broken off may have left any of what stood before.
  void PassOver(const std::string& path) {
    behind_gap_ = path;
    for (const StoredSegment& gone : out_.segments) LeaveOver(folder_, gone.segment.first(), out_);
    out_.segments.clear();
  }

  // The same, where nothing is left between that and the logs.
  void PassOverUpTo(const std::vector<uint64_t>& logs) {
    const auto open = std::ranges::lower_bound(logs, out_.sealed);
    if (open == logs.end() || *open == out_.sealed) return;
    if (!out_.segments.empty()) PassOver(SegmentPath(folder_, *open, kLogSuffix));
    out_.kept_from = out_.sealed = *open;
  }

  Status LoadBundles() {
    if (out_.sealed == 0) return Ok{};
    const uint64_t bundles = out_.sealed / kBundleEntries;
    auto file = base::MappedFile::Open(BundlesPath(folder_), bundles * 32, bundles * 32);
    if (!file) return Distrust(BundlesPath(folder_), file.error());
    ByteView bytes = file->bytes();
    for (; !bytes.empty(); bytes = bytes.subspan(32)) {
      Digest hash{};
      std::copy_n(bytes.begin(), hash.size(), hash.begin());
      out_.sealed_levels.Append(hash);
    }
    return Ok{};
  }

  // A log that begins before the sealed entries end was sealed, and is on its way out.
  Status LoadLogs(const std::vector<uint64_t>& firsts) {
    std::vector<uint64_t> open;
    for (const uint64_t first : firsts)
      if (first >= out_.sealed)
        open.push_back(first);
      else
        out_.leftovers.push_back(SegmentPath(folder_, first, kLogSuffix));
    if (open.empty() || open.front() != out_.sealed)
      return Error{Code::kNotFound,
                   Filled("{} is missing; restore it, or start a trail elsewhere",
                          "{} manque; restaurez-le, ou commencez un journal ailleurs",
                          {SegmentPath(folder_, out_.sealed, kLogSuffix)}),
                   {}};
    out_.tree = out_.sealed_levels.ToFrontier();
    for (const uint64_t first : open) TRY(AddLog(first, first == open.back()));
    out_.checkpoint = out_.logs.back().log.checkpoint;
    out_.note = out_.logs.back().log.note;
    base::MappedFile stored;
    if (out_.sealed != 0) {
      auto file = base::MappedFile::Open(LeavesPath(folder_), out_.sealed * 32, out_.sealed * 32);
      if (!file) return Distrust(LeavesPath(folder_), file.error());
      stored = std::move(*file);
    }
    out_.hashes =
        TreeHashes(std::move(stored), out_.sealed, out_.sealed_levels, std::move(leaves_));
    return Ok{};
  }

  Status AddLog(uint64_t first, bool last) {
    const std::string path = SegmentPath(folder_, first, kLogSuffix);
    OpenLog open{std::move(log_bytes_[first]), {}};
    const uint64_t end = out_.sealed + leaves_.size();
    if (first > end || end - first >= kBundleEntries)
      return Untrusted(Filled("{} does not follow the log before it",
                              "{} ne suit pas le journal qui le précède", {path}));
    Frontier tree = out_.sealed_levels.ToFrontier();
    for (uint64_t i = out_.sealed; i < first; ++i) tree.Append(leaves_[i - out_.sealed]);
    auto log = LoadLog(base::AsBytes(open.bytes), first, out_.key, tree);
    if (!log && log.error().code == Code::kInvalid && last && !out_.logs.empty() &&
        !HoldsNotesOver(open.bytes, end)) {
      out_.unfinished = first;
      return Ok{};
    }
    if (!log) return Distrust(path, log.error());
    TRY(CheckLog(path, *log, last));
    const auto carried = std::min<uint64_t>(end - first, log->leaves.size());
    const auto from = leaves_.begin() + static_cast<ptrdiff_t>(first - out_.sealed);
    if (log->leaves.size() < end - first ||
        !std::equal(log->leaves.begin(), log->leaves.begin() + static_cast<ptrdiff_t>(carried),
                    from))
      return Untrusted(Filled("{} does not begin with the last entries of the log before it",
                              "{} ne commence pas par les dernières entrées du journal précédent",
                              {path}));
    leaves_.insert(leaves_.end(), log->leaves.begin() + static_cast<ptrdiff_t>(carried),
                   log->leaves.end());
    out_.tree = std::move(tree);
    out_.behind = log->behind;
    open.log = std::move(*log);
    out_.logs.push_back(std::move(open));
    return Ok{};
  }

  // A log is begun with a note for what the one before it holds: one over more was durable.
  bool HoldsNotesOver(std::string_view bytes, uint64_t end) const {
    const std::string start = out_.key.name + "\n";
    for (size_t at = bytes.find(start); at != std::string_view::npos;
         at = bytes.find(start, at + 1)) {
      const std::string_view from = bytes.substr(at);
      const auto note = OpenCheckpoint(from.substr(0, FirstNoteLength(from)), out_.key);
      if (note && note->size > end) return true;
    }
    return false;
  }

  static Status CheckLog(const std::string& path, const LoadedLog& log, bool last) {
    if (log.damaged || (!last && log.behind != 0))
      return Untrusted(log.bad_entry
                           ? Filled("{}: entry {} was changed", "{} : l’entrée {} a été modifiée",
                                    {path, *log.bad_entry})
                           : Filled("{} was changed", "{} a été modifié", {path}));
    return Ok{};
  }

  Status CheckPublished() {
    if (out_.published.size <= out_.checkpoint.size) return Ok{};
    const std::string path = SegmentPath(folder_, out_.logs.back().log.first, kLogSuffix);
    if (const auto bad = out_.logs.back().log.bad_entry)
      return Untrusted(
          Filled("{}: entry {} was changed", "{} : l’entrée {} a été modifiée", {path, *bad}));
    return Untrusted(Filled("{} ends after {} entries; a checkpoint for {} was published",
                            "{} se termine après {} entrées; un point de contrôle pour {} a été "
                            "publié",
                            {path, out_.checkpoint.size, out_.published.size}));
  }

  const std::string& folder_;
  LoadedTrail out_;
  std::map<uint64_t, std::string> log_bytes_;  // by the first entry
  std::vector<Digest> leaves_;                 // from out_.sealed on
  std::string behind_gap_;  // the segment before which entries are missing in the middle
};

}  // namespace

bool TrailExists(const std::string& folder) {
  const auto listing = ListSegments(folder);
  return listing && !(listing->logs.empty() && listing->segments.empty());
}

const Segment& LoadedTrail::SegmentOf(uint64_t index) const {
  const auto next = std::ranges::upper_bound(
      segments, index, {}, [](const StoredSegment& one) { return one.segment.first(); });
  return std::prev(next)->segment;
}

base::ByteView LoadedTrail::OpenLeaf(uint64_t index) const {
  const auto next =
      std::ranges::upper_bound(logs, index, {}, [](const OpenLog& open) { return open.log.first; });
  const OpenLog& open = *(next - 1);
  const LoadedLog::Place& at = open.log.places[index - open.log.first];
  return base::AsBytes(open.bytes).subspan(at.offset, at.size);
}

// A log may be sealed away between the listing and its reading.
Result<LoadedTrail> LoadTrail(const std::string& folder, const std::optional<std::string>& pinned) {
  std::vector<uint64_t> seen;
  int unchanged = 0;
  for (int tries = 1;; ++tries) {
    auto loaded = Loader(folder).Load(pinned);
    if (loaded || loaded.error().code != Code::kNotFound) return loaded;
    // While logs come and go, somebody writes.
    const auto listing = ListSegments(folder);
    std::vector<uint64_t> logs = listing ? listing->logs : std::vector<uint64_t>();
    unchanged = logs == seen ? unchanged + 1 : 0;
    seen = std::move(logs);
    if (unchanged < kMostUnchanged && tries < kMostTries) continue;
    if (base::Exists(VerifierKeyPath(folder))) return Untrusted(loaded.error().message);
    return loaded;
  }
}

}  // namespace garant::trail

#include "trail/upkeep/verify_entries.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/mapped_file.h"
#include "trail/entry/entry.h"
#include "trail/index/indexed_segment.h"
#include "trail/index/segment.h"
#include "trail/store/deletion.h"
#include "trail/store/listing.h"
#include "trail/store/log_file.h"
#include "trail/store/paths.h"
#include "trail/tree/merkle.h"

namespace garant::trail {
namespace {

using base::ByteView;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

std::string NameOf(uint64_t first, std::string_view suffix) {
  return "segments/" + SegmentName(first, suffix);
}

size_t FirstDifference(ByteView a, ByteView b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

class EntriesCheck {
 public:
  EntriesCheck(const std::string& folder, const VerifierKey& key,
               const std::vector<SignedSize>& checkpoints, const EntriesToVerify& which,
               VerifyReport& report)
      : folder_(folder),
        key_(key),
        checkpoints_(checkpoints),
        read_from_(which.read_from),
        live_(which.live),
        report_(report) {}

  CheckedEntries Run() {
    const auto read = ListAndReadLogs(folder_);
    if (!read) {
      AddFault("segments", 0, {}, read.error().message);
      return {};
    }
    const SegmentListing& listing = read->listing;
    OpenTree();
    for (const uint64_t first : listing.segments) CheckSegment(first);
    const auto open = std::ranges::lower_bound(listing.logs, sealed_);
    if (open != listing.logs.end() && *open != sealed_) AddDeleted(*open);
    CheckTreeLength();
    for (const uint64_t first : listing.logs)
      if (const auto log = read->logs.find(first); log != read->logs.end() && first >= sealed_)
        CheckLog(first, log->second, first == listing.logs.back());
    any_log_ = !listing.logs.empty() && listing.logs.back() >= sealed_;
    CheckEnd();
    CheckRuns();
    CheckDeleted();
    for (const std::string& path : listing.unfinished)
      report_.notes.push_back(Filled("{} is left of a sealing that was broken off",
                                     "{} reste d’un scellement interrompu", {path}));
    return {tree_.size(), tree_.Root()};
  }

 private:
  void AddFault(const std::string& file, uint64_t offset, std::optional<uint64_t> entry,
                Text message) {
    report_.faults.push_back({file, offset, entry, std::move(message)});
  }

  void OpenTree() {
    if (auto file = base::MappedFile::Open(LeavesPath(folder_))) leaves_ = std::move(*file);
    if (auto file = base::MappedFile::Open(BundlesPath(folder_))) bundles_ = std::move(*file);
  }

  // Takes the next leaf hash as the tree has it.
  void AddLeaf(const Digest& leaf) {
    CheckRoot();
    tree_.Append(leaf);
  }
  // The checkpoint for the entries so far, if there is one.
  void CheckRoot() {
    if (next_ == checkpoints_.size() || checkpoints_[next_].size != tree_.size()) return;
    const SignedSize& at = checkpoints_[next_++];
    const uint64_t from = next_ < 2 ? 0 : checkpoints_[next_ - 2].size;
    if (damaged_ || at.root == tree_.Root()) return;
    damaged_ = true;  // every later root is another, too
    AddFault("checkpoints", 0, from,
             Filled("entries {} to {} (exclusive) are not those that the checkpoint for {} signed",
                    "les entrées {} à {} (exclue) ne sont pas celles qu’a signées le point de "
                    "contrôle pour {}",
                    {from, at.size, at.size}));
  }

  void CheckSegment(uint64_t first) {
    const std::string name = NameOf(first, kSegmentSuffix);
    if (first < sealed_)
      return AddFault(
          name, 0, sealed_,
          Filled("it begins with entry {}, and the one before it ends at {}",
                 "il commence par l’entrée {}, et le précédent se termine à {}", {first, sealed_}));
    if (first != sealed_) AddDeleted(first);
    segments_.push_back(first);
    const auto file = base::MappedFile::Open(SegmentPath(folder_, first, kSegmentSuffix));
    auto segment = file ? Segment::From(file->bytes()) : Result<Segment>(file.error());
    if (!segment) {
      damaged_ = true;
      return AddFault(name, 0, first, segment.error().message);
    }
    if (segment->first() != first)
      AddFault(name, 0, first, {"it is another segment", "c’est un autre segment"});
    sealed_ = first + segment->entries();
    // What tells of deletions may stand anywhere behind them.
    if (sealed_ <= read_from_ && missing_.empty()) return AddStored(first);
    const size_t before = report_.faults.size();
    CheckLeaves(name, *segment);
    if (const auto digest = segment->CheckDigest(); !digest && report_.faults.size() == before)
      AddFault(name, 0, first, digest.error().message);
  }

  // Entries whose segments are not there: the tree still has their leaf hashes.
  void AddDeleted(uint64_t end) {
    missing_.emplace_back(sealed_, end);
    std::vector<Digest> hashes;
    for (uint64_t i = sealed_; i < end && leaves_.bytes().size() >= (i + 1) * 32; ++i) {
      hashes.push_back(StoredLeaf(i));
      AddLeaf(hashes.back());
      if (hashes.size() < kBundleEntries) continue;
      CheckStoredBundle(i + 1 - kBundleEntries, TreeRoot(std::span<const Digest>(hashes)));
      hashes.clear();
    }
    sealed_ = end;
  }

  void CheckStoredBundle(uint64_t first, const Digest& root) {
    const uint64_t at = first / kBundleEntries * 32;
    const bool there = bundles_.bytes().size() >= at + 32;
    if (!there || !std::ranges::equal(root, bundles_.bytes().subspan(at, 32)))
      AddFault("tree/1", at, first,
               {"it is not the hash of these 256 entries",
                "ce n’est pas l’empreinte de ces 256 entrées"});
  }

  // Of a segment from `first` on that a checkpoint covers which was kept: its hashes are to lead
  // there.
  void AddStored(uint64_t first) {
    std::vector<Digest> bundle;
    for (uint64_t i = first; i < sealed_; ++i) {
      if (leaves_.bytes().size() < (i + 1) * 32) return;  // CheckTreeLength says so
      bundle.push_back(StoredLeaf(i));
      AddLeaf(bundle.back());
      if (bundle.size() < kBundleEntries) continue;
      const uint64_t at = i / kBundleEntries * 32;
      if (bundles_.bytes().size() < at + 32 ||
          !std::ranges::equal(TreeRoot(bundle), bundles_.bytes().subspan(at, 32)))
        AddFault("tree/1", at, i + 1 - kBundleEntries,
                 {"the hash over these 256 entries is not that of their hashes in tree/0",
                  "l’empreinte sur ces 256 entrées n’est pas celle de leurs empreintes dans "
                  "tree/0"});
      bundle.clear();
    }
  }

  [[nodiscard]] Digest StoredLeaf(uint64_t index) const {
    Digest leaf{};
    if (leaves_.bytes().size() >= (index + 1) * 32)
      std::ranges::copy(leaves_.bytes().subspan(index * 32, 32), leaf.begin());
    return leaf;
  }

  // Of each 256 the hash in `tree/1`, and the nodes and times in the segment.
  void CheckBundle(const std::string& name, const Segment& segment, uint32_t number,
                   std::span<const Digest> leaves, TimeSpan times) {
    const uint64_t first = segment.first() + uint64_t{number} * kBundleEntries;
    std::vector<Digest> nodes(leaves.begin(), leaves.end());
    uint32_t below = 1;
    for (const uint32_t width : segment.Widths()) {
      nodes = NodesOver(nodes, width / below);
      below = width;
      for (uint32_t i = 0; i < nodes.size(); ++i)
        if (nodes[i] != segment.NodeOf(width, number * (kBundleEntries / width) + i))
          AddFault(name, 0, first + uint64_t{i} * width,
                   Filled("its node of {} entries is not theirs",
                          "son nœud de {} entrées n’est pas le leur", {uint64_t{width}}));
    }
    CheckStoredBundle(first, TreeRoot(nodes));
    const TimeSpan stored = segment.TimesOf(number);
    if (stored.earliest != times.earliest || stored.latest != times.latest)
      AddFault(name, 0, first,
               {"its times are not those of these 256 entries",
                "ses moments ne sont pas ceux de ces 256 entrées"});
  }

  // Entries of one bundle whose hashes are not those in `tree/0`. Where they lead to what `tree/1`
  // has, it is those that were changed.
  void AddDifferent(const std::string& name, const std::vector<uint64_t>& indices,
                    const std::optional<Digest>& root) {
    for (const uint64_t index : indices) {
      const uint64_t at = index / kBundleEntries * 32;
      const bool sound = root && bundles_.bytes().size() >= at + 32 &&
                         std::ranges::equal(*root, bundles_.bytes().subspan(at, 32));
      damaged_ = damaged_ || !sound;
      if (!sound)
        AddFault(name, 0, index,
                 {"its bytes are not those that the tree has",
                  "ses octets ne sont pas ceux que contient l’arbre"});
      else if (leaves_.bytes().size() >= (index + 1) * 32)  // CheckTreeLength says so otherwise
        AddFault("tree/0", index * 32, index,
                 {"it is not the hash of this entry", "ce n’est pas l’empreinte de cette entrée"});
    }
  }

  void CheckLeaves(const std::string& name, const Segment& segment) {
    const uint64_t first = segment.first();
    const auto runs_file = base::MappedFile::Open(SegmentPath(folder_, first, kRunsSuffix));
    const RunsForm* const form = runs_file ? RunsFormOf(base::AsText(runs_file->bytes())) : nullptr;
    SegmentIndexer runs(key_.name, first, segment.entries(), form == nullptr ? kRunsForm : *form);
    std::vector<Digest> hashes;
    std::vector<uint64_t> differ;  // of these, from what `tree/0` has
    TimeSpan all{base::Time::max(), base::Time::min()};
    TimeSpan times = all;
    const Status read =
        segment.ReadLeaves(0, segment.entries(), [&](uint32_t number, ByteView leaf) {
          const uint64_t index = first + number;
          const auto time = CheckLeaf(name, index, leaf);
          hashes.push_back(LeafHash(leaf));
          if (hashes.back() != StoredLeaf(index)) differ.push_back(index);
          AddLeaf(hashes.back());
          runs.Add(leaf);
          times = {std::min(times.earliest, time), std::max(times.latest, time)};
          if (hashes.size() == kBundleEntries) {
            AddDifferent(name, std::exchange(differ, {}), TreeRoot(hashes));
            CheckBundle(name, segment, number / kBundleEntries, hashes, times);
            all = {std::min(all.earliest, times.earliest), std::max(all.latest, times.latest)};
            hashes.clear();
            times = {base::Time::max(), base::Time::min()};
          }
          return Status(Ok{});
        });
    if (!read) {
      AddDifferent(name, differ, {});
      damaged_ = true;
      return AddFault(name, 0, tree_.size(), read.error().message);
    }
    if (segment.times().earliest != all.earliest || segment.times().latest != all.latest)
      AddFault(name, 0, first,
               {"its times are not those of its entries",
                "ses moments ne sont pas ceux de ses entrées"});
    CompareRuns(first, runs, runs_file);
  }

  base::Time CheckLeaf(const std::string& name, uint64_t index, ByteView leaf) {
    const auto entry = DecodeEntry(leaf);
    if (!entry) {
      AddFault(name, 0, index, entry.error().message);
      return {};
    }
    if (entry->index != index)
      AddFault(name, 0, index,
               Filled("it says that it is entry {}", "elle dit être l’entrée {}", {entry->index}));
    if (const auto deletion = ToDeletion(*entry)) deletion_ = deletion;
    if (entry->header.kind == kIndexRunKind) {
      if (const auto said = ReadIndexEntry(*entry))
        said_[said->first].push_back({index, *said});
      else
        AddFault(name, 0, index, said.error().message);
    }
    return entry->time;
  }

  // A run is a function of the entries.
  void CompareRuns(uint64_t first, SegmentIndexer& indexer,
                   const base::Result<base::MappedFile>& file) {
    const std::string name = NameOf(first, kRunsSuffix);
    made_[first] = indexer.Finish();
    const base::Bytes& rebuilt = indexer.file();
    if (!file) return AddFault(name, 0, {}, file.error().message);
    if (std::ranges::equal(rebuilt, file->bytes())) return;
    AddFault(name, FirstDifference(rebuilt, file->bytes()), first,
             Filled("it is not the index of entries {} to {} (exclusive): something was left out, "
                    "put in or changed",
                    "ce n’est pas l’index des entrées {} à {} (exclue) : quelque chose a été omis, "
                    "ajouté ou modifié",
                    {first, sealed_}));
  }

  void CheckTreeLength() {
    const std::pair<const char*, size_t> files[] = {{"tree/0", leaves_.bytes().size()},
                                                    {"tree/1", bundles_.bytes().size()}};
    const uint64_t wanted[] = {sealed_ * 32, sealed_ / kBundleEntries * 32};
    for (size_t i = 0; i < 2; ++i) {
      if (files[i].second < wanted[i])
        AddFault(files[i].first, files[i].second, {},
                 Filled("it ends here; {} bytes are needed", "il se termine ici; il faut {} octets",
                        {wanted[i]}));
      if (files[i].second > wanted[i] && !live_)
        report_.notes.push_back(Filled(
            "{} is longer than the segments need: a sealing was broken off",
            "{} est plus long que les segments ne l’exigent : un scellement a été interrompu",
            {files[i].first}));
    }
  }

  void CheckLog(uint64_t first, const base::Result<std::string>& bytes, bool last) {
    const std::string name = NameOf(first, kLogSuffix);
    if (!bytes) return AddFault(name, 0, {}, bytes.error().message);
    if (first > tree_.size() || first % kBundleEntries != 0)
      return AddFault(name, 0, tree_.size(),
                      Filled("it begins with entry {}, and the one before it ends at {}",
                             "il commence par l’entrée {}, et le précédent se termine à {}",
                             {first, tree_.size()}));
    if (!of_segments_) of_segments_ = tree_;
    Frontier tree;
    if (first >= sealed_ && of_segments_->size() == sealed_) tree = *of_segments_;
    for (uint64_t i = tree.size(); i < first; ++i)
      tree.Append(i < sealed_ ? StoredLeaf(i) : open_[i - sealed_]);
    const auto log = LoadLog(base::AsBytes(*bytes), first, key_, tree);
    if (!log) return AddFault(name, 0, first, log.error().message);
    CheckNotes(name, *bytes, *log);
    AddLogLeaves(name, *bytes, *log);
    const bool expected = live_ && last && !log->damaged;
    if (log->behind == 0 || expected) return;
    AddFault(name, log->bad_entry ? log->bad_offset : log->used,
             log->bad_entry ? log->bad_entry : std::optional(tree_.size()),
             Filled("{} bytes do not hold that stand behind the last note which does: a writer "
                    "stopped there (the next one cuts them), or somebody changed them",
                    "{} octets ne tiennent pas, derrière la dernière note qui tient : une écriture "
                    "s’est interrompue là (la suivante les coupera), ou quelqu’un les a modifiés",
                    {log->behind}));
  }

  void CheckNotes(const std::string& name, std::string_view bytes, const LoadedLog& log) {
    for (const LoadedLog::Place& note : log.notes)
      if (const auto opened = OpenCheckpoint(bytes.substr(note.offset, note.size), key_); !opened)
        AddFault(name, note.offset, {}, opened.error().message);
  }

  void AddLogLeaves(const std::string& name, std::string_view bytes, const LoadedLog& log) {
    for (size_t i = 0; i < log.leaves.size(); ++i) {
      const uint64_t index = log.first + i;
      const LoadedLog::Place& place = log.places[i];
      if (index < tree_.size()) {
        if (log.leaves[i] != open_[index - sealed_])
          AddFault(name, place.offset, index,
                   {"it is not the entry that the log before it holds",
                    "ce n’est pas l’entrée que contient le journal précédent"});
        continue;
      }
      CheckLeaf(name, index, base::AsBytes(bytes).subspan(place.offset, place.size));
      open_.push_back(log.leaves[i]);
      AddLeaf(log.leaves[i]);
    }
  }

  void CheckEnd() {
    CheckRoot();
    if (!any_log_)
      AddFault(NameOf(sealed_, kLogSuffix), 0, {},
               {"it is missing: the log that new entries go to",
                "il manque : c’est le journal où vont les nouvelles entrées"});
    if (next_ == checkpoints_.size()) return;
    AddFault("segments", 0, tree_.size(),
             Filled("entries end at {}; a checkpoint for {} was published",
                    "les entrées se terminent à {}; un point de contrôle pour {} a été publié",
                    {tree_.size(), checkpoints_.back().size}));
  }

  // What the tree says of each segment's runs and times.
  void CheckRuns() {
    for (const auto& [first, made] : made_) {
      const auto said = said_.find(first);
      if (said == said_.end()) {
        report_.notes.push_back(
            Filled("no entry speaks of the index of {} yet; the next append does",
                   "aucune entrée ne parle encore de l’index de {}; le prochain ajout le fera",
                   {NameOf(first, kSegmentSuffix)}));
        continue;
      }
      for (const auto& [index, segment] : said->second)
        if (segment != made)
          AddFault(NameOf(first, kRunsSuffix), 0, index,
                   {"its roots and times are not those that this entry says",
                    "ses racines et ses moments ne sont pas ceux que dit cette entrée"});
    }
  }

  // What is not there must have been deleted, and the trail must tell of it.
  void CheckDeleted() {
    const uint64_t gone = deletion_ ? deletion_->end() : 0;
    for (const auto& [from, end] : missing_)
      if (end > gone)
        AddFault("segments", 0, std::max(from, gone),
                 Filled("entries {} to {} (exclusive) are missing: deleted without record",
                        "les entrées {} à {} (exclue) manquent : supprimées sans trace",
                        {std::max(from, gone), end}));
    if (!deletion_) return;
    report_.notes.push_back(Filled(
        "entries below {} were deleted, last on {}, under trail.keep {} (entry {}); their "
        "hashes hold",
        "les entrées en deçà de {} ont été supprimées, les dernières le {}, selon trail.keep "
        "{} (entrée {}); leurs empreintes tiennent",
        {gone, base::FormatDate(deletion_->time), deletion_->keep, deletion_->entry}));
    for (const uint64_t first : segments_)
      if (first < gone)
        report_.notes.push_back(
            Filled("{} is left of a deletion that was broken off; the next command that writes "
                   "removes it",
                   "{} reste d’une suppression interrompue; la prochaine commande qui écrit "
                   "l’enlèvera",
                   {NameOf(first, kSegmentSuffix)}));
  }

  const std::string& folder_;
  const VerifierKey& key_;
  const std::vector<SignedSize>& checkpoints_;
  uint64_t read_from_;
  bool live_;
  VerifyReport& report_;
  base::MappedFile leaves_;
  base::MappedFile bundles_;
  Frontier tree_;
  std::optional<Frontier> of_segments_;  // the tree of what the segments hold, or held
  size_t next_ = 0;                      // of checkpoints_
  bool damaged_ = false;
  bool any_log_ = false;
  std::vector<uint64_t> segments_;
  std::vector<std::pair<uint64_t, uint64_t>> missing_;  // from, end
  std::optional<Deletion> deletion_;                    // the last
  uint64_t sealed_ = 0;
  std::vector<Digest> open_;                 // leaf hashes from sealed_ on
  std::map<uint64_t, IndexedSegment> made_;  // of the entries
  std::map<uint64_t, std::vector<std::pair<uint64_t, IndexedSegment>>> said_;
};

}  // namespace

CheckedEntries VerifyEntries(const std::string& folder, const VerifierKey& key,
                             const std::vector<SignedSize>& checkpoints,
                             const EntriesToVerify& which, VerifyReport& report) {
  return EntriesCheck(folder, key, checkpoints, which, report).Run();
}

}  // namespace garant::trail

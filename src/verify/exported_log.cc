#include "verify/exported_log.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "trail/entry/entry.h"
#include "trail/store/deletion.h"
#include "trail/store/entry_bundle.h"
#include "trail/tree/merkle.h"
#include "trail/tree/proofs.h"
#include "trail/tree/tile_path.h"
#include "verify/exported_files.h"
#include "verify/exported_index.h"

namespace garant::verify {
namespace {

using base::ByteView;
using base::Filled;
using base::Text;
using trail::Digest;
using trail::TilePath;

constexpr const char* kCheckpoint = "checkpoint";

class LogCheck {
 public:
  LogCheck(const std::string& folder, const trail::VerifierKey& key, const LogChecks& checks)
      : folder_(folder), key_(key), checks_(checks) {}

  LogReport Run() {
    if (!TakeCheckpoint()) return std::move(report_);
    TakeSince();
    for (uint64_t number = 0; tree_.size() < size_; ++number)
      if (!CheckBundle(number)) return std::move(report_);
    SayWhatIsGone();
    CheckUpperTiles();
    CheckRoots();
    CheckExportedFiles(folder_, size_, report_);
    if (checks_.index && report_.faults.empty())
      CheckExportedIndex(folder_, key_.name, size_, checks_.kept_from, said_, report_);
    return std::move(report_);
  }

 private:
  // False where there are too many to go on.
  bool Fault(const std::string& file, std::optional<uint64_t> entry, Text message) {
    report_.faults.push_back({file, entry, std::move(message)});
    return report_.faults.size() < kMostFaults;
  }

  bool TakeCheckpoint() {
    const auto text = base::ReadFile(folder_ + "/" + kCheckpoint, trail::kLargestNote);
    const auto note = text ? trail::Note::Parse(*text) : base::Result<trail::Note>(text.error());
    const auto opened =
        note ? trail::OpenCheckpoint(*note, key_) : base::Result<trail::Checkpoint>(note.error());
    if (!opened) {
      Fault(kCheckpoint, {}, opened.error().message);
      return false;
    }
    report_.checkpoint = *opened;
    size_ = opened->size;
    if (checks_.kept_from > size_) {
      Fault(kCheckpoint, {},
            Filled("it is of {} entries, fewer than --kept-from leaves out",
                   "il compte {} entrées, moins que --kept-from n’en omet", {size_}));
      return false;
    }
    if (checks_.policy != nullptr) CheckWitnesses(*note);
    return true;
  }

  void CheckWitnesses(const trail::Note& note) {
    std::vector<bool> cosigned;
    std::string names;
    for (const trail::Policy::Witness& witness : checks_.policy->witnesses()) {
      const auto time = trail::VerifyCosignature(note, witness.key);
      cosigned.push_back(time.has_value());
      if (time) names += (names.empty() ? "" : ", ") + witness.name;
      if (!time && time.error().code != base::Code::kNotFound)
        Fault(kCheckpoint, {}, time.error().message);
    }
    if (checks_.policy->IsQuorum(cosigned))
      report_.notes.push_back(Filled("Witnessed by {}.", "Devant témoin : {}.", {names}));
    else
      Fault(kCheckpoint, {},
            {"the witnesses that the policy asks for did not cosign it",
             "les témoins que la politique exige ne l’ont pas cosigné"});
  }

  void TakeSince() {
    if (!checks_.since) return;
    const auto note = trail::Note::Parse(*checks_.since);
    const auto opened =
        note ? trail::OpenCheckpoint(*note, key_) : base::Result<trail::Checkpoint>(note.error());
    if (!opened) {
      Fault("", {},
            Filled("the earlier checkpoint: {}", "le point de contrôle antérieur : {}",
                   {opened.error().message}));
      return;
    }
    since_ = *opened;
    if (since_->size > size_)
      Fault(kCheckpoint, {},
            Filled("it is of {} entries; the earlier checkpoint is of {}: entries were taken back",
                   "il compte {} entrées; le point de contrôle antérieur, {} : des entrées ont été "
                   "retirées",
                   {size_, since_->size}));
  }

  // 256 entries and their hashes, or those of the end. False where there is no going on.
  bool CheckBundle(uint64_t number) {
    TilePath path{.number = number, .width = trail::WidthOfTile(size_, 0, number)};
    const auto tile = ReadTile(path);
    path.entries = true;
    const uint64_t first = number * trail::kTileWidth;
    const std::string file = path.ToString();
    if (first + path.width <= checks_.kept_from && !base::Exists(folder_ + "/" + file)) {
      if (!tile) return false;
      for (const Digest& leaf : *tile) Append(leaf);
      if (!gone_.empty() && gone_.back().second == first)
        gone_.back().second = first + path.width;
      else
        gone_.emplace_back(first, first + path.width);
      return true;
    }
    const auto bytes = base::ReadFile(folder_ + "/" + file, trail::kLargestBundle);
    const auto leaves = bytes ? trail::SplitBundle(base::AsBytes(*bytes), path.width)
                              : base::Result<trail::Leaves>(bytes.error());
    if (!leaves) {
      Fault(file, first, leaves.error().message);
      if (!tile) return false;
      for (const Digest& leaf : *tile) Append(leaf);
      return true;
    }
    for (size_t i = 0; i < leaves->size(); ++i) {
      const uint64_t index = first + i;
      const Digest hash = trail::LeafHash((*leaves)[i]);
      if (tile && hash != (*tile)[i] &&
          !Fault(file, index,
                 {"its bytes are not those that the tree has",
                  "ses octets ne sont pas ceux que contient l’arbre"}))
        return false;
      if (!CheckEntry(file, index, (*leaves)[i])) return false;
      Append(hash);
    }
    report_.entries += leaves->size();
    return true;
  }

  bool CheckEntry(const std::string& file, uint64_t index, ByteView leaf) {
    const auto entry = trail::DecodeEntry(leaf);
    if (!entry) return Fault(file, index, entry.error().message);
    if (entry->index != index)
      return Fault(
          file, index,
          Filled("it says that it is entry {}", "elle dit être l’entrée {}", {entry->index}));
    if (const auto deletion = trail::ToDeletion(*entry))
      deleted_ = std::max(deleted_, deletion->end());
    if (entry->header.kind != trail::kIndexRunKind) return true;
    const auto said = trail::ReadIndexEntry(*entry);
    if (!said) return Fault(file, index, said.error().message);
    said_.push_back({index, *said});
    return true;
  }

  std::optional<std::vector<Digest>> ReadTile(const TilePath& path) {
    const std::string file = path.ToString();
    const size_t wanted = size_t{path.width} * Digest().size();
    const auto bytes = base::ReadFile(folder_ + "/" + file, wanted);
    if (!bytes || bytes->size() != wanted) {
      Fault(file, {},
            bytes ? Filled("it has {} bytes, not {}", "il a {} octets, et non {}",
                           {uint64_t{bytes->size()}, uint64_t{wanted}})
                  : bytes.error().message);
      return {};
    }
    std::vector<Digest> hashes(path.width);
    for (size_t i = 0; i < hashes.size(); ++i)
      std::copy_n(base::AsBytes(*bytes).begin() + static_cast<ptrdiff_t>(i * 32), 32,
                  hashes[i].begin());
    return hashes;
  }

  // Who excuses them with --kept-from is to know what the log itself says of them.
  void SayWhatIsGone() {
    for (const auto& [first, end] : gone_) {
      const uint64_t said = std::clamp(deleted_, first, end);
      if (said != first)
        report_.notes.push_back(
            Filled("Entries {} to {} (exclusive) are not there; the log says that they were "
                   "deleted when their time had come.",
                   "Les entrées {} à {} (exclue) n’y sont pas; le journal dit qu’elles ont été "
                   "supprimées, leur temps venu.",
                   {first, said}));
      if (said != end)
        report_.notes.push_back(
            Filled("Entries {} to {} (exclusive) are not there, and NOTHING in the log says that "
                   "they were deleted: --kept-from alone excuses them.",
                   "Les entrées {} à {} (exclue) n’y sont pas, et RIEN dans le journal ne dit "
                   "qu’elles ont été supprimées : --kept-from seul les excuse.",
                   {said, end}));
    }
  }

  void Append(const Digest& leaf) {
    tree_.Append(leaf, nodes_);
    if (tree_.size() % trail::kTileWidth == 0) {
      levels_[1].push_back(trail::TreeRoot(nodes_));
      nodes_.clear();
    }
    if (since_ && since_->size == tree_.size()) since_root_ = tree_.Root();
  }

  // Each level is made of the one below and compared with the files.
  void CheckUpperTiles() {
    for (unsigned level = 1; trail::WidthOfTile(size_, level, 0) != 0; ++level) {
      const std::vector<Digest>& hashes = levels_[level];
      for (uint64_t number = 0;; ++number) {
        const TilePath path{
            .level = level, .number = number, .width = trail::WidthOfTile(size_, level, number)};
        if (path.width == 0) break;
        const std::span<const Digest> made =
            std::span(hashes).subspan(number * trail::kTileWidth, path.width);
        const auto tile = ReadTile(path);
        if (tile && !std::ranges::equal(*tile, made))
          Fault(path.ToString(), {},
                {"its hashes are not those of the entries",
                 "ses empreintes ne sont pas celles des entrées"});
        if (path.width == trail::kTileWidth) levels_[level + 1].push_back(trail::TreeRoot(made));
      }
    }
  }

  void CheckRoots() {
    if (tree_.Root() != report_.checkpoint.root)
      Fault(kCheckpoint, {},
            {"the entries lead to another root than it signed",
             "les entrées mènent à une autre racine que celle qu’il signe"});
    if (!since_ || since_->size > size_) return;
    const Digest old = since_->size == 0 ? base::Sha256({}) : since_root_;
    if (old != since_->root)
      Fault(kCheckpoint, {},
            Filled("it does not continue the earlier checkpoint of {} entries: what stood there "
                   "was changed",
                   "il ne continue pas le point de contrôle antérieur de {} entrées : ce qui y "
                   "figurait a été modifié",
                   {since_->size}));
    else
      report_.notes.push_back(Filled("It continues the earlier checkpoint of {} entries.",
                                     "Il continue le point de contrôle antérieur de {} entrées.",
                                     {since_->size}));
  }

  const std::string& folder_;
  const trail::VerifierKey& key_;
  const LogChecks& checks_;
  LogReport report_;
  uint64_t size_ = 0;
  std::optional<trail::Checkpoint> since_;
  Digest since_root_{};
  trail::Frontier tree_;
  std::vector<Digest> nodes_;  // over each 4 leaves, of the last 256 that are not full
  std::map<unsigned, std::vector<Digest>> levels_;
  std::vector<SaidIndex> said_;
  std::vector<std::pair<uint64_t, uint64_t>> gone_;  // without bytes: from … up to
  uint64_t deleted_ = 0;                             // the log says that entries below were
};

}  // namespace

LogReport CheckExportedLog(const std::string& folder, const trail::VerifierKey& key,
                           const LogChecks& checks) {
  return LogCheck(folder, key, checks).Run();
}

}  // namespace garant::verify

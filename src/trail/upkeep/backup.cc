#include "trail/upkeep/backup.h"

#include <algorithm>
#include <set>

#include "base/disk.h"
#include "base/file.h"
#include "trail/keys/key_vault.h"
#include "trail/store/listing.h"
#include "trail/store/lock.h"
#include "trail/store/paths.h"
#include "trail/tree/proofs.h"
#include "trail/tree/timestamp.h"
#include "trail/tree/witnessed.h"
#include "trail/upkeep/backup_digests.h"
#include "trail/upkeep/backup_files.h"
#include "trail/upkeep/backup_place.h"
#include "trail/upkeep/check_backup.h"

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

std::function<bool(const std::string&)> stop_before;

Status Step(const std::string& step) {
  if (!stop_before || !stop_before(step)) return Ok{};
  return Error{Code::kIo, {"stopped", "arrêté"}, {}};
}

// Of which one continues the other.
bool AreOfOne(ByteView one, ByteView other) {
  const size_t both = std::min(one.size(), other.size());
  return std::ranges::equal(one.first(both), other.first(both));
}

Error Conflict(const base::Text& message) { return {Code::kConflict, message, {}}; }

// What was published up to where the copy ends.
Result<std::string> CheckpointsUpTo(const std::string& folder, const LoadedTrail& loaded) {
  const std::string text = TRY(base::ReadFile(CheckpointsPath(folder), kLargestFile));
  std::string kept;
  for (std::string_view rest = text; const size_t length = FirstNoteLength(rest);) {
    const auto checkpoint = TRY(OpenCheckpoint(rest.substr(0, length), loaded.key));
    if (checkpoint.size > loaded.size()) break;
    kept += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return kept;
}

// A list of its digests goes with a back-up, and not with what is restored.
enum class As : uint8_t { kBackup, kTrail };

class Copy {
 public:
  Copy(const std::string& folder, const std::string& to, As as,
       const std::optional<std::string>& root)
      : folder_(folder), to_(to), as_(as), root_(root) {}

  Result<BackedUp> Make(WithKeys keys) {
    TRY(CheckApart(folder_, to_));
    if (as_ == As::kBackup) TRY(CheckIsForBackup(folder_, to_));
    TRY(base::MakeFolder(SegmentsPath(to_)));
    TRY(base::MakeFolder(TreePath(to_)));
    TRY(lock_.Take(LockPath(to_), std::chrono::milliseconds(0)));
    if (as_ == As::kTrail)
      TRY(base::WriteFileDurably(RestoringPath(to_), "", base::FileMode::kPrivate));
    TRY(Read(keys));
    TRY(CheckContinues());
    TRY(PutTree());
    TRY(Stage());
    if (as_ == As::kBackup) TRY(StageDigests());
    TRY(PutInPlace());
    TRY(RemoveOld());
    TRY(PutKeys());
    if (as_ == As::kBackup) TRY(PutDigests());
    if (as_ == As::kTrail) {
      TRY(base::SystemDisk().Remove(RestoringPath(to_)));
      TRY(base::SystemDisk().SyncFolder(to_));
    }
    return done_;
  }

 private:
  // What others vouch for comes first: they may not have seen more than is copied. Keys come last:
  // whom they do not know any more was erased.
  Status Read(WithKeys keys) {
    if (base::Exists(CosignedPath(folder_)))
      cosigned_ = TRY(base::ReadFile(CosignedPath(folder_), kLargestFile));
    stamps_ = TRY(ReadFolder(StampsPath(folder_)));
    loaded_ = TRY(LoadTrail(folder_, {}));
    checkpoints_ = TRY(CheckpointsUpTo(folder_, loaded_));
    const uint64_t leaves = loaded_.sealed * 32;
    if (leaves != 0) {
      leaves_ = TRY(base::MappedFile::Open(LeavesPath(folder_), leaves, leaves));
      bundles_ = TRY(base::MappedFile::Open(BundlesPath(folder_), leaves / kBundleEntries,
                                            leaves / kBundleEntries));
    }
    if (keys == WithKeys::kYes && !base::Exists(KeyTablePath(folder_)) &&
        base::Exists(KeyTablePath(to_)))
      return Conflict(Filled(
          "{} is missing, and the back-up has one: put that back (garant trail restore), or leave "
          "the keys out (--no-keys)",
          "{} manque, et la sauvegarde en a une : remettez celle-ci en place (garant trail "
          "restore), ou omettez les clés (--no-keys)",
          {KeyTablePath(folder_)}));
    if (keys == WithKeys::kYes) keys_ = TRY(ReadKeyFiles(folder_));
    done_ = {.entries = loaded_.size(),
             .kept_from = loaded_.kept_from,
             .root = loaded_.checkpoint.root,
             .keys = !keys_.empty() || keys == WithKeys::kLeave};
    leave_keys_ = keys == WithKeys::kLeave;
    if (as_ == As::kBackup) digests_.emplace(to_, loaded_.key, TRY(SigningSeed()));
    return Ok{};
  }

  Result<std::optional<Key>> SigningSeed() const {
    if (!root_) return std::optional<Key>();
    const auto custody = TRY(OpenCustody(*root_, folder_));
    return std::optional(TRY(KeyVault::Read(folder_, *custody)).signing_seed());
  }

  // A copy is never made of another trail, or of one that was put back to where it was before.
  Status CheckContinues() const {
    Checkpoint last;
    if (const auto there = LoadTrail(to_, {})) {
      last = there->checkpoint;
    } else if (const auto text = base::ReadFile(CheckpointsPath(to_), kLargestFile)) {
      for (std::string_view rest = *text; const size_t length = FirstNoteLength(rest);) {
        if (const auto one = OpenCheckpoint(rest.substr(0, length), loaded_.key)) last = *one;
        rest.remove_prefix(length);
      }
    }
    if (last.size == 0) return Ok{};
    if (last.size > loaded_.size() || TRY(TreeRoot(loaded_.hashes, last.size)) != last.root)
      return Conflict(
          Filled("{} holds {} entries, and the trail, of {}, does not continue them: an older copy "
                 "of it was put back; make the back-up elsewhere and keep that one",
                 "{} contient {} entrées, et le journal, qui en a {}, ne les continue pas : une "
                 "copie plus ancienne y a été remise; faites la copie ailleurs et gardez celle-là",
                 {to_, last.size, loaded_.size()}));
    return Ok{};
  }

  Status PutTree() {
    TRY(base::WriteFileDurably(VerifierKeyPath(to_), loaded_.key.ToString() + "\n",
                               base::FileMode::kPrivate));
    if (loaded_.sealed == 0) return Ok{};
    TRY(Step("tree"));
    // Of what lies where a trail is restored nobody knows whose it is.
    if (as_ == As::kTrail) TRY(base::SystemDisk().Remove(LeavesPath(to_)));
    done_.bytes += TRY(Grow(LeavesPath(to_), leaves_.bytes()));
    // Small, and read whole whenever a trail is opened.
    const auto there = base::MappedFile::Open(BundlesPath(to_));
    if (there && !AreOfOne(there->bytes(), bundles_.bytes()))
      TRY(base::SystemDisk().Remove(BundlesPath(to_)));
    done_.bytes += TRY(Grow(BundlesPath(to_), bundles_.bytes()));
    return base::SystemDisk().SyncFolder(TreePath(to_));
  }

  Status StageFile(uint64_t first, std::string_view suffix, ByteView bytes) {
    const std::string path = SegmentPath(to_, first, suffix);
    TRY(WriteNew(path + std::string(kUnfinishedSuffix), bytes));
    staged_.push_back(path);
    if (digests_) digests_->Add("segments/" + SegmentName(first, suffix), bytes);
    done_.bytes += bytes.size();
    return Ok{};
  }

  // Beside what is there, in the order in which it must take its place. Logs first: between the
  // logs and the last segment alone the copy cannot be opened.
  Status Stage() {
    TRY(Step("stage"));
    for (const OpenLog& open : loaded_.logs)
      TRY(StageFile(open.log.first, kLogSuffix,
                    base::AsBytes(open.bytes).subspan(0, open.log.used)));
    for (const StoredSegment& stored : loaded_.segments) {
      const uint64_t first = stored.segment.first();
      const ByteView segment = stored.segment_file.bytes();
      const ByteView runs = stored.runs_file.bytes();
      if (SizeOf(SegmentPath(to_, first, kSegmentSuffix)) == segment.size() &&
          SizeOf(SegmentPath(to_, first, kRunsSuffix)) == runs.size()) {
        if (digests_) {
          digests_->AddUnchanged("segments/" + SegmentName(first, kSegmentSuffix), segment);
          digests_->AddUnchanged("segments/" + SegmentName(first, kRunsSuffix), runs);
        }
        continue;
      }
      TRY(StageFile(first, kRunsSuffix, runs));
      TRY(StageFile(first, kSegmentSuffix, segment));
      ++done_.new_segments;
      TRY(Step("segment"));
    }
    return Ok{};
  }

  Status StageDigests() {
    TRY(Step("digests"));
    digests_->Add("log.vkey", base::AsBytes(loaded_.key.ToString() + "\n"));
    digests_->Add("checkpoints", base::AsBytes(checkpoints_));
    if (!cosigned_.empty()) digests_->Add("cosigned", base::AsBytes(cosigned_));
    for (const auto& [name, content] : stamps_)
      digests_->Add("stamps/" + name, base::AsBytes(content));
    for (const auto& [name, content] : keys_) digests_->Add("keys/" + name, base::AsBytes(content));
    done_.is_signed = digests_->is_signed();
    return digests_->Stage();
  }

  Status PutDigests() {
    TRY(Step("done"));
    return digests_->PutInPlace();
  }

  Status PutInPlace() {
    base::Disk& disk = base::SystemDisk();
    TRY(disk.SyncFolder(SegmentsPath(to_)));
    for (const std::string& path : staged_) {
      TRY(Step("rename"));
      TRY(disk.Rename(path + std::string(kUnfinishedSuffix), path));
    }
    return disk.SyncFolder(SegmentsPath(to_));
  }

  Status RemoveOld() {
    TRY(Step("old"));
    std::set<std::string> there;
    for (const OpenLog& open : loaded_.logs) there.insert(SegmentName(open.log.first, kLogSuffix));
    for (const StoredSegment& stored : loaded_.segments)
      for (const std::string_view suffix : {kSegmentSuffix, kRunsSuffix})
        there.insert(SegmentName(stored.segment.first(), suffix));
    std::vector<std::string> old;
    for (const std::string& name : TRY(base::NamesIn(SegmentsPath(to_))))
      if (!there.contains(name)) old.push_back(SegmentsPath(to_) + "/" + name);
    // Oldest first, segments before their runs, as a deletion does.
    std::ranges::sort(old, {}, [](const std::string& path) {
      return std::pair(path.ends_with(kRunsSuffix), path);
    });
    for (const std::string& path : old) TRY(base::SystemDisk().Remove(path));
    TRY(base::SystemDisk().SyncFolder(SegmentsPath(to_)));
    TRY(Step("checkpoints"));
    TRY(base::WriteFileDurably(CheckpointsPath(to_), checkpoints_, base::FileMode::kPrivate));
    if (cosigned_.empty())
      TRY(base::SystemDisk().Remove(CosignedPath(to_)));
    else
      TRY(base::WriteFileDurably(CosignedPath(to_), cosigned_, base::FileMode::kPrivate));
    return WriteFolder(StampsPath(to_), stamps_, "");
  }

  Status PutKeys() {
    TRY(Step("keys"));
    if (leave_keys_) return Ok{};
    for (const auto& [name, content] : keys_) done_.bytes += content.size();
    return WriteFolder(KeysFolder(to_), keys_, "table");
  }

  const std::string& folder_;
  const std::string& to_;
  const As as_;
  const std::optional<std::string>& root_;
  WriterLock lock_;
  std::string cosigned_;
  FolderFiles stamps_;
  LoadedTrail loaded_;
  std::string checkpoints_;
  base::MappedFile leaves_;
  base::MappedFile bundles_;
  FolderFiles keys_;
  bool leave_keys_ = false;
  std::vector<std::string> staged_;
  std::optional<BackupDigests> digests_;
  BackedUp done_;
};

}  // namespace

void StopBackupBefore(std::function<bool(const std::string&)> stop) {
  stop_before = std::move(stop);
}

Draft BackupDraft(uint64_t entries, bool keys, const std::string& place, std::string_view service,
                  base::Time now) {
  Draft draft;
  draft.time = now;
  draft.kind = kBackupKind;
  draft.service = service;
  draft.source = "garant.trail";
  draft.outcome = "begun";
  draft.facts = {{"entries", static_cast<int64_t>(entries)}, {"keys", keys}};
  const ByteView bytes = base::AsBytes(place);
  draft.sealed = {{KeyClass::kRecord, std::string(kBackupPlace),
                   base::Bytes(bytes.begin(), bytes.end()), std::nullopt}};
  return draft;
}

Result<BackedUp> BackUp(const std::string& folder, const std::string& to, WithKeys keys,
                        const std::optional<std::string>& root) {
  return Copy(folder, to, As::kBackup, root).Make(keys);
}

Result<BackedUp> Restore(const std::string& from, const std::string& folder) {
  // As long as that file is there, what else is there was restored in part.
  if ((TrailExists(folder) || base::Exists(CheckpointsPath(folder))) &&
      !base::Exists(RestoringPath(folder)))
    return Conflict(Filled("there is a trail in {}; restore into a folder that holds none",
                           "il y a un journal dans {}; restaurez dans un dossier qui n’en contient "
                           "pas",
                           {folder}));
  const auto report = TRY(CheckBackup(from, {}));
  if (!report.trail.ok()) {
    const Fault& fault = report.trail.faults.front();
    return Error{
        Code::kUntrusted,
        Filled("{} does not hold and is not restored: {}; where its making was broken off, make it "
               "anew",
               "{} ne tient pas et n’est pas restauré : {}; si sa copie s’est interrompue, "
               "refaites-la",
               {from, base::Text{fault.ToString(base::Language::kEnglish),
                                 fault.ToString(base::Language::kFrench)}}),
        {}};
  }
  // Keys that live stay as they are.
  const bool living = base::Exists(KeyTablePath(folder));
  auto done =
      TRY(Copy(from, folder, As::kTrail, {}).Make(living ? WithKeys::kLeave : WithKeys::kYes));
  done.is_signed = report.is_signed;
  return done;
}

}  // namespace garant::trail

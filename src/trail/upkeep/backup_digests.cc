#include "trail/upkeep/backup_digests.h"

#include "base/disk.h"
#include "base/file.h"
#include "trail/store/paths.h"
#include "trail/tree/note.h"

namespace garant::trail {

using base::ByteView;
using base::Result;
using base::Status;

namespace {

constexpr size_t kLargestList = size_t{1} << 30U;

}  // namespace

BackupDigests::BackupDigests(std::string to, VerifierKey log, std::optional<Key> signing_seed)
    : to_(std::move(to)), log_(std::move(log)), seed_(signing_seed) {
  const auto text = base::ReadFile(DigestsPath(to_), kLargestList);
  auto list = text ? DigestList::Parse(*text, log_) : Result<DigestList>(text.error());
  if (list && (list->is_signed || !seed_)) earlier_ = std::move(*list);
}

void BackupDigests::Add(const std::string& name, ByteView bytes) {
  list_.files[name] = {bytes.size(), base::Sha256(bytes)};
}

void BackupDigests::AddUnchanged(const std::string& name, ByteView bytes) {
  const auto earlier = earlier_.files.find(name);
  if (earlier != earlier_.files.end() && earlier->second.size == bytes.size())
    list_.files[name] = earlier->second;
  else
    Add(name, bytes);
}

Status BackupDigests::Stage() const {
  std::string text = list_.ToString();
  if (seed_) text += "\n" + SignNote(text, log_, *seed_).ToLine();
  return base::WriteFileDurably(DigestsPath(to_) + std::string(kUnfinishedSuffix), text,
                                base::FileMode::kPrivate);
}

Status BackupDigests::PutInPlace() const {
  base::Disk& disk = base::SystemDisk();
  TRY(disk.Rename(DigestsPath(to_) + std::string(kUnfinishedSuffix), DigestsPath(to_)));
  return disk.SyncFolder(to_);
}

}  // namespace garant::trail

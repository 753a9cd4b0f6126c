#include "trail/upkeep/backup_files.h"

#include <filesystem>

#include "base/disk.h"
#include "base/file.h"
#include "trail/keys/key_vault.h"

namespace garant::trail {

using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;

namespace {

constexpr int kMostTries = 20;
constexpr size_t kLargestFile = size_t{1} << 30U;
constexpr uint64_t kChunk = uint64_t{8} << 20U;
constexpr const char* kTable = "table";

}  // namespace

uint64_t SizeOf(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

Result<FolderFiles> ReadFolder(const std::string& folder) {
  FolderFiles files;
  const auto names = base::NamesIn(folder);
  if (!names && names.error().code == Code::kNotFound) return files;
  if (!names) return names.error();
  for (const std::string& name : *names)
    if (!name.ends_with(".new"))
      files[name] = TRY(base::ReadFile(folder + "/" + name, kLargestFile));
  return files;
}

// A table is sealed anew with each writing, and the pages that it names are there as long as it is
// the last: where it did not change meanwhile, all of them are of its state.
Result<FolderFiles> ReadKeyFiles(const std::string& trail) {
  const std::string folder = KeysFolder(trail);
  if (!base::Exists(KeyTablePath(trail))) return FolderFiles();
  for (int tries = 0; tries < kMostTries; ++tries) {
    const std::string before = TRY(base::ReadFile(KeyTablePath(trail), kLargestFile));
    auto files = ReadFolder(folder);
    const auto after = base::ReadFile(KeyTablePath(trail), kLargestFile);
    if (!files && files.error().code != Code::kNotFound) return files;
    if (!after && after.error().code != Code::kNotFound) return after.error();
    if (files && after && before == *after && (*files)[kTable] == before) return files;
  }
  return Error{Code::kConflict,
               Filled("{} is written all the time; try again",
                      "{} est constamment écrit; réessayez", {folder}),
               {}};
}

Status WriteNew(const std::string& path, ByteView bytes) {
  const auto file = TRY(base::SystemDisk().Open(path));
  TRY(file->Cut(0));
  for (uint64_t at = 0; at < bytes.size(); at += kChunk)
    TRY(file->WriteAt(at, bytes.subspan(at, std::min<uint64_t>(kChunk, bytes.size() - at))));
  return file->Sync();
}

Result<uint64_t> Grow(const std::string& path, ByteView bytes) {
  const uint64_t there = SizeOf(path);
  const auto file = TRY(base::SystemDisk().Open(path));
  if (there > bytes.size()) TRY(file->Cut(bytes.size()));
  if (there >= bytes.size()) return uint64_t{0};
  for (uint64_t at = there; at < bytes.size(); at += kChunk)
    TRY(file->WriteAt(at, bytes.subspan(at, std::min<uint64_t>(kChunk, bytes.size() - at))));
  TRY(file->Sync());
  return bytes.size() - there;
}

Status WriteFolder(const std::string& folder, const FolderFiles& files, const std::string& last) {
  if (files.empty() && !base::Exists(folder)) return Ok{};
  TRY(base::MakeFolder(folder));
  const auto put = [&](const std::string& name, const std::string& content) -> Status {
    const std::string path = folder + "/" + name;
    if (base::Exists(path) && SizeOf(path) == content.size() &&
        TRY(base::ReadFile(path, kLargestFile)) == content)
      return Ok{};
    return base::WriteFileDurably(path, content, base::FileMode::kPrivate);
  };
  for (const auto& [name, content] : files)
    if (name != last) TRY(put(name, content));
  if (const auto counts = files.find(last); counts != files.end()) TRY(put(last, counts->second));
  for (const std::string& name : TRY(base::NamesIn(folder)))
    if (!files.contains(name)) TRY(base::SystemDisk().Remove(folder + "/" + name));
  return base::SystemDisk().SyncFolder(folder);
}

}  // namespace garant::trail

#include "trail/keys/key_files.h"

namespace garant::trail {

using base::ByteView;
using base::Disk;
using base::Ok;
using base::Status;

Status WriteNewFile(Disk& disk, const std::string& path, ByteView content) {
  TRY(disk.Remove(path));
  const auto file = TRY(disk.Open(path));
  TRY(file->WriteAt(0, content));
  return file->Sync();
}

Status ReplaceFile(Disk& disk, const std::string& folder, const std::string& name,
                   ByteView content) {
  const std::string path = folder + "/" + name;
  const std::string fresh = path + ".new";
  TRY(WriteNewFile(disk, fresh, content));
  TRY(disk.Rename(fresh, path));
  return disk.SyncFolder(folder);
}

}  // namespace garant::trail

#include "trail/keys/key_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "trail/crypto/system_error.h"

namespace garant::trail {

using base::ByteView;
using base::Ok;
using base::Status;

Status WriteNewFile(const std::string& path, ByteView content) {
  ::unlink(path.c_str());
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.number() < 0) return FileError({"write", "d’écrire"}, path, errno);
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError({"write", "d’écrire"}, path, errno);
    content = content.subspan(static_cast<size_t>(written));
  }
  if (::fsync(file.number()) != 0) return FileError({"sync", "de synchroniser"}, path, errno);
  return Ok{};
}

Status ReplaceFile(const std::string& folder, const std::string& name, ByteView content) {
  const std::string path = folder + "/" + name;
  const std::string fresh = path + ".new";
  TRY(WriteNewFile(fresh, content));
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return FileError({"replace", "de remplacer"}, path, errno);
  return SyncFolder(folder);
}

Status SyncFolder(const std::string& folder) {
  const base::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || ::fsync(opened.number()) != 0)
    return FileError({"sync", "de synchroniser"}, folder, errno);
  return Ok{};
}

}  // namespace garant::trail

#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace garant::base {
namespace {

struct SystemError {
  int number;
  const char* fr;
};
constexpr SystemError kSystemErrors[] = {
    {EACCES, "permission refusée"},
    {ECONNREFUSED, "connexion refusée"},
    {ECONNRESET, "connexion coupée par l’autre bout"},
    {EDQUOT, "quota dépassé"},
    {EEXIST, "il existe déjà"},
    {EFBIG, "fichier trop gros"},
    {EHOSTUNREACH, "hôte inaccessible"},
    {EIO, "erreur d’entrée-sortie"},
    {EISDIR, "c’est un dossier"},
    {ELOOP, "trop de liens symboliques"},
    {EMFILE, "trop de fichiers ouverts"},
    {ENAMETOOLONG, "nom trop long"},
    {ENETUNREACH, "réseau inaccessible"},
    {ENOENT, "aucun fichier ni dossier de ce nom"},
    {ENOSPC, "il ne reste plus d’espace"},
    {ENOTDIR, "ce n’est pas un dossier"},
    {EPERM, "opération non permise"},
    {EROFS, "système de fichiers en lecture seule"},
    {ETIMEDOUT, "délai dépassé"},
};

struct Doing {
  const char* en;
  const char* fr;
};

Error FromErrno(const Doing& doing, const std::string& path, int number) {
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EACCES || number == EPERM || number == EROFS) code = Code::kPermission;
  return Error{code,
               Filled("cannot {} {}: {}", "impossible {} {} : {}",
                      {Text{doing.en, doing.fr}, path, SystemText(number)}),
               {}};
}

Status WriteAll(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FromErrno({"write", "d’écrire"}, path, errno);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return Ok{};
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

namespace {

// `room`: of how many bytes it takes a multiple.
template <typename Content>
Result<Content> Read(const std::string& path, size_t limit, size_t room) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.number() < 0) return FromErrno({"open", "d’ouvrir"}, path, errno);
  struct stat about {};
  if (::fstat(file.number(), &about) != 0) return FromErrno({"read", "de lire"}, path, errno);
  if (S_ISDIR(about.st_mode)) return FromErrno({"read", "de lire"}, path, EISDIR);
  const auto too_large = [&] {
    return Error{Code::kInvalid,
                 Filled("{} is larger than {} bytes, the most taken here",
                        "{} dépasse {} octets, le maximum accepté ici", {path, limit}),
                 {}};
  };
  if (static_cast<uint64_t>(about.st_size) > limit) return too_large();
  Content content;
  const size_t expected = static_cast<size_t>(about.st_size) + 1;
  content.reserve((expected + room - 1) / room * room);
  content.resize(expected);
  size_t used = 0;
  for (;;) {
    if (used == content.size()) content.resize(content.size() * 2);
    const ssize_t got = ::read(file.number(), content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FromErrno({"read", "de lire"}, path, errno);
    if (got == 0) break;
    used += static_cast<size_t>(got);
    if (used > limit) return too_large();
  }
  content.resize(used);
  return content;
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t limit) {
  return Read<std::string>(path, limit, 1);
}

Result<LargeVector<uint8_t>> ReadLargeFile(const std::string& path, size_t limit) {
  return Read<LargeVector<uint8_t>>(path, limit, size_t{16} << 20U);
}

Status WriteFileDurably(const std::string& path, std::string_view content, FileMode mode) {
  // A rename would put a file in the place of a device, such as /dev/stdout.
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
    return Error{Code::kIo,
                 Filled("cannot write {}: it is not a regular file; name one, or a new one",
                        "impossible d’écrire {} : ce n’est pas un fichier ordinaire; nommez-en un, "
                        "ou un nouveau",
                        {path}),
                 {}};
  const std::string fresh = path + ".new";
  {
    // What stands there is left of a crash, or somebody's link: neither is written through, and its
    // mode is not kept.
    ::unlink(fresh.c_str());
    const Descriptor file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, static_cast<mode_t>(mode)));
    if (file.number() < 0) return FromErrno({"write", "d’écrire"}, fresh, errno);
    TRY(WriteAll(file.number(), content, fresh));
    if (::fsync(file.number()) != 0) return FromErrno({"sync", "de synchroniser"}, fresh, errno);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    return FromErrno({"rename to", "de renommer en"}, path, errno);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor parent(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.number() < 0 || ::fsync(parent.number()) != 0)
    return FromErrno({"sync", "de synchroniser"}, folder, errno);
  return Ok{};
}

Status MakeFolder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path target(path);
  if (std::filesystem::is_directory(target, error)) return Ok{};
  if (const auto parent = target.parent_path(); !parent.empty()) TRY(MakeFolder(parent.string()));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return FromErrno({"make", "de créer"}, path, errno);
  return Ok{};
}

Result<std::vector<std::string>> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error))
    names.push_back(at->path().filename().string());
  if (error) {
    Error failed = FromErrno({"list", "de lister"}, folder, error.value());
    if (failed.code == Code::kNotFound && error != std::errc::no_such_file_or_directory)
      failed.code = Code::kIo;
    return failed;
  }
  std::ranges::sort(names);
  return names;
}

Text SystemText(int number) {
  const std::string en = std::strerror(number);
  for (const SystemError& known : kSystemErrors)
    if (known.number == number) return {en, known.fr};
  return {en, en};
}

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

}  // namespace garant::base

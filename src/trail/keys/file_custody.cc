#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "trail/crypto/system_error.h"
#include "trail/keys/custody.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::ByteView;
using base::Code;
using base::Error;
using base::Filled;
using base::Ok;
using base::Result;
using base::Status;
using base::Text;

constexpr size_t kMostRoots = 128;  // in one file: of as many trails
constexpr size_t kSaltBytes = 32;

// A place of the file, as docs/keys.md has it; it never lies across two blocks of a disk.
struct Place {
  RootId id{};
  Key root{};
  std::array<uint8_t, 16> check{};
  bool operator==(const Place&) const = default;

  [[nodiscard]] bool IsFree() const { return *this == Place{}; }
  // False of one whose writing a crash interrupted.
  [[nodiscard]] bool IsWhole() const { return check == CheckOf(); }
  [[nodiscard]] std::array<uint8_t, 16> CheckOf() const {
    const Key hashed = HmacSha256(root, {base::AsBytes("garant/root-check/1"), id});
    std::array<uint8_t, 16> out{};
    std::copy_n(hashed.begin(), out.size(), out.begin());
    return out;
  }
};
static_assert(sizeof(Place) == 64);
constexpr size_t kPlaceBytes = sizeof(Place);

bool LiesInside(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto absolute = std::filesystem::weakly_canonical(path, error);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  const auto relative = absolute.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

Error RootError(const Doing& doing, const std::string& path, int number) {
  return FileError(doing, Filled("root key {}", "la clé racine {}", {path}), number);
}

Status CheckPlace(const std::string& path, const std::string& trail_folder) {
  if (LiesInside(path, trail_folder))
    return Error{
        Code::kPermission,
        Filled("the root key {} lies inside the trail's folder {}, where a copy of the "
               "folder would hold it too; move it elsewhere",
               "la clé racine {} se trouve dans le dossier du journal {}, dont une copie la "
               "contiendrait aussi; déplacez-la ailleurs",
               {path, trail_folder}),
        {}};
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return RootError({"read", "de lire"}, path, errno);
  if ((about.st_mode & 077U) != 0)
    return Error{
        Code::kPermission,
        Filled("others than its owner may use the root key {}; run: chmod 600 {0}",
               "d’autres que son propriétaire peuvent utiliser la clé racine {}; exécutez : "
               "chmod 600 {0}",
               {path}),
        {}};
  return Ok{};
}

// Held while the file is changed: two trails may keep their roots in one.
class LockedFile {
 public:
  LockedFile(const std::string& path, int flags)
      : file_(::open(path.c_str(), flags | O_CLOEXEC)), path_(path) {}
  Status Lock(short type) const {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    if (file_.number() < 0 || ::fcntl(file_.number(), F_OFD_SETLKW, &lock) != 0)
      return RootError({"lock", "de verrouiller"}, path_, errno);
    return Ok{};
  }
  // Over what stands there, so that nothing of it stays in that place.
  [[nodiscard]] Status Put(size_t number, const Place& place) const {
    const auto at = static_cast<off_t>(number * kPlaceBytes);
    if (::pwrite(file_.number(), &place, kPlaceBytes, at) != ssize_t{kPlaceBytes} ||
        ::fsync(file_.number()) != 0)
      return RootError({"write", "d’écrire"}, path_, errno);
    return Ok{};
  }

 private:
  base::Descriptor file_;
  std::string path_;
};

class FileCustody final : public RootCustody {
 public:
  explicit FileCustody(std::string path) : path_(std::move(path)) {}

  // What is less than a place at the end is left of a crash: a root counts once it is durable.
  Result<std::vector<Place>> Read() const {
    const std::string content = TRY(base::ReadFile(path_, (kMostRoots + 1) * kPlaceBytes));
    if (content.size() < kPlaceBytes)
      return Error{Code::kInvalid,
                   Filled("the root key {} is no file of roots: it must be {} bytes for each, and "
                          "is {}",
                          "la clé racine {} n’est pas un fichier de racines : il y faut {} octets "
                          "pour chacune, et il en compte {}",
                          {path_, uint64_t{kPlaceBytes}, uint64_t{content.size()}}),
                   {}};
    std::vector<Place> places(content.size() / kPlaceBytes);
    std::memcpy(places.data(), content.data(), places.size() * kPlaceBytes);
    if (std::ranges::any_of(places,
                            [](const Place& place) { return place.IsFree() || place.IsWhole(); }))
      return places;
    return Error{
        Code::kInvalid,
        Filled("the root key {} is no file of roots, or was changed",
               "la clé racine {} n’est pas un fichier de racines, ou a été modifiée", {path_}),
        {}};
  }

  Status Make(const RootId& id) override {
    const LockedFile file(path_, O_RDWR);
    TRY(file.Lock(F_WRLCK));
    const std::vector<Place> places = TRY(Read());
    if (Number(places, id) != places.size())
      return Error{
          Code::kConflict,
          Filled("there is such a root in {} already", "cette racine est déjà dans {}", {path_}),
          {}};
    const auto free = std::ranges::find_if(
        places, [](const Place& place) { return place.IsFree() || !place.IsWhole(); });
    const auto number = static_cast<size_t>(free - places.begin());
    if (number >= kMostRoots)
      return Error{Code::kInvalid,
                   Filled("the root key {} holds the roots of {} trails already; use another file",
                          "la clé racine {} contient déjà les racines de {} journaux; utilisez un "
                          "autre fichier",
                          {path_, uint64_t{kMostRoots}}),
                   {}};
    Place fresh;
    fresh.id = id;
    base::FillRandom(fresh.root);
    fresh.check = fresh.CheckOf();
    Status made = file.Put(number, fresh);
    Wipe(fresh.root);
    return made;
  }

  Status Destroy(const RootId& id) override {
    const LockedFile file(path_, O_RDWR);
    TRY(file.Lock(F_WRLCK));
    const std::vector<Place> places = TRY(Read());
    const size_t number = Number(places, id);
    if (number != places.size()) TRY(file.Put(number, {}));
    return Ok{};
  }

  Result<std::vector<RootId>> List() override {
    std::vector<RootId> ids;
    for (const Place& place : TRY(ReadLocked()))
      if (!place.IsFree() && place.IsWhole()) ids.push_back(place.id);
    return ids;
  }

  Result<Bytes> Wrap(const RootId& id, const Key& table_key) override {
    const Key root = TRY(Find(id));
    Bytes wrapped(kSaltBytes);
    base::FillRandom(wrapped);
    const Bytes sealed = GcmSeal(WrappingKey(root, wrapped), Nonce{}, id, table_key);
    wrapped.insert(wrapped.end(), sealed.begin(), sealed.end());
    return wrapped;
  }

  Result<Key> Unwrap(const RootId& id, ByteView wrapped) override {
    const Key root = TRY(Find(id));
    const Error changed{
        Code::kUntrusted,
        {"the wrapped table key was changed", "la clé de table enveloppée a été modifiée"},
        {}};
    Key table_key{};
    if (wrapped.size() != kSaltBytes + table_key.size() + kTagBytes) return changed;
    const auto plain = GcmOpen(WrappingKey(root, wrapped.first(kSaltBytes)), Nonce{}, id,
                               wrapped.subspan(kSaltBytes));
    if (!plain) return changed;
    std::ranges::copy(*plain, table_key.begin());
    return table_key;
  }

 private:
  static Key WrappingKey(const Key& root, ByteView salt) {
    return HkdfSha256(root, salt, base::AsBytes("garant/root-wrap/1"));
  }
  // While nobody changes it.
  Result<std::vector<Place>> ReadLocked() const {
    const LockedFile file(path_, O_RDONLY);
    TRY(file.Lock(F_RDLCK));
    return Read();
  }
  static size_t Number(const std::vector<Place>& places, const RootId& id) {
    const auto found = std::ranges::find_if(
        places, [&](const Place& place) { return place.id == id && place.IsWhole(); });
    return static_cast<size_t>(found - places.begin());
  }
  Result<Key> Find(const RootId& id) const {
    const std::vector<Place> places = TRY(ReadLocked());
    const size_t number = Number(places, id);
    if (number != places.size()) return places[number].root;
    return Error{Code::kNotFound,
                 Filled("there is no such root in {}", "cette racine n’est pas dans {}", {path_}),
                 {}};
  }

  std::string path_;
};

}  // namespace

Status CreateRootKey(const std::string& path) {
  if (IsPkcs11(path)) return Ok{};
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) TRY(base::MakeFolder(parent.string()));
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.number() < 0) return RootError({"make", "de créer"}, path, errno);
  const Place free;
  if (::write(file.number(), &free, kPlaceBytes) != ssize_t{kPlaceBytes} ||
      ::fsync(file.number()) != 0) {
    const int number = errno;
    ::unlink(path.c_str());
    return RootError({"write", "d’écrire"}, path, number);
  }
  const base::Descriptor folder(
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() < 0 || ::fsync(folder.number()) != 0)
    return RootError({"keep", "de conserver"}, path, errno);
  return Ok{};
}

Result<std::unique_ptr<RootCustody>> OpenFileCustody(const std::string& path,
                                                     const std::string& trail_folder) {
  TRY(CheckPlace(path, trail_folder));
  auto custody = std::make_unique<FileCustody>(path);
  TRY(custody->Read());
  return std::unique_ptr<RootCustody>(std::move(custody));
}

}  // namespace garant::trail

#include "trail/keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/file.h"
#include "trail/seal.h"
#include "trail/wire.h"

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

constexpr std::string_view kMagic = "garant-keys/1\n";

Key RandomKey() {
  Key key{};
  base::FillRandom(key);
  return key;
}

Key LookupId(const Key& lookup, const Person& person) {
  Bytes length;
  PutInteger(length, person.issuer.size(), 4);
  return HmacSha256(lookup, {length, base::AsBytes(person.issuer), base::AsBytes(person.subject)});
}

Key WrappingKey(const Key& root_key, ByteView salt) {
  return HkdfSha256(root_key, salt, base::AsBytes("garant/keys/1"));
}

bool LiesInside(const std::string& path, const std::string& folder) {
  std::error_code error;
  const auto absolute = std::filesystem::weakly_canonical(path, error);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  const auto relative = absolute.lexically_relative(outer);
  return !relative.empty() && *relative.begin() != "..";
}

struct Doing {
  const char* en;
  const char* fr;
};

Error SystemError(const Doing& doing, const std::string& path, int number) {
  Code code = Code::kIo;
  if (number == ENOENT || number == ENOTDIR) code = Code::kNotFound;
  if (number == EACCES || number == EPERM || number == EROFS) code = Code::kPermission;
  if (number == EEXIST) code = Code::kConflict;
  return Error{code,
               Filled("cannot {} root key {}: {}", "impossible {} la clé racine {} : {}",
                      {Text{doing.en, doing.fr}, path, base::SystemText(number)}),
               {}};
}

}  // namespace

Status CreateRootKey(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) TRY(base::MakeFolder(parent.string()));
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return SystemError({"make", "de créer"}, path, errno);
  const Key key = RandomKey();
  const bool written = ::write(file, key.data(), key.size()) == ssize_t{32} && ::fsync(file) == 0;
  const int number = errno;
  ::close(file);
  if (!written) {
    ::unlink(path.c_str());
    return SystemError({"write", "d’écrire"}, path, number);
  }
  const int folder = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY);
  const bool kept = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!kept) return SystemError({"keep", "de conserver"}, path, errno);
  return Ok{};
}

Result<Key> ReadRootKey(const std::string& path, const std::string& trail_folder) {
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
  if (::stat(path.c_str(), &about) != 0) return SystemError({"read", "de lire"}, path, errno);
  if ((about.st_mode & 077U) != 0)
    return Error{
        Code::kPermission,
        Filled("others than its owner may use the root key {}; run: chmod 600 {0}",
               "d’autres que son propriétaire peuvent utiliser la clé racine {}; exécutez : "
               "chmod 600 {0}",
               {path}),
        {}};
  const std::string content = TRY(base::ReadFile(path, 4096));
  Key key{};
  if (content.size() != key.size())
    return Error{
        Code::kInvalid,
        Filled("the root key {} must be 32 bytes and is {}",
               "la clé racine {} doit compter 32 octets et en compte {}", {path, content.size()}),
        {}};
  std::memcpy(key.data(), content.data(), key.size());
  return key;
}

KeyStore KeyStore::Generate() {
  KeyStore store;
  store.record_ = RandomKey();
  store.lookup_ = RandomKey();
  store.signing_seed_ = RandomKey();
  store.changed_ = true;
  return store;
}

Result<KeyStore> KeyStore::Unwrap(ByteView file, const Key& root_key) {
  const size_t clear = kMagic.size() + 32;
  if (file.size() < clear || base::AsText(file.first(kMagic.size())) != kMagic)
    return Error{Code::kInvalid,
                 {"keys: this is not a key store, or it was changed",
                  "keys : ce n’est pas un magasin de clés, ou il a été modifié"},
                 {}};
  Result<Bytes> plain = GcmOpen(WrappingKey(root_key, file.subspan(kMagic.size(), 32)), Nonce{},
                                file.first(clear), file.subspan(clear));
  if (!plain)
    return Error{
        Code::kUntrusted,
        {"keys: this root key does not open it: another root key, or it was changed",
         "keys : cette clé racine ne l’ouvre pas : c’en est une autre, ou il a été modifié"},
        {}};
  WireReader in(*plain);
  KeyStore store;
  store.record_ = in.Array<32>();
  store.lookup_ = in.Array<32>();
  store.signing_seed_ = in.Array<32>();
  store.first_transient_epoch_ = static_cast<uint32_t>(in.Integer(4));
  for (uint64_t left = in.Integer(4); left > 0 && in.ok(); --left) {
    const auto epoch = static_cast<uint32_t>(in.Integer(4));
    store.transient_[epoch] = in.Array<32>();
  }
  for (uint64_t left = in.Integer(4); left > 0 && in.ok(); --left) {
    const Key id = in.Array<32>();
    store.subjects_[id] = in.Array<32>();
  }
  if (!in.ok() || !in.AtEnd())
    return Error{Code::kUnsupported,
                 {"keys: written by another version of garant",
                  "keys : écrit par une autre version de garant"},
                 {}};
  return store;
}

Bytes KeyStore::Wrap(const Key& root_key) const {
  Bytes plain;
  PutBytes(plain, record_);
  PutBytes(plain, lookup_);
  PutBytes(plain, signing_seed_);
  PutInteger(plain, first_transient_epoch_, 4);
  PutInteger(plain, transient_.size(), 4);
  for (const auto& [epoch, key] : transient_) {
    PutInteger(plain, epoch, 4);
    PutBytes(plain, key);
  }
  PutInteger(plain, subjects_.size(), 4);
  for (const auto& [id, root] : subjects_) {
    PutBytes(plain, id);
    PutBytes(plain, root);
  }
  const Key salt = RandomKey();
  Bytes out;
  PutText(out, kMagic);
  PutBytes(out, salt);
  PutBytes(out, GcmSeal(WrappingKey(root_key, salt), Nonce{}, Bytes(out), plain));
  return out;
}

const Key* KeyStore::FindTransient(uint32_t epoch) const {
  const auto found = transient_.find(epoch);
  return found == transient_.end() ? nullptr : &found->second;
}

const Key* KeyStore::FindSubject(const Person& person) const {
  const auto found = subjects_.find(LookupId(lookup_, person));
  return found == subjects_.end() ? nullptr : &found->second;
}

const Key* KeyStore::FindSubject(const Token& token, uint32_t epoch) const {
  auto& tokens = tokens_[epoch];
  if (tokens.size() != subjects_.size())
    for (const auto& [id, root] : subjects_) tokens.emplace(PersonToken(root, epoch), root);
  const auto found = tokens.find(token);
  return found == tokens.end() ? nullptr : &found->second;
}

Result<Key> KeyStore::Transient(uint32_t epoch) {
  if (const Key* found = FindTransient(epoch)) return *found;
  if (epoch < first_transient_epoch_)
    return Error{
        Code::kInvalid,
        {"the entry is too old for a session, a trace or a transient part: the key of its "
         "time has expired; leave them out",
         "l’entrée est trop ancienne pour une session, une trace ou une partie passagère : la "
         "clé de son époque a expiré; omettez-les"},
        {}};
  changed_ = true;
  return transient_[epoch] = RandomKey();
}

Result<const HmacKey*> KeyStore::TransientMac(uint32_t epoch) {
  if (!remembered_.mac || remembered_.mac_epoch != epoch) {
    remembered_.mac.emplace(TRY(Transient(epoch)));
    remembered_.mac_epoch = epoch;
  }
  return &*remembered_.mac;
}

Key KeyStore::Subject(const Person& person) {
  const auto [place, fresh] = subjects_.try_emplace(LookupId(lookup_, person));
  if (fresh) {
    place->second = RandomKey();
    changed_ = true;
  }
  return place->second;
}

const PartSealer* KeyStore::FindPartSealer(const SealedPart& part,
                                           const Generation& generation) const {
  for (const Remembered::Known& one : remembered_.known)
    if (one.key_class == part.key_class && one.epoch == part.epoch &&
        one.category == part.category && one.generation == generation)
      return &one.sealer;
  return nullptr;
}

const PartSealer& KeyStore::Remember(const SealedPart& part, const Generation& generation,
                                     PartSealer sealer) const {
  constexpr size_t kMost = 16;
  auto& known = remembered_.known;
  if (known.size() >= kMost) known.clear();
  known.push_back({part.key_class, part.epoch, part.category, generation, std::move(sealer)});
  return known.back().sealer;
}

void KeyStore::ExpireTransientBefore(uint32_t epoch) {
  if (epoch <= first_transient_epoch_) return;
  remembered_ = {};
  first_transient_epoch_ = epoch;
  transient_.erase(transient_.begin(), transient_.lower_bound(epoch));
  changed_ = true;
}

Token PersonToken(const Key& subject_root, uint32_t epoch) {
  Bytes number;
  PutInteger(number, epoch, 4);
  return HmacSha256(subject_root, {base::AsBytes("garant/token/1"), number});
}

Result<KeyRing> KeyRing::Open(const std::string& folder, const std::string& root_key_path) {
  const Key root_key = TRY(ReadRootKey(root_key_path, folder));
  const std::string file = TRY(base::ReadFile(folder + "/keys", size_t{1} << 30U));
  KeyStore store = TRY(KeyStore::Unwrap(base::AsBytes(file), root_key));
  return KeyRing(std::move(store));
}

Result<Bytes> KeyRing::OpenPart(const Entry& entry, uint32_t number) const {
  return OpenSealedPart(entry, number, store_);
}

Result<Token> KeyRing::TokenOf(const Person& person, uint32_t epoch) const {
  const Key* root = store_.FindSubject(person);
  if (root == nullptr)
    return Error{Code::kNotFound,
                 {"the trail has no key for this person: never seen, or erased",
                  "le journal n’a pas de clé pour cette personne : jamais vue, ou effacée"},
                 {}};
  return PersonToken(*root, epoch);
}

Result<Token> KeyRing::TokenOfTrace(std::string_view trace, uint32_t epoch) const {
  const Key* transient = store_.FindTransient(epoch);
  if (transient == nullptr)
    return Error{Code::kNotFound,
                 {"the trail has no key for that time: nothing was traced then, or it has expired",
                  "le journal n’a pas de clé pour ce moment : rien n’y a été suivi, ou elle a "
                  "expiré"},
                 {}};
  return TraceToken(HmacKey(*transient), trace);
}

Token SessionToken(const HmacKey& transient, std::string_view session) {
  return transient.Mac({base::AsBytes("garant/session/1"), base::AsBytes(session)});
}

Token TraceToken(const HmacKey& transient, std::string_view trace) {
  return transient.Mac({base::AsBytes("garant/trace/1"), base::AsBytes(trace)});
}

}  // namespace garant::trail

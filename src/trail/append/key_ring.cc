#include "base/file.h"
#include "trail/append/erasure_replay.h"
#include "trail/keys/key_vault.h"
#include "trail/keys/keys.h"
#include "trail/keys/seal.h"
#include "trail/store/reader.h"
#include "trail/store/store.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Result;

Error NoKeyOfThatDay() {
  return Error{Code::kNotFound,
               {"the trail has no key for that day: nothing was traced then, or it has expired",
                "le journal n’a pas de clé pour ce jour : rien n’y a été suivi, ou elle a expiré"},
               {}};
}

}  // namespace

Result<KeyRing> KeyRing::Open(const std::string& folder, const std::string& root) {
  const auto custody = TRY(OpenCustody(root, folder));
  KeyStore store = TRY(KeyVault::Read(folder, *custody));
  if (!TrailExists(folder)) return KeyRing(std::move(store));
  // An older copy of the keys that somebody put back opens nobody whom the tree says was erased.
  auto reader = TrailReader::Open(folder);
  if (!reader) return std::move(reader).error();
  ErasureReplay replay;
  for (const uint64_t index : TRY(EntriesOnErasure(*reader, store.applied()))) {
    const base::Bytes leaf = TRY(reader->ReadLeaf(index));
    TRY(replay.Take(leaf, store));
  }
  replay.Apply(store);
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

Result<Token> KeyRing::TokenOfTrace(std::string_view trace, uint32_t day) const {
  const Key* transient = store_.FindTransient(day);
  if (transient == nullptr) return NoKeyOfThatDay();
  return TraceToken(HmacKey(*transient), trace);
}

Result<Token> KeyRing::TokenOfSession(std::string_view session, uint32_t day) const {
  const Key* transient = store_.FindTransient(day);
  if (transient == nullptr) return NoKeyOfThatDay();
  return SessionToken(HmacKey(*transient), session);
}

std::vector<uint32_t> KeyRing::TransientDays() const {
  std::vector<uint32_t> days;
  for (const auto& [day, key] : store_.ToTable().transient) days.push_back(day);
  return days;
}

}  // namespace garant::trail

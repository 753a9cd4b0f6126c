#include <vector>

#include "trail/keys/part_keys.h"
#include "trail/keys/seal.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Filled;
using base::Result;

const Token* TokenOf(const Entry& entry, KeyReference reference) {
  if (reference == KeyReference::kActor) return entry.header.actor ? &*entry.header.actor : nullptr;
  const size_t place = static_cast<size_t>(reference) - 1;
  return place < entry.header.subjects.size() ? &entry.header.subjects[place] : nullptr;
}

// What the part may have been sealed with; empty where all of that was destroyed. Of an erased
// person only a hold's keys may be left, and no token says whose they are.
std::vector<Key> InputsOf(const Entry& entry, const SealedPart& part, const KeyStore& keys) {
  switch (part.key_class) {
    case KeyClass::kSubject: {
      const Token* token = TokenOf(entry, part.reference);
      if (token == nullptr) return {};
      if (const Key* root = keys.FindSubject(*token, EpochOf(entry.time)))
        return {CategoryKey(*root, part.category)};
      return keys.HeldKeys(part.category);
    }
    case KeyClass::kTransient:
      if (const Key* transient = keys.FindTransient(part.epoch)) return {*transient};
      return {};
    case KeyClass::kRecord:
      return {keys.record()};
  }
  return {};
}

}  // namespace

Result<PartUse> UseOf(const Entry& entry, uint32_t number, const KeyStore& keys) {
  const auto fault = [&entry, number](Code code, const base::Text& message) {
    return Error{code,
                 Filled("entry {}, part {}: {}", "entrée {}, partie {} : {}",
                        {entry.index, number, message}),
                 {}};
  };
  if (number >= entry.parts.size())
    return fault(Code::kNotFound, {"there is no such part", "il n’y a pas de telle partie"});
  const SealedPart& part = entry.parts[number];
  const std::vector<Key> inputs = InputsOf(entry, part, keys);
  const Bytes context = ContextOf(part, entry.generation);
  for (const Key& input : inputs) {
    const PartKeys drawn = DeriveKeys(input, context);
    if (EqualInConstantTime(drawn.commitment, part.commitment))
      return PartUse{drawn.key, PartNonce(number, entry.index)};
  }
  const bool destroyed = inputs.empty() || (part.key_class == KeyClass::kSubject &&
                                            keys.FindSubject(*TokenOf(entry, part.reference),
                                                             EpochOf(entry.time)) == nullptr);
  if (destroyed)
    return fault(Code::kNotFound, {"its key was destroyed, or is not in this key store",
                                   "sa clé a été détruite, ou n’est pas dans ce magasin de clés"});
  return fault(Code::kUntrusted, {"the key is not the one it was sealed with",
                                  "la clé n’est pas celle qui l’a scellée"});
}

Result<Bytes> OpenSealedPart(const Entry& entry, uint32_t number, const KeyStore& keys) {
  const Bytes associated = TRY(AssociatedData(entry, number));
  const PartUse use = TRY(UseOf(entry, number, keys));
  Result<Bytes> plain = GcmOpen(use.key, use.nonce, associated, entry.parts[number].ciphertext);
  if (plain) return plain;
  return Error{Code::kUntrusted,
               Filled("entry {}, part {}: {}", "entrée {}, partie {} : {}",
                      {entry.index, number, plain.error().message}),
               {}};
}

}  // namespace garant::trail

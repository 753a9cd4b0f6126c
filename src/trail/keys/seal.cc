#include "trail/keys/seal.h"

#include <algorithm>
#include <string>

#include "trail/crypto/crypto.h"
#include "trail/entry/allowed_facts.h"
#include "trail/keys/part_keys.h"

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

Error Invalid(const Draft& draft, const base::Text& message) {
  return Error{
      Code::kInvalid,
      Filled("entry of kind \"{}\": {}", "entrée de genre « {} » : {}", {draft.kind, message}),
      {}};
}

PartSealer MakeSealer(const Key& input, const Bytes& context) {
  const PartKeys drawn = DeriveKeys(input, context);
  return {drawn.commitment, GcmSealer(drawn.key)};
}

// Where a part stands, which is what its nonce is made of.
struct EntryPlace {
  uint64_t index = 0;
  const Generation& generation;
  uint32_t part = 0;
};

Status CheckPerson(const Draft& draft, const Person& person) {
  if (person.issuer.empty() || person.subject.empty())
    return Invalid(draft, {"a person needs an issuer and a name there",
                           "une personne doit avoir un émetteur, et un nom chez lui"});
  return Ok{};
}

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// The draft's header, and of it what the draft does not hold as it will stand there.
struct DraftHeader {
  HeaderView view;
  std::vector<std::string> categories;
  std::vector<Token> subjects;
  std::vector<Fact> facts;
};

// As the draft has it, nothing checked or brought into order but the subjects.
Status TakeHeader(const Draft& draft, KeyStore& keys, DraftHeader& out) {
  const uint32_t epoch = EpochOf(draft.time);
  const uint32_t day = DayOf(draft.time);
  HeaderView& header = out.view;
  header.kind = draft.kind;
  header.service = draft.service;
  header.part = draft.part;
  header.route = draft.route;
  header.categories = draft.categories;
  header.outcome = draft.outcome;
  header.source = draft.source;
  header.sequence = draft.sequence;
  header.facts = draft.facts;
  TokenCache::Name actor{};
  TokenCache::Name session{};
  if (draft.actor) {
    TRY(CheckPerson(draft, *draft.actor));
    actor = keys.NameOf(*draft.actor);
  }
  if (!draft.session.empty()) session = keys.NameOfSession(draft.session);
  if (!draft.trace.empty()) header.trace = TRY(keys.TokenOfTrace(draft.trace, day));
  if (draft.actor) header.actor = keys.TokenOf(*draft.actor, epoch, actor);
  for (const Person& subject : draft.subjects) {
    TRY(CheckPerson(draft, subject));
    out.subjects.push_back(keys.TokenOf(subject, epoch));
  }
  out.subjects.insert(out.subjects.end(), draft.tokens.begin(), draft.tokens.end());
  SortUnique(out.subjects);
  header.subjects = out.subjects;
  if (!draft.session.empty())
    header.session = TRY(keys.TokenOfSession(draft.session, day, session));
  return Ok{};
}

Status CheckHeader(const Draft& draft, DraftHeader& out) {
  HeaderView& header = out.view;
  const FactOrder order = TRY(CheckFacts(draft.kind, draft.facts));
  if (order != FactOrder::kAscending) {
    out.facts = draft.facts;
    std::ranges::sort(out.facts, {}, &Fact::name);
    header.facts = out.facts;
  }
  if (std::ranges::adjacent_find(draft.categories, std::ranges::greater_equal()) !=
      draft.categories.end()) {
    out.categories = draft.categories;
    SortUnique(out.categories);
    header.categories = out.categories;
  }
  header.checked = true;
  return Ok{};
}

Result<KeyReference> ReferenceTo(const Draft& draft, const SealedDraft& sealed,
                                 const HeaderView& header, KeyStore& keys) {
  if (sealed.key_class != KeyClass::kSubject) {
    if (sealed.about)
      return Invalid(draft, {"only a part of class subject is about a person",
                             "seule une partie de classe « subject » concerne une personne"});
    return KeyReference::kNobody;
  }
  if (!sealed.about)
    return Invalid(draft, {"a part of class subject must say whom it is about",
                           "une partie de classe « subject » doit dire qui elle concerne"});
  if (draft.actor == sealed.about) return KeyReference::kActor;
  if (std::ranges::find(draft.subjects, *sealed.about) == draft.subjects.end())
    return Invalid(draft, {"a part is about somebody who is neither its actor nor a subject",
                           "une partie concerne quelqu’un qui n’est ni son acteur ni un sujet"});
  const Token token = PersonToken(keys.Subject(*sealed.about), EpochOf(draft.time));
  const auto place = std::ranges::find(header.subjects, token) - header.subjects.begin();
  if (place + 1 >= 0xffff)
    return Invalid(
        draft, {"it is about more than 65 533 people", "elle concerne plus de 65 533 personnes"});
  return static_cast<KeyReference>(place + 1);
}

Result<Key> InputFor(const SealedDraft& sealed, uint32_t epoch, KeyStore& keys) {
  switch (sealed.key_class) {
    case KeyClass::kSubject:
      // ReferenceTo saw whom it is about.  NOLINTNEXTLINE(bugprone-unchecked-optional-access)
      return CategoryKey(keys.Subject(*sealed.about), sealed.category);
    case KeyClass::kTransient:
      return keys.Transient(epoch);
    case KeyClass::kRecord:
      break;
  }
  return keys.record();
}

Status SealPart(const Draft& draft, const SealedDraft& sealed, const EntryPlace& place,
                const HeaderView& header, LeafWriter& leaf, KeyStore& keys) {
  SealedPart part;
  part.key_class = sealed.key_class;
  part.category = sealed.category;
  part.epoch = part.key_class == KeyClass::kTransient ? DayOf(draft.time) : EpochOf(draft.time);
  part.reference = TRY(ReferenceTo(draft, sealed, header, keys));
  const auto seal = [&](const PartSealer& with) {
    part.commitment = with.commitment;
    const Nonce nonce = PartNonce(place.part, place.index);
    return leaf.PutPart(part, header, sealed.bytes.size() + kTagBytes,
                        [&](ByteView bound, std::span<uint8_t> ciphertext) {
                          with.sealer.Seal(nonce, bound, sealed.bytes, ciphertext);
                        });
  };
  // The same for thousands of entries, save for a person's own parts: made once.
  if (const PartSealer* known = keys.FindPartSealer(part, place.generation)) return seal(*known);
  const Key input = TRY(InputFor(sealed, part.epoch, keys));
  PartSealer made = MakeSealer(input, ContextOf(part, place.generation));
  if (part.key_class == KeyClass::kSubject) return seal(made);
  return seal(keys.Remember(part, place.generation, std::move(made)));
}

}  // namespace

Status SealLeaf(const Draft& draft, uint64_t index, const Generation& generation, KeyStore& keys,
                LeafWriter& leaf) {
  DraftHeader header;
  TRY(TakeHeader(draft, keys, header));
  if (!leaf.PutLikeBefore(index, draft.time, generation, header.view)) {
    TRY(CheckHeader(draft, header));
    TRY(leaf.PutHeader(index, draft.time, generation, header.view));
  }
  TRY(leaf.PutPartCount(draft.sealed.size()));
  EntryPlace place{index, generation};
  for (const SealedDraft& sealed : draft.sealed) {
    TRY(SealPart(draft, sealed, place, header.view, leaf, keys));
    ++place.part;
  }
  return leaf.Finish();
}

Result<Entry> SealDraft(const Draft& draft, uint64_t index, const Generation& generation,
                        KeyStore& keys) {
  LeafWriter leaf;
  TRY(SealLeaf(draft, index, generation, keys, leaf));
  return DecodeEntry(leaf.leaf());
}

}  // namespace garant::trail

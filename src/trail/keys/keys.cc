#include "trail/keys/keys.h"

#include <algorithm>
#include <cstring>

#include "trail/entry/wire.h"
#include "trail/keys/key_vault.h"
#include "trail/keys/seal.h"

namespace garant::trail {
namespace {

using base::Bytes;
using base::Code;
using base::Error;
using base::Ok;
using base::Result;
using base::Status;

constexpr size_t kMostEpochs = 4;  // whose tokens are remembered

}  // namespace

KeyStore KeyStore::Generate() {
  KeyTable table;
  table.record = RandomKey();
  table.lookup = RandomKey();
  table.signing_seed = RandomKey();
  KeyStore store = FromTable(std::move(table));
  store.changed_ = true;
  return store;
}

KeyStore KeyStore::FromTable(KeyTable table) {
  KeyStore store;
  store.record_ = table.record;
  store.lookup_ = table.lookup;
  store.lookup_mac_ = HmacKey(table.lookup);
  store.signing_seed_ = table.signing_seed;
  store.applied_ = table.applied;
  store.first_day_ = table.first_day;
  store.transient_ = std::move(table.transient);
  store.holds_ = std::move(table.holds);
  store.subjects_.Reserve(table.pages.size() * kRowsPerPage);
  return store;
}

Status KeyStore::AddPage(SubjectPage page) {
  if (subjects_.AddPage(std::move(page))) return Ok{};
  return Error{
      Code::kUntrusted, {"a person stands there twice", "une personne y figure deux fois"}, {}};
}

KeyTable KeyStore::ToTable() const {
  KeyTable table;
  table.record = record_;
  table.lookup = lookup_;
  table.signing_seed = signing_seed_;
  table.applied = applied_;
  table.first_day = first_day_;
  table.transient = transient_;
  table.holds = holds_;
  for (const SubjectPage& page : subjects_.pages()) table.pages.push_back({page.version, page.key});
  return table;
}

bool KeyStore::changed() const {
  return changed_ || std::ranges::any_of(subjects_.pages(), &SubjectPage::changed);
}

void KeyStore::MarkKept() {
  changed_ = false;
  for (SubjectPage& page : subjects_.pages()) page.changed = false;
}

const Key* KeyStore::FindTransient(uint32_t day) const {
  const auto found = transient_.find(day);
  return found == transient_.end() ? nullptr : &found->second;
}

Key KeyStore::LookupId(const Person& person) const {
  const auto length = BigEndian(person.issuer.size());
  return lookup_mac_.Mac({base::ByteView(length).last<4>(), base::AsBytes(person.issuer),
                          base::AsBytes(person.subject)});
}

const Key* KeyStore::FindSubject(const Person& person) const {
  const SubjectRow* row = subjects_.Find(LookupId(person));
  return row == nullptr ? nullptr : &row->root;
}

size_t KeyStore::TokenHash::operator()(const Token& token) const {
  size_t hash = 0;
  std::memcpy(&hash, token.data(), sizeof hash);
  return hash;
}

const Key* KeyStore::FindSubject(const Token& token, uint32_t epoch) const {
  if (tokens_.size() >= kMostEpochs && !tokens_.contains(epoch)) tokens_.clear();
  Tokens& tokens = tokens_[epoch];
  if (tokens.version != subjects_.version()) {
    tokens.roots.clear();
    tokens.roots.reserve(subjects_.size());
    for (const SubjectPage& page : subjects_.pages())
      for (const SubjectRow& row : page.rows)
        tokens.roots.emplace(PersonToken(row.root, epoch), row.root);
    tokens.version = subjects_.version();
  }
  const auto found = tokens.roots.find(token);
  return found == tokens.roots.end() ? nullptr : &found->second;
}

std::vector<Key> KeyStore::HeldKeys(std::string_view category) const {
  std::vector<Key> keys;
  for (const SubjectPage& page : subjects_.pages())
    for (const HeldRow& row : page.held)
      for (const HeldKey& one : row.keys)
        if (one.category == category) keys.push_back(one.key);
  return keys;
}

Result<Key> KeyStore::Transient(uint32_t day) {
  if (const Key* found = FindTransient(day)) return *found;
  if (day < first_day_)
    return Error{
        Code::kInvalid,
        {"the entry is too old for a session, a trace or a transient part: the key of its "
         "day has expired; leave them out",
         "l’entrée est trop ancienne pour une session, une trace ou une partie passagère : la "
         "clé de son jour a expiré; omettez-les"},
        {}};
  changed_ = true;
  return transient_[day] = RandomKey();
}

Result<const HmacKey*> KeyStore::TransientMac(uint32_t day) {
  if (!remembered_.mac || remembered_.mac_day != day) {
    remembered_.mac.emplace(TRY(Transient(day)));
    remembered_.mac_day = day;
    remembered_.sessions.Clear();
  }
  return &*remembered_.mac;
}

Key KeyStore::Subject(const Person& person) {
  const Key id = LookupId(person);
  const SubjectRow* found = subjects_.Find(id);
  return found != nullptr ? found->root : subjects_.Add(id).root;
}

TokenCache::Name KeyStore::NameOf(const Person& person) {
  return remembered_.people.NameOf({person.issuer, person.subject});
}

Token KeyStore::TokenOf(const Person& person, uint32_t epoch, const TokenCache::Name& name) {
  TokenCache& people = remembered_.people;
  if (remembered_.people_epoch != epoch || remembered_.people_erasures != subjects_.erasures()) {
    people.Clear();
    remembered_.people_epoch = epoch;
    remembered_.people_erasures = subjects_.erasures();
  }
  if (const Token* known = people.Find(name)) return *known;
  const Token token = PersonToken(Subject(person), epoch);
  people.Put(name, token);
  return token;
}

TokenCache::Name KeyStore::NameOfSession(std::string_view session) {
  return remembered_.sessions.NameOf({session});
}

Result<Token> KeyStore::TokenOfSession(std::string_view session, uint32_t day,
                                       const TokenCache::Name& name) {
  const HmacKey* const mac = TRY(TransientMac(day));
  TokenCache& sessions = remembered_.sessions;
  if (const Token* known = sessions.Find(name)) return *known;
  const Token token = SessionToken(*mac, session);
  sessions.Put(name, token);
  return token;
}

Result<Token> KeyStore::TokenOfTrace(std::string_view trace, uint32_t day) {
  return TraceToken(*TRY(TransientMac(day)), trace);
}

void KeyStore::PutHold(const Hold& hold) {
  const auto known = std::ranges::find(holds_, hold.id, &Hold::id);
  if (known != holds_.end() && *known == hold) return;
  changed_ = true;
  if (known == holds_.end())
    holds_.push_back(hold);
  else
    *known = hold;
}

const PartSealer* KeyStore::FindPartSealer(const SealedPart& part,
                                           const Generation& generation) const {
  for (const Remembered::Known& one : remembered_.known)
    if (one.key_class == part.key_class && one.epoch == part.epoch &&
        one.category.size() == part.category.size() &&
        SameBytes(one.category.data(), part.category.data(), part.category.size()) &&
        SameBytes(one.generation.data(), generation.data(), generation.size()))
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

bool KeyStore::ExpireTransientBefore(uint32_t day) {
  if (day <= first_day_) return false;
  remembered_ = {};
  first_day_ = day;
  changed_ = true;
  const auto end = transient_.lower_bound(day);
  const bool any = end != transient_.begin();
  for (auto one = transient_.begin(); one != end; ++one) Wipe(one->second);
  transient_.erase(transient_.begin(), end);
  return any;
}

Token PersonToken(const Key& subject_root, uint32_t epoch) {
  const auto number = BigEndian(epoch);
  return HmacSha256(subject_root,
                    {base::AsBytes("garant/token/1"), base::ByteView(number).last<4>()});
}

Token SessionToken(const HmacKey& transient, std::string_view session) {
  return transient.Mac({base::AsBytes("garant/session/1"), base::AsBytes(session)});
}

Token TraceToken(const HmacKey& transient, std::string_view trace) {
  return transient.Mac({base::AsBytes("garant/trace/1"), base::AsBytes(trace)});
}

}  // namespace garant::trail

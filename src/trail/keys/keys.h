#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/crypto/crypto.h"
#include "trail/crypto/sha256.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"
#include "trail/keys/custody.h"
#include "trail/keys/holds.h"
#include "trail/keys/key_pages.h"
#include "trail/keys/subjects.h"
#include "trail/keys/token_cache.h"

// The keys of a trail in memory (docs/keys.md); KeyVault keeps them. Not for concurrent use.
namespace garant::trail {

// What parts are sealed with, drawn from their input key (docs/formats/entry.md).
struct PartSealer {
  Key commitment{};
  GcmSealer sealer;
};

class KeyStore {
 public:
  [[nodiscard]] static KeyStore Generate();
  // What a table holds; its pages come by AddPage. kUntrusted where a person stands in two.
  [[nodiscard]] static KeyStore FromTable(KeyTable table);
  base::Status AddPage(SubjectPage page);
  // As they are now; the pages' versions and keys are those that they have.
  [[nodiscard]] KeyTable ToTable() const;

  [[nodiscard]] const Key& record() const { return record_; }
  [[nodiscard]] const Key& signing_seed() const { return signing_seed_; }
  [[nodiscard]] const Key* FindTransient(uint32_t day) const;
  [[nodiscard]] const Key* FindSubject(const Person& person) const;
  // The root whose token in `epoch` is `token`.
  [[nodiscard]] const Key* FindSubject(const Token& token, uint32_t epoch) const;
  // Category keys that a hold kept of persons who were erased.
  [[nodiscard]] std::vector<Key> HeldKeys(std::string_view category) const;

  // These draw a key where there is none. A day that has expired gets none again (kInvalid).
  [[nodiscard]] base::Result<Key> Transient(uint32_t day);
  [[nodiscard]] Key Subject(const Person& person);
  // The person's token in an epoch; of those who come again and again it is remembered, by a name
  // whose place is asked for when the name is made: who does something else meanwhile need not
  // wait.
  [[nodiscard]] TokenCache::Name NameOf(const Person& person);
  [[nodiscard]] Token TokenOf(const Person& person, uint32_t epoch, const TokenCache::Name& name);
  [[nodiscard]] Token TokenOf(const Person& person, uint32_t epoch) {
    return TokenOf(person, epoch, NameOf(person));
  }
  // Destroys the transient keys of days before `day`. False where there was none: then no copy of
  // the store has one that this has not.
  bool ExpireTransientBefore(uint32_t day);

  // The tokens of a session and of a trace on a day; draw the day's key where there is none. That
  // of a session is remembered likewise.
  [[nodiscard]] TokenCache::Name NameOfSession(std::string_view session);
  [[nodiscard]] base::Result<Token> TokenOfSession(std::string_view session, uint32_t day,
                                                   const TokenCache::Name& name);
  [[nodiscard]] base::Result<Token> TokenOfTrace(std::string_view trace, uint32_t day);

  // Persons, for an erasure.
  [[nodiscard]] Key LookupId(const Person& person) const;
  [[nodiscard]] const SubjectTable& subjects() const { return subjects_; }
  [[nodiscard]] SubjectTable& subjects() { return subjects_; }
  // Adds it, or takes what it now says of the one with its id.
  void PutHold(const Hold& hold);
  [[nodiscard]] std::span<const Hold> holds() const { return holds_; }
  // Erasures and holds of entries below this one were carried out here.
  [[nodiscard]] uint64_t applied() const { return applied_; }
  void SetApplied(uint64_t applied) {
    // Of an older copy of the log: what comes in its place must be carried out, too.
    changed_ = changed_ || applied < applied_;
    applied_ = applied;
  }

  // What seals parts like this one: of its class, which is nobody's own, category, epoch and
  // generation; nullptr where it is not remembered. A few are: they are gone with any transient key
  // that expires.
  [[nodiscard]] const PartSealer* FindPartSealer(const SealedPart& part,
                                                 const Generation& generation) const;
  const PartSealer& Remember(const SealedPart& part, const Generation& generation,
                             PartSealer sealer) const;

  // Whether there is anything that nobody has kept yet; the keeper says when it did.
  [[nodiscard]] bool changed() const;
  void MarkKept();

 private:
  // A copy of a store begins without, and makes its own.
  struct Remembered {
    Remembered() = default;
    Remembered(const Remembered&) {}
    Remembered(Remembered&&) = default;
    Remembered& operator=(Remembered&&) = default;
    Remembered& operator=(const Remembered&) = delete;

    struct Known {
      KeyClass key_class{};
      uint32_t epoch = 0;
      std::string category;
      Generation generation{};
      PartSealer sealer;
    };
    std::vector<Known> known;
    std::optional<HmacKey> mac;  // of the transient key of mac_day
    uint32_t mac_day = 0;
    TokenCache people;             // by issuer and subject, …
    uint32_t people_epoch = 0;     // … in this epoch, …
    uint64_t people_erasures = 0;  // … as long as nobody is erased
    TokenCache sessions;           // of mac_day
  };
  struct TokenHash {
    size_t operator()(const Token& token) const;
  };
  // Every person's token in one epoch.
  struct Tokens {
    uint64_t version = 0;  // of the table that it was made from
    std::unordered_map<Token, Key, TokenHash> roots;
  };
  // The day's transient key, to draw tokens with: of the last day that was asked for, its schedule
  // is remembered. Valid until the next call.
  [[nodiscard]] base::Result<const HmacKey*> TransientMac(uint32_t day);

  Key record_{};
  Key lookup_{};
  HmacKey lookup_mac_{Key{}};
  Key signing_seed_{};
  uint64_t applied_ = 0;
  uint32_t first_day_ = 0;
  std::map<uint32_t, Key> transient_;
  std::vector<Hold> holds_;
  SubjectTable subjects_;
  bool changed_ = false;
  mutable Remembered remembered_;
  mutable std::map<uint32_t, Tokens> tokens_;  // by epoch, made when asked for
};

[[nodiscard]] Token PersonToken(const Key& subject_root, uint32_t epoch);
// `transient` is the key of the entry's day.
[[nodiscard]] Token SessionToken(const HmacKey& transient, std::string_view session);
[[nodiscard]] Token TraceToken(const HmacKey& transient, std::string_view trace);

// Opens sealed parts; needs the root.
class KeyRing {
 public:
  // Of a trail's folder: the keys as they are kept, without whomever the tree says was erased.
  [[nodiscard]] static base::Result<KeyRing> Open(const std::string& folder,
                                                  const std::string& root);
  explicit KeyRing(KeyStore store) : store_(std::move(store)) {}

  // kNotFound where the part's key was destroyed; kUntrusted where the commitment or the tag does
  // not hold.
  [[nodiscard]] base::Result<base::Bytes> OpenPart(const Entry& entry, uint32_t number) const;
  // The person's token in an epoch, to look entries up with; kNotFound for an unknown person.
  [[nodiscard]] base::Result<Token> TokenOf(const Person& person, uint32_t epoch) const;
  // A raw trace id's token on a day; kNotFound where the day has no key (any more).
  [[nodiscard]] base::Result<Token> TokenOfTrace(std::string_view trace, uint32_t day) const;
  // Likewise for a session.
  [[nodiscard]] base::Result<Token> TokenOfSession(std::string_view session, uint32_t day) const;
  // The days that have a key: no trace or session has a token on any other.
  [[nodiscard]] std::vector<uint32_t> TransientDays() const;

  [[nodiscard]] const KeyStore& store() const { return store_; }

 private:
  KeyStore store_;
};

}  // namespace garant::trail

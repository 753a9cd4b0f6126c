#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/crypto.h"
#include "trail/draft.h"
#include "trail/entry.h"
#include "trail/sha256.h"

// The keys of a trail (docs/keys.md). Not for concurrent use.
namespace garant::trail {

// Makes a new root key file, mode 0600; refuses to replace one.
base::Status CreateRootKey(const std::string& path);
// Refuses a file that others may read, that is not 32 bytes, or that lies inside `trail_folder`.
[[nodiscard]] base::Result<Key> ReadRootKey(const std::string& path,
                                            const std::string& trail_folder);

// What parts are sealed with, drawn from their input key (docs/formats/entry.md).
struct PartSealer {
  Key commitment{};
  GcmSealer sealer;
};

class KeyStore {
 public:
  [[nodiscard]] static KeyStore Generate();
  // The `keys` file: sealed as a whole under the root key. Any changed byte is refused.
  [[nodiscard]] static base::Result<KeyStore> Unwrap(base::ByteView file, const Key& root_key);
  [[nodiscard]] base::Bytes Wrap(const Key& root_key) const;

  [[nodiscard]] const Key& record() const { return record_; }
  [[nodiscard]] const Key& signing_seed() const { return signing_seed_; }
  [[nodiscard]] const Key* FindTransient(uint32_t epoch) const;
  [[nodiscard]] const Key* FindSubject(const Person& person) const;
  // The root whose token in `epoch` is `token`.
  [[nodiscard]] const Key* FindSubject(const Token& token, uint32_t epoch) const;

  // These draw a key where there is none. An epoch that has expired gets none again (kInvalid).
  [[nodiscard]] base::Result<Key> Transient(uint32_t epoch);
  [[nodiscard]] Key Subject(const Person& person);
  // Destroys the transient keys of epochs before `epoch`.
  void ExpireTransientBefore(uint32_t epoch);

  // The epoch's transient key, to draw tokens with: of the last epoch that was asked for, its
  // schedule is remembered. Valid until the next call.
  [[nodiscard]] base::Result<const HmacKey*> TransientMac(uint32_t epoch);

  // What seals parts like this one: of its class, which is nobody's own, category, epoch and
  // generation; nullptr where it is not remembered. A few are: they are gone with any transient key
  // that expires.
  [[nodiscard]] const PartSealer* FindPartSealer(const SealedPart& part,
                                                 const Generation& generation) const;
  const PartSealer& Remember(const SealedPart& part, const Generation& generation,
                             PartSealer sealer) const;

  // Whether there is anything that no Wrap has kept yet; the keeper says when it did.
  [[nodiscard]] bool changed() const { return changed_; }
  void MarkKept() { changed_ = false; }

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
    std::optional<HmacKey> mac;  // of the transient key of mac_epoch
    uint32_t mac_epoch = 0;
  };

  Key record_{};
  Key lookup_{};
  Key signing_seed_{};
  uint32_t first_transient_epoch_ = 0;
  std::map<uint32_t, Key> transient_;
  std::map<Key, Key> subjects_;  // HMAC(lookup key, issuer and subject) → root
  bool changed_ = false;
  mutable Remembered remembered_;
  mutable std::map<uint32_t, std::map<Token, Key>> tokens_;  // by epoch, made when asked for
};

[[nodiscard]] Token PersonToken(const Key& subject_root, uint32_t epoch);
// `transient` is the epoch's key.
[[nodiscard]] Token SessionToken(const HmacKey& transient, std::string_view session);
[[nodiscard]] Token TraceToken(const HmacKey& transient, std::string_view trace);

// Opens sealed parts; needs the root key.
class KeyRing {
 public:
  [[nodiscard]] static base::Result<KeyRing> Open(const std::string& folder,
                                                  const std::string& root_key_path);
  explicit KeyRing(KeyStore store) : store_(std::move(store)) {}

  // kNotFound where the part's key was destroyed; kUntrusted where the commitment or the tag does
  // not hold.
  [[nodiscard]] base::Result<base::Bytes> OpenPart(const Entry& entry, uint32_t number) const;
  // The person's token in an epoch, to look entries up with; kNotFound for an unknown person.
  [[nodiscard]] base::Result<Token> TokenOf(const Person& person, uint32_t epoch) const;
  // A raw trace id's token in an epoch; kNotFound where the epoch has no key (any more).
  [[nodiscard]] base::Result<Token> TokenOfTrace(std::string_view trace, uint32_t epoch) const;

 private:
  KeyStore store_;
};

}  // namespace garant::trail

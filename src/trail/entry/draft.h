#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry/entry.h"

namespace garant::trail {

// Somebody an entry is by or about: an issuer and its (pairwise) name for the person. Never stored.
struct Person {
  std::string issuer;
  std::string subject;
  bool operator==(const Person&) const = default;
};

struct SealedDraft {
  KeyClass key_class = KeyClass::kRecord;
  std::string category;  // a data category, or what the part is: "act"
  base::Bytes bytes;
  std::optional<Person> about;  // for kSubject: the draft's actor or one of its subjects
};

// What somebody wants recorded. Persons, session and trace become tokens, parts are sealed; only
// the facts that AllowedFacts names for the kind may stand in clear.
struct Draft {
  base::Time time;
  std::string kind;
  std::string service;
  std::string part;
  std::string route;
  std::vector<std::string> categories;
  std::string outcome;
  std::string source;
  std::optional<uint64_t> sequence;
  std::optional<Person> actor;
  std::vector<Person> subjects;
  // More subjects, whose names nobody knows here: their tokens in the epoch of `time`.
  std::vector<Token> tokens;
  std::string session;  // raw identifiers: they leave here only as keyed tokens
  std::string trace;
  std::vector<Fact> facts;
  std::vector<SealedDraft> sealed;
};

// Drafts that are made when they are asked for: one place can hold each in turn, and a batch of
// thousands needs none of its own.
class Drafts {
 public:
  virtual ~Drafts() = default;
  [[nodiscard]] virtual size_t size() const = 0;
  // The same each time; valid until the next call.
  [[nodiscard]] virtual const Draft& At(size_t number) = 0;
};

class DraftSpan final : public Drafts {
 public:
  explicit DraftSpan(std::span<const Draft> drafts) : drafts_(drafts) {}
  [[nodiscard]] size_t size() const override { return drafts_.size(); }
  [[nodiscard]] const Draft& At(size_t number) override { return drafts_[number]; }

 private:
  std::span<const Draft> drafts_;
};

// `count` of them from `first` on.
class SomeDrafts final : public Drafts {
 public:
  SomeDrafts(Drafts& of, size_t first, size_t count) : of_(of), first_(first), count_(count) {}
  [[nodiscard]] size_t size() const override { return count_; }
  [[nodiscard]] const Draft& At(size_t number) override { return of_.At(first_ + number); }

 private:
  Drafts& of_;
  size_t first_;
  size_t count_;
};

class EntrySink {
 public:
  virtual ~EntrySink() = default;
  // All drafts or none. Returns the index of the first; they are durable and under a signed
  // checkpoint then.
  [[nodiscard]] virtual base::Result<uint64_t> AppendAll(Drafts& drafts) = 0;
  [[nodiscard]] base::Result<uint64_t> Append(std::span<const Draft> drafts) {
    DraftSpan all(drafts);
    return AppendAll(all);
  }
};

}  // namespace garant::trail

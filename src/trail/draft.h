#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "trail/entry.h"

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
  std::string session;  // raw identifiers: they leave here only as keyed tokens
  std::string trace;
  std::vector<Fact> facts;
  std::vector<SealedDraft> sealed;
};

class EntrySink {
 public:
  virtual ~EntrySink() = default;
  // All drafts or none. Returns the index of the first; they are durable and under a signed
  // checkpoint then.
  [[nodiscard]] virtual base::Result<uint64_t> Append(std::span<const Draft> drafts) = 0;
};

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "identity/act.h"
#include "service/model.h"
#include "trail/entry/draft.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"

// Signed acts as the judge sees them.
namespace garant::proof {

// Whether an act counts, and why not.
enum class Standing {
  kCounts,
  kClaimed,        // no signature
  kForged,         // the signature does not hold
  kUnknownPerson,  // nobody of that id in the service file, or no key there
  kOtherService,   // signed for another service
  kExpired,
  kNotYet,      // dated after the moment of judgement, or after the entry that holds it
  kReplayed,    // the same act stands in an earlier entry
  kNoMandate,   // of a third party's document: signed by somebody who builds or runs the service
  kUnreadable,  // the payload is no act, or the key that opens it is not at hand
};
[[nodiscard]] base::Text StandingText(Standing standing);
// Whether a role may say of a document that a third party issued it: those who build, run or direct
// the making of the service are whom such a document judges.
[[nodiscard]] bool MayTakeUpDocuments(std::string_view role);

struct Act {
  std::string id;
  Standing standing = Standing::kUnreadable;
  std::string kind;
  std::string item;  // "-" for the whole service
  std::string by;
  std::string role;
  std::string team;
  base::Time at;
  base::Time expires;
  std::string statement;
  std::vector<std::string> with;  // person ids met
  std::vector<std::string> with_roles;
  std::string of;
  std::string mode;      // of an excuse: not-applicable or accepted
  std::string document;  // digest
  std::string issuer;
  base::Time dated;
  base::Time recorded;              // when the entry was written; `at` is what the signer says
  std::vector<std::string> covers;  // sections; empty for all
  bool unchanged = false;           // these sections still read as they did when it was signed
  std::string approved_by;  // person id of somebody else whose approval of it counts, or empty
  std::string approval;     // that approval's act id
  uint64_t entry = 0;
};

// An act as it lies in the trail, opened.
struct StoredAct {
  identity::SignedAct act;
  uint64_t entry = 0;
  base::Time time;  // of the entry
  bool readable = true;
};

constexpr std::string_view kActKind = "act";

// The entry that holds an act: its payload and signature are sealed, since a statement is free
// text.
[[nodiscard]] base::Result<trail::Draft> ToDraft(const identity::SignedAct& act, base::Time time);
// The acts among `entries`, opened with `keys` where they are at hand.
[[nodiscard]] std::vector<StoredAct> ReadActs(std::span<const trail::Entry> entries,
                                              const trail::KeyRing* keys);

// Every act with its standing at `as_of`, in the order of entries; later entries are left out.
[[nodiscard]] std::vector<Act> VerifyActs(std::span<const StoredAct> stored,
                                          const service::Model& model, base::Time as_of);

}  // namespace garant::proof

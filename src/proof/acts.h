#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "service/model.h"

// Signed acts as the judge sees them.
namespace garant::proof {

// Whether an act counts, and why not.
enum class Standing {
  kCounts,
  kClaimed,       // no signature
  kForged,        // the signature does not hold
  kUnknownPerson, // nobody of that id in the service file, or no key there
  kOtherService,  // signed for another service
  kExpired,
  kNotYet,        // dated after the moment of judgement
  kReplayed,      // the same act stands in an earlier entry
  kUnreadable,    // the payload is not an act, or its key is not at hand
};
[[nodiscard]] base::Text StandingText(Standing standing);

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
  std::vector<std::string> with;       // person ids met
  std::vector<std::string> with_roles;
  std::string of;
  std::string mode;
  std::string document;
  std::string issuer;
  base::Time dated;
  std::vector<std::string> covers;  // sections; empty for all
  bool unchanged = false;           // the digest of these sections still reads as it did
  std::string approved_by;          // person id of somebody else whose approval of it counts, or empty
  std::string approval;             // that approval's act id
  uint64_t entry = 0;
};

}  // namespace garant::proof

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "reading/admission.h"
#include "trail/entry/entry.h"
#include "trail/keys/keys.h"
#include "trail/search/search.h"
#include "trail/store/reader.h"

// Who looked at what is held of a person: readings of the trail, and of the service's own data on
// routes that say whom they are `about` (docs/formats/reading.md). Opens nothing.
namespace garant::reading {

struct Look {
  enum class At : uint8_t { kTrail, kService };

  uint64_t entry = 0;               // that tells of it
  std::optional<uint64_t> request;  // the guard's entry of the same request, where there is one
  base::Time time;
  At at = At::kTrail;
  std::optional<trail::Token> actor;
  std::string person;              // an id of `people:`, where the actor is one of them
  bool self = false;               // the person looked at their own
  std::string role;                // that a reading of the trail says
  std::vector<std::string> roles;  // whom the route is declared for
  std::string purpose;             // of a reading of the trail
  std::string route;
  std::string method;
  std::string part;
  std::string source;  // who tells of it; of a reading of the trail the command or path
  std::string outcome;
  std::optional<int64_t> status;  // that was answered
  std::vector<std::string> categories;
};

// What cannot be shown, so that nobody takes the list for more than it is.
struct Unseen {
  std::string what;  // a word for programs
  base::Text text;
};

struct Looks {
  std::vector<Look> looks;
  std::optional<uint64_t> next;  // where to go on
  std::vector<Unseen> unseen;
};

struct LookSearch {
  std::optional<base::Time> since{};
  std::optional<base::Time> until{};
  trail::SearchOrder order = trail::SearchOrder::kOldestFirst;
  std::optional<uint64_t> from{};
  size_t most = 100;
};

// kNotFound: the trail knows nobody by that name, never seen or erased. The routes are those that
// the service file declares now.
[[nodiscard]] base::Result<Looks> WhoLooked(const service::Model& model,
                                            const trail::TrailReader& reader,
                                            const trail::KeyRing& keys, const trail::Person& person,
                                            const LookSearch& search);

// Of somebody whom nobody knows here, without saying their name again.
[[nodiscard]] base::Error UnknownPerson();

}  // namespace garant::reading

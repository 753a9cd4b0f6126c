#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "trail/entry/draft.h"
#include "trail/store/store.h"
#include "trail/tree/merkle.h"

// Copies a trail while somebody writes it: docs/backup.md. The copy is a trail's folder itself.
namespace garant::trail {

constexpr std::string_view kBackupKind = "trail-backup";
constexpr std::string_view kBackupPlace = "backup.place";  // the category of its sealed part

// To be recorded before anything is copied. `entries`: of the trail then.
[[nodiscard]] Draft BackupDraft(uint64_t entries, bool keys, const std::string& place,
                                std::string_view service, base::Time now);

// kLeave: those that lie in the copy's place already stay.
enum class WithKeys : uint8_t { kYes, kNo, kLeave };

struct BackedUp {
  uint64_t entries = 0;  // that the copy holds, from `kept_from` on
  uint64_t kept_from = 0;
  Digest root{};
  uint64_t new_segments = 0;  // that were copied now; the others lay there
  uint64_t bytes = 0;         // that were written
  bool keys = false;
  bool is_signed = false;  // the list of its digests, by the log
};

// Makes the copy in `to`, or brings it up to date: what never changes is not copied twice, and what
// the trail has deleted goes there, too. The copy ends at one signed note. kConflict: `to` holds
// another trail, one that this one does not continue, one that somebody writes, or something else;
// kInvalid: it is the trail itself. After an error, or a crash, the copy holds as it did before or
// can be made anew by the same call; where it broke off in its last step, opening it says so.
// `root`, as OpenCustody takes it: the log signs the list of the copy's digests.
[[nodiscard]] base::Result<BackedUp> BackUp(const std::string& folder, const std::string& to,
                                            WithKeys keys,
                                            const std::optional<std::string>& root = {});

// The other way round: into a folder that holds no trail. Where that has a folder `keys`, these are
// the ones that live, and stay; otherwise those of the copy are taken, if it has any. kConflict:
// there is a trail; kUntrusted: the copy does not hold, or a byte of it changed since it was made.
[[nodiscard]] base::Result<BackedUp> Restore(const std::string& from, const std::string& folder);

// Of a test, which stops before a step of a copy as a crash would.
void StopBackupBefore(std::function<bool(const std::string& step)> stop);

}  // namespace garant::trail

#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/keys/keys.h"
#include "trail/upkeep/digest_list.h"

// Makes the list of digests that goes with a back-up (docs/formats/backup-digests.md), of what the
// trail has: what lies in the copy may have changed since.
namespace garant::trail {

class BackupDigests {
 public:
  // Takes the earlier list of the back-up in `to`, where it holds and, if this one is signed, was
  // signed too: a log knows itself what it signs.
  BackupDigests(std::string to, VerifierKey log, std::optional<Key> signing_seed);

  void Add(const std::string& name, base::ByteView bytes);
  // A file that never changes: not read where the earlier list has it.
  void AddUnchanged(const std::string& name, base::ByteView bytes);

  // Beside the earlier list, before anything that it names takes another's place: until all has,
  // each file is as one of the two says.
  base::Status Stage() const;
  base::Status PutInPlace() const;
  [[nodiscard]] bool is_signed() const { return seed_.has_value(); }

 private:
  std::string to_;
  VerifierKey log_;
  std::optional<Key> seed_;
  DigestList earlier_;
  DigestList list_;
};

}  // namespace garant::trail

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/tree/verifier_key.h"

// The file `digests` of a back-up: docs/formats/backup-digests.md.
namespace garant::trail {

inline std::string DigestsPath(const std::string& folder) { return folder + "/digests"; }

struct DigestList {
  struct File {
    uint64_t size = 0;
    base::Digest digest{};
    bool operator==(const File&) const = default;
  };
  std::map<std::string, File> files;  // by their paths within the folder
  bool is_signed = false;             // by the log

  // Not trusted. kInvalid: not this form, or changed since it was written; kUnsupported: a newer
  // one; kUntrusted: a signature that is not the log's, or does not hold.
  [[nodiscard]] static base::Result<DigestList> Parse(std::string_view text,
                                                      const VerifierKey& log);
  // Without a signature, which SignNote makes of it: it follows an empty line.
  [[nodiscard]] std::string ToString() const;
};

}  // namespace garant::trail

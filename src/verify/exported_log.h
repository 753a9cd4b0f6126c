#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/policy.h"

// Checks a log that was exported to a folder, in C2SP tlog-tiles layout, as a whole.
namespace garant::verify {

constexpr size_t kMostFaults = 1000;  // after which looking ends

struct LogChecks {
  std::optional<std::string> since;  // the text of an earlier checkpoint
  bool index = false;                // make each segment's runs anew
  uint64_t kept_from = 0;            // entries below are known to be gone: only their hashes count
  const trail::Policy* policy = nullptr;
};

// Something that does not hold.
struct Finding {
  std::string file;  // within the folder
  std::optional<uint64_t> entry;
  base::Text message;
};

struct LogReport {
  trail::Checkpoint checkpoint;
  uint64_t entries = 0;   // whose bytes were read
  uint64_t segments = 0;  // whose index was made anew
  std::vector<Finding> faults;
  std::vector<base::Text> notes;  // what was checked beside, and what was not
};

// Reads every file that the checkpoint makes necessary, and finds what else lies among the tiles;
// what lies beside them is passed over.
[[nodiscard]] LogReport CheckExportedLog(const std::string& folder, const trail::VerifierKey& key,
                                         const LogChecks& checks);

}  // namespace garant::verify

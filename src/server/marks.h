#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "proof/stored_evidence.h"

// What a trail's files are told by, without reading them.
namespace garant::server {

struct FileMark {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = -1;     // there is none
  base::Time changed{};  // content or anything else of it; a program cannot set this back
  bool operator==(const FileMark&) const = default;
};

struct TrailMarks {
  std::array<FileMark, 6> files{};  // the open log, the folder that it lies in, checkpoints,
                                    // log.vkey, keys, and the root key
  // A writer holds the lock: what stands behind the last checkpoint is on its way, and is a fault
  // once nobody does.
  bool written_to = false;
  bool operator==(const TrailMarks&) const = default;
};

[[nodiscard]] TrailMarks MarksOf(const proof::TrailPlace& place);

// Whether any later change will show: a file's times are as coarse as the kernel's tick, so that
// one written twice within a tick may look as it did after the first time.
[[nodiscard]] bool AreSettled(const TrailMarks& marks, base::Time now);

}  // namespace garant::server

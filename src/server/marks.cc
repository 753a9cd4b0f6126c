#include "server/marks.h"

#include <sys/stat.h>

#include <algorithm>

#include "trail/keys/key_vault.h"
#include "trail/store/listing.h"
#include "trail/store/lock.h"
#include "trail/store/paths.h"

namespace garant::server {
namespace {

constexpr base::Duration kTicks = std::chrono::milliseconds(100);  // the longest tick is 10 ms

FileMark MarkOf(const std::string& path) {
  struct stat found {};
  if (path.empty() || ::stat(path.c_str(), &found) != 0) return {};
  return {.device = found.st_dev,
          .inode = found.st_ino,
          .size = found.st_size,
          .changed = base::Time(std::chrono::seconds(found.st_ctim.tv_sec) +
                                std::chrono::nanoseconds(found.st_ctim.tv_nsec))};
}

}  // namespace

TrailMarks MarksOf(const proof::TrailPlace& place) {
  const auto listing = trail::ListSegments(place.folder);
  const bool open = listing && !listing->logs.empty();
  return {{open ? MarkOf(trail::SegmentPath(place.folder, listing->logs.back(), trail::kLogSuffix))
                : FileMark(),
           MarkOf(trail::SegmentsPath(place.folder)), MarkOf(trail::CheckpointsPath(place.folder)),
           MarkOf(trail::VerifierKeyPath(place.folder)), MarkOf(trail::KeyTablePath(place.folder)),
           MarkOf(place.root_key)},
          trail::WriterIsAlive(place.folder)};
}

bool AreSettled(const TrailMarks& marks, base::Time now) {
  return std::ranges::all_of(marks.files, [&](const FileMark& file) {
    return file.size < 0 || now - file.changed > kTicks;
  });
}

}  // namespace garant::server

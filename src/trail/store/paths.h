#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Where the files of docs/formats/trail-store.md lie.
namespace garant::trail {

inline std::string SegmentsPath(const std::string& folder) { return folder + "/segments"; }
inline std::string TreePath(const std::string& folder) { return folder + "/tree"; }
inline std::string LeavesPath(const std::string& folder) { return folder + "/tree/0"; }
inline std::string BundlesPath(const std::string& folder) { return folder + "/tree/1"; }
inline std::string CheckpointsPath(const std::string& folder) { return folder + "/checkpoints"; }
inline std::string VerifierKeyPath(const std::string& folder) { return folder + "/log.vkey"; }
inline std::string LockPath(const std::string& folder) { return folder + "/lock"; }
// There while a trail is put back, and until that is whole.
inline std::string RestoringPath(const std::string& folder) { return folder + "/restoring"; }

constexpr std::string_view kLogSuffix = ".log";
constexpr std::string_view kSegmentSuffix = ".segment";
constexpr std::string_view kRunsSuffix = ".runs";
constexpr std::string_view kUnfinishedSuffix = ".new";
constexpr size_t kIndexDigits = 20;

// "00000000000000262144.log"
inline std::string SegmentName(uint64_t first, std::string_view suffix) {
  std::string digits = std::to_string(first);
  digits.insert(0, kIndexDigits - digits.size(), '0');
  return digits + std::string(suffix);
}
inline std::string SegmentPath(const std::string& folder, uint64_t first, std::string_view suffix) {
  return SegmentsPath(folder) + "/" + SegmentName(first, suffix);
}

}  // namespace garant::trail

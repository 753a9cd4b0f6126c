#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "trail/checkpoint.h"
#include "trail/merkle.h"

// The files of docs/formats/trail-store.md, as writer, reader and verifier see them alike.
namespace garant::trail {

constexpr std::string_view kLogMagic = "garant-log/1\n";

inline std::string LogPath(const std::string& folder) { return folder + "/log"; }
inline std::string CheckpointsPath(const std::string& folder) { return folder + "/checkpoints"; }
inline std::string VerifierKeyPath(const std::string& folder) { return folder + "/log.vkey"; }
inline std::string KeysPath(const std::string& folder) { return folder + "/keys"; }
inline std::string LockPath(const std::string& folder) { return folder + "/lock"; }

// The largest file that this form of the store takes.
constexpr size_t kMaxStoreBytes = size_t{1} << 32U;

// Gives the leaf hash that stands in it.
Digest PutFrame(std::string& out, base::ByteView entry);

// The frame that starts at an offset of the log.
struct Frame {
  enum class State { kSound, kTorn /* the file ends inside it */, kDamaged };
  State state = State::kTorn;
  size_t entry_offset = 0;
  size_t entry_length = 0;
  size_t end = 0;
  base::Digest leaf{};         // of the entry's bytes
  base::Digest stored_leaf{};  // as the frame says
};
[[nodiscard]] Frame ReadFrame(std::string_view log, size_t offset);

// A trail below its last checkpoint, every leaf checked against the signed root.
struct LoadedTrail {
  struct Place {
    size_t offset;
    size_t length;
  };
  std::string log;
  std::vector<Place> places;  // of the entries' bytes in `log`
  std::vector<base::Digest> leaves;
  Checkpoint checkpoint;
  std::string note;  // that it stands in, as it was signed
  VerifierKey key;
  size_t log_end = 0;          // where the last entry below the checkpoint ends
  size_t checkpoints_end = 0;  // where the last whole checkpoint ends
  size_t checkpoints_size = 0;
};

// kUntrusted where anything below the last checkpoint does not hold; what stands behind it is left
// to the caller.
[[nodiscard]] base::Result<LoadedTrail> LoadTrail(const std::string& folder,
                                                  const std::optional<std::string>& pinned);

}  // namespace garant::trail

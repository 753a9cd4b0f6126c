#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/disk.h"
#include "base/result.h"
#include "trail/crypto/many_hashes.h"
#include "trail/tree/checkpoint.h"
#include "trail/tree/merkle.h"

// An open log, `segments/N.log` of docs/formats/trail-store.md: batches of entries, each with a
// note over the tree up to its end.
namespace garant::trail {

constexpr std::string_view kLogMagic = "garant-log/2\n";
constexpr size_t kLargestLog = size_t{1} << 32U;  // bytes; a larger file is read as none
constexpr size_t kLogHeaderBytes = kLogMagic.size() + 8;

class LogWriter {
 public:
  // A new one, durable when this returns; its first batch holds `frames` (of the entries from
  // `first` on) and `note`.
  [[nodiscard]] static base::Result<LogWriter> Create(base::Disk& disk, const std::string& folder,
                                                      uint64_t first, std::string_view frames,
                                                      uint32_t entries, std::string_view note);
  // One that is there: `bytes` of it, up to the end of its last batch, which begins at `last`. What
  // stands behind is cut, and that batch written again: where a sync failed, the system may show
  // what it will not write any more.
  [[nodiscard]] static base::Result<LogWriter> Continue(base::Disk& disk, const std::string& folder,
                                                        uint64_t first, base::ByteView bytes,
                                                        uint64_t last);

  // It will hold about so many bytes: no more room is taken ahead, but for a quarter of a megabyte.
  void Plan(uint64_t bytes) { planned_ = bytes; }
  // One batch of these frames, in turn; durable when this returns. After an error see `touched`.
  [[nodiscard]] base::Status Append(std::span<const std::string_view> frames, uint32_t entries,
                                    std::string_view note);
  // Whether an append that failed may have written something: only opening anew shows what.
  [[nodiscard]] bool touched() const { return touched_; }
  // Gives back room that was taken and not used.
  [[nodiscard]] base::Status Finish();

  [[nodiscard]] uint64_t first() const { return first_; }
  [[nodiscard]] uint64_t bytes() const { return used_; }

 private:
  LogWriter(std::unique_ptr<base::DiskFile> file, uint64_t first, uint64_t used)
      : file_(std::move(file)), first_(first), used_(used), room_(used) {}
  [[nodiscard]] base::Status MakeRoom(uint64_t end);

  std::unique_ptr<base::DiskFile> file_;
  uint64_t first_;
  uint64_t used_;
  uint64_t room_;
  uint64_t planned_ = UINT64_MAX;
  bool touched_ = false;
};

// What a log holds up to its last batch whose note holds.
struct LoadedLog {
  struct Place {
    uint64_t offset;  // of the entry's bytes
    uint32_t size;
  };
  uint64_t first = 0;
  std::vector<Place> places;
  std::vector<Digest> leaves;
  std::vector<Place> notes;  // of each batch; only the last one's signature was checked
  Checkpoint checkpoint;
  std::string note;
  uint64_t last = 0;    // where that batch begins
  uint64_t used = 0;    // … and ends
  uint64_t behind = 0;  // bytes behind it that are not all zeros
  // A note of ours over more than the batch behind it could hold: this is no torn write.
  bool damaged = false;
  // The first entry that does not hold, or that of a batch which does not, and where it stands;
  // where that is what ended the reading.
  std::optional<uint64_t> bad_entry;
  uint64_t bad_offset = 0;
};

// `tree` is that of the entries before `first`; it grows by those of the log. kInvalid where not
// even the first batch holds, kUnsupported for another version.
[[nodiscard]] base::Result<LoadedLog> LoadLog(base::ByteView bytes, uint64_t first,
                                              const VerifierKey& key, Frontier& tree);

// The frames of a log that this process wrote, or that was loaded: entries and leaf hashes from
// `first` up to `end`.
struct LogFrames {
  std::vector<base::ByteView> entries;
  std::vector<Digest> leaves;
};
[[nodiscard]] base::Result<LogFrames> ReadFrames(base::ByteView bytes, uint64_t first,
                                                 uint64_t end);
// Whether each leaf hash is that of its entry. The frames were read of `bytes`, which are the same
// afterwards, and not meanwhile.
[[nodiscard]] bool HashesHold(const LogFrames& frames, std::span<uint8_t> bytes,
                              ManyHashes& hashes);

}  // namespace garant::trail
